import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotPortalMismatchError } from "../errors/hubspot-errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs, PortalId, RowId, Tenant } from "../ports/ids.ts";
import type { LinkRow } from "../ports/link-store.ts";
import type { Storage } from "../ports/storage.ts";

/** From which HubSpot account a tenant moves to which. Both are named, so that a slip of the hand moves nothing. */
export interface Rebinding {
  readonly from: PortalId;
  readonly to: PortalId;
}

/** What became of the rows that name records of the account that was left. */
export interface Rebound {
  /** Pairs put aside, by their ids and without any hash. */
  readonly archivedLinks: number;
  /** Pairs taken back from an earlier stay in the new account. */
  readonly restoredLinks: number;
  /** Positions in the old account's feeds, cached contacts, searches, open conflicts, quarantined records. */
  readonly removedRows: number;
}

export interface RebindDeps {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly newId: () => RowId;
  /** The one account of this instance, where it was configured with one. */
  readonly portalId: PortalId | undefined;
  /** Names of the syncs declared here. */
  readonly syncs: () => readonly string[];
  /** Ends the grant: its tokens are of the old account. */
  readonly disconnect: (tenant: Tenant) => Promise<unknown>;
  /** Drops what is remembered in memory of the tenant and its account. */
  readonly forget: (tenant: Tenant) => void;
}

const atOnce = 500;
/** Longer than archiving a million pairs takes; released when it is done. */
const leaseMs = 600_000;
/** Pairs of an account that was left stand under a name of their own, which no sync has: `:` is refused in one. */
const archiveOf = (sync: string, portalId: PortalId): string => `archive:${portalId}:${sync}`;

/**
 * Moves tenants between HubSpot accounts: record ids of the old one mean other people in the new one. The pin moves
 * first, so that from then on no call with an old token passes; then everything that names the old account's records is
 * put out of the way. Repeating it finishes what a killed process began.
 */
export function rebinder(deps: RebindDeps): (tenant: Tenant, to: Rebinding) => Promise<Rebound> {
  const { storage, clock, newId } = deps;

  async function requirePin(tenant: Tenant, { from, to }: Rebinding): Promise<void> {
    for (const portalId of [from, to]) {
      if (!/^\d{1,20}$/.test(portalId))
        throw invalid('name both accounts by their Hub ID: { from: "62515", to: "70001" }');
    }
    if (from === to) throw invalid("from and to are the same account");
    if (deps.portalId !== undefined && deps.portalId !== to)
      throw mismatch(tenant, deps.portalId, to, "this instance's portalId is");
    const row = await storage.tenants.get(tenant);
    if (row === null)
      throw new HubspokeError("NOT_FOUND", `NOT_FOUND: there is no tenant ${tenant}`, { details: { tenant } });
    if (row.portalId !== from && row.portalId !== to)
      throw mismatch(tenant, row.portalId, from, "the tenant belongs to");
  }

  /** No full pass runs anywhere while this holds them. Errors: LEASE_LOST where one does. */
  async function withRuns<T>(tenant: Tenant, syncs: readonly string[], work: () => Promise<T>): Promise<T> {
    const held: { readonly name: string; readonly fence: number }[] = [];
    try {
      for (const sync of syncs) {
        const name = `sync:${tenant}:${sync}:run`;
        const lease = await storage.leases.acquire(name, newId(), clock.now(), leaseMs);
        if (lease === null) throw passRuns(tenant, sync);
        held.push({ name, fence: lease.fence });
      }
      return await work();
    } finally {
      for (const { name, fence } of held) await storage.leases.release(name, fence);
    }
  }

  return async (tenant, rebinding) => {
    const { from, to } = rebinding;
    await requirePin(tenant, rebinding);
    const stored = (await storage.runs.list(tenant, null, 1_000)).map(({ sync }) => sync);
    const syncs = [...new Set([...deps.syncs(), ...stored])];
    return withRuns(tenant, syncs, async () => {
      await deps.disconnect(tenant);
      await storage.tenants.rebind(tenant, from, to, clock.now());
      deps.forget(tenant);
      let [archivedLinks, restoredLinks] = [0, 0];
      let removedRows = await removeOld(storage, tenant, from);
      for (const sync of syncs) {
        archivedLinks += await moveLinks(
          storage,
          { tenant, portalId: from, from: sync, to: archiveOf(sync, from) },
          clock.now(),
        );
        restoredLinks += await moveLinks(
          storage,
          { tenant, portalId: to, from: archiveOf(sync, to), to: sync },
          clock.now(),
        );
        removedRows += await removeOfSync(storage, tenant, sync, from, clock.now());
      }
      deps.forget(tenant);
      return { archivedLinks, restoredLinks, removedRows };
    });
  };
}

interface Move {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly from: string;
  readonly to: string;
}

/** Written there before it is removed here: a kill in between leaves the pair twice, and the next call finishes. */
async function moveLinks({ links }: Storage, move: Move, now: EpochMs): Promise<number> {
  let moved = 0;
  for (let after: string | null = null; ; ) {
    const rows: readonly LinkRow[] = await links.scan(move.tenant, move.from, after, atOnce);
    const last = rows.at(-1);
    if (last === undefined) return moved;
    after = last.localId;
    const theirs = rows.filter(({ portalId }) => portalId === move.portalId);
    // Hashes are bound to the sync's name and are a person's: the pair of ids is what counts, and all that stays.
    await links.put(theirs.map((row) => ({ ...row, sync: move.to, base: {}, updatedAt: now, version: 0 })));
    for (const { localId, version } of theirs)
      if (await links.delete(move.tenant, move.from, localId, version)) moved++;
  }
}

/** What is not of one sync: recents and searches name contacts, cursors are positions in the old account's feeds. */
async function removeOld({ cache, history, cursors }: Storage, tenant: Tenant, from: PortalId): Promise<number> {
  let removed = await cache.clear(tenant);
  for (;;) {
    const gone = await history.deleteBefore(tenant, Number.MAX_SAFE_INTEGER, atOnce);
    removed += gone;
    if (gone < atOnce) break;
  }
  for (const { name } of await cursors.list(tenant, "")) {
    if ((await cursors.read(tenant, from, name)) === null) continue;
    await cursors.delete(tenant, from, name);
    removed++;
  }
  return removed;
}

async function removeOfSync(
  { intents, conflicts, quarantine, runs }: Storage,
  tenant: Tenant,
  sync: string,
  from: PortalId,
  now: EpochMs,
): Promise<number> {
  let removed = 0;
  const open = (await intents.open(tenant, sync, Number.MAX_SAFE_INTEGER, 100_000)).filter(
    ({ portalId }) => portalId === from,
  );
  await intents.clear(
    tenant,
    open.map(({ id }) => id),
  );
  removed += open.length;
  for (let after: string | undefined; ; ) {
    const page = await conflicts.list({ tenant, sync, limit: atOnce, ...(after === undefined ? {} : { after }) });
    for (const { portalId, localId, hubspotId } of page.items) {
      if (portalId === from) removed += await conflicts.deleteByRecord({ tenant, sync, localId, hubspotId });
    }
    after = page.next;
    if (after === undefined) break;
  }
  for (let after: string | null = null; ; ) {
    const page = await quarantine.list(tenant, sync, after, atOnce);
    for (const { portalId, side, key } of page.items) {
      if (portalId === from) removed += await quarantine.remove(tenant, sync, side, [key]);
    }
    if (page.next === undefined) break;
    after = page.next;
  }
  for (const run of await runs.list(tenant, sync, 100)) {
    if (run.portalId !== from || run.state !== "running") continue;
    await runs.save({ ...run, state: "failed", errorCode: "PORTAL_MISMATCH", finishedAt: now, updatedAt: now });
  }
  return removed;
}

function mismatch(tenant: Tenant, expected: PortalId, actual: PortalId, what: string): HubSpotPortalMismatchError {
  return new HubSpotPortalMismatchError(
    `PORTAL_MISMATCH: ${what} account ${expected}, not ${actual}; nothing was moved. tenants.get() says where a tenant is`,
    { expectedPortalId: expected, actualPortalId: actual, details: { tenant } },
  );
}

function passRuns(tenant: Tenant, sync: string): HubspokeError<"LEASE_LOST"> {
  return new HubspokeError(
    "LEASE_LOST",
    `LEASE_LOST: a full pass of sync "${sync}" is under way for tenant ${tenant}; nothing was moved. Pause the sync, wait until status() shows no running pass, and move the tenant then`,
    { details: { tenant, sync } },
  );
}

function invalid(why: string): HubspokeError<"INPUT_INVALID"> {
  return new HubspokeError("INPUT_INVALID", `INPUT_INVALID: ${why}`);
}
