import type { PropertyVersion } from "../../model/record.ts";
import type { CursorStore } from "../../ports/cursor-store.ts";
import type { EpochMs, PortalId, Tenant } from "../../ports/ids.ts";

/**
 * How HubSpot signs our writes in property history (source type and app id). Learned from the first write whose
 * version was found there, and kept, so that after a crash our own write is told from a user's edit.
 * It is never the only evidence: another script may use the same token.
 */
export interface SelfSource {
  isOurs(version: Pick<PropertyVersion, "sourceType" | "sourceId">): boolean;
  learn(version: Pick<PropertyVersion, "sourceType" | "sourceId">, now: EpochMs): Promise<void>;
  /** Asks what other workers have learned meanwhile, while this one knows nothing. */
  refresh(): Promise<void>;
}

const cursorName = "sync:self-source";

export async function openSelfSource(cursors: CursorStore, tenant: Tenant, portalId: PortalId): Promise<SelfSource> {
  const read = async () => (await cursors.read(tenant, portalId, cursorName))?.value ?? null;
  let known = await read();
  return {
    async refresh() {
      known ??= await read();
    },
    isOurs: (version) => known !== null && known === signature(version),
    async learn(version, now) {
      // A user may have written the same value in the same moment: only what an app signed can be ours.
      const seen = version.sourceType === "INTEGRATION" ? signature(version) : null;
      if (known !== null || seen === null) return;
      known = seen;
      await cursors.advance(tenant, portalId, cursorName, seen, 0, now);
    },
  };
}

function signature({ sourceType, sourceId }: Pick<PropertyVersion, "sourceType" | "sourceId">): string | null {
  return sourceType === undefined || sourceId === undefined ? null : `${sourceType} ${sourceId}`;
}
