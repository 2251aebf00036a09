import type { FieldBase, LinkRow, LinkState } from "../../ports/link-store.ts";
import { stableJson } from "../../util/stable-json.ts";
import type { SyncScope } from "../scope.ts";

/** A change to what a pair remembers, made from `link` as it was when the change was planned. */
export interface LinkChange {
  readonly link: LinkRow;
  readonly fields: Readonly<Record<string, FieldBase>>;
  readonly state?: LinkState;
  readonly hubspotId?: string;
  /** When both sides were read. */
  readonly seenAt?: number;
}

const attempts = 3;

/**
 * Stores changes by compare-and-set. When a row moved meanwhile but the fields of this change did not, the change is
 * put on top of it; otherwise it is given up (null) and the record has to be read again. "taken" is null too.
 */
export async function commitLinks(
  scope: SyncScope,
  changes: readonly LinkChange[],
): Promise<readonly (LinkRow | null)[]> {
  const { links } = scope.deps.storage;
  const committed = new Array<LinkRow | null>(changes.length).fill(null);
  let open = changes.map((change, index) => ({ change, index, row: changed(scope, change.link, change) }));
  for (let attempt = 0; attempt < attempts && open.length > 0; attempt++) {
    const outcomes = await links.put(open.map(({ row }) => row));
    const stale: typeof open = [];
    open.forEach((item, i) => {
      if (outcomes[i] === "written") committed[item.index] = { ...item.row, version: item.row.version + 1 };
      else if (outcomes[i] === "stale") stale.push(item);
    });
    open = stale.length === 0 ? [] : await rebased(scope, stale);
  }
  return committed;
}

async function rebased<T extends { readonly change: LinkChange; readonly row: LinkRow }>(
  scope: SyncScope,
  stale: readonly T[],
): Promise<T[]> {
  const rows = await scope.deps.storage.links.byLocalIds(
    scope.tenant,
    scope.name,
    stale.map(({ change }) => change.link.localId),
  );
  const fresh = new Map(rows.map((row) => [row.localId, row]));
  return stale.flatMap((item) => {
    const row = fresh.get(item.change.link.localId);
    return row === undefined || !sameGround(row, item.change)
      ? []
      : [{ ...item, row: changed(scope, row, item.change) }];
  });
}

/** Whether what the change was planned on is still there. */
function sameGround(row: LinkRow, { link, fields }: LinkChange): boolean {
  if (row.state !== link.state || row.hubspotId !== link.hubspotId) return false;
  return Object.keys(fields).every(
    (field) => stableJson(row.base[field] ?? null) === stableJson(link.base[field] ?? null),
  );
}

function changed(scope: SyncScope, link: LinkRow, { fields, state, hubspotId, seenAt }: LinkChange): LinkRow {
  return {
    ...link,
    base: { ...link.base, ...fields },
    state: state ?? link.state,
    hubspotId: hubspotId ?? link.hubspotId,
    localSeenAt: seenAt ?? link.localSeenAt,
    remoteSeenAt: seenAt ?? link.remoteSeenAt,
    updatedAt: scope.deps.clock.now(),
  };
}

/** Stores a new pair in the place of the one its record's predecessor had; null when that moved, as for `commitLinks`. */
export async function takePair(scope: SyncScope, heirOf: LinkRow, change: LinkChange): Promise<LinkRow | null> {
  const row = { ...changed(scope, change.link, change), version: heirOf.version };
  const outcome = await scope.deps.storage.links.handOver(row, heirOf.localId);
  return outcome === "written" ? { ...row, version: row.version + 1 } : null;
}

/** A pair that is not stored yet. */
export function newLink(scope: SyncScope, localId: string, hubspotId: string, seenAt: number): LinkRow {
  return {
    tenant: scope.tenant,
    sync: scope.name,
    portalId: scope.portalId,
    localId,
    hubspotId,
    state: "linked",
    base: {},
    remoteSeenAt: seenAt,
    localSeenAt: seenAt,
    updatedAt: seenAt,
    version: 0,
  };
}
