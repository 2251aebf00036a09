import type { PropertyVersion } from "../../model/record.ts";
import type { CursorStore } from "../../ports/cursor-store.ts";
import type { EpochMs, PortalId, Tenant } from "../../ports/ids.ts";

/**
 * How HubSpot signs our writes in property history (source type and app id). Learned from the first write whose
 * version was found there, and kept, so that after a crash our own write is told from a user's edit; learned anew when
 * three in a row are signed otherwise, as by the OAuth app that a private one became.
 * It is never the only evidence: another script may use the same token.
 */
export interface SelfSource {
  isOurs(version: Pick<PropertyVersion, "sourceType" | "sourceId">): boolean;
  /** Whether it is known how ours are signed, and this one is signed otherwise. */
  isOthers(version: Pick<PropertyVersion, "sourceType" | "sourceId">): boolean;
  learn(version: Pick<PropertyVersion, "sourceType" | "sourceId">, now: EpochMs): Promise<void>;
  /** Asks what other workers have learned meanwhile, while this one knows nothing. */
  refresh(): Promise<void>;
}

const cursorName = "sync:self-source";

/** So many writes in a row, signed alike and otherwise than known: the tenant's token is another app's now. */
const enough = 3;

export async function openSelfSource(cursors: CursorStore, tenant: Tenant, portalId: PortalId): Promise<SelfSource> {
  const read = async () => cursors.read(tenant, portalId, cursorName);
  let known = await read();
  let other: string | null = null;
  let times = 0;
  return {
    async refresh() {
      known ??= await read();
    },
    isOurs: (version) => known !== null && known.value === signature(version),
    isOthers: (version) => known !== null && known.value !== signature(version),
    async learn(version, now) {
      // A user may have written the same value in the same moment: only what an app signed can be ours.
      const seen = version.sourceType === "INTEGRATION" ? signature(version) : null;
      if (seen === null) return;
      times = seen === other ? times + 1 : 1;
      other = seen;
      if (seen === known?.value || (known !== null && times < enough)) return;
      const expected = known?.version ?? 0;
      known = { value: seen, version: expected + 1 };
      if ((await cursors.advance(tenant, portalId, cursorName, seen, expected, now)) === "stale") known = await read();
    },
  };
}

function signature({ sourceType, sourceId }: Pick<PropertyVersion, "sourceType" | "sourceId">): string | null {
  return sourceType === undefined || sourceId === undefined ? null : `${sourceType} ${sourceId}`;
}
