import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { CursorStore } from "../../ports/cursor-store.ts";
import type { EpochMs, PortalId, Tenant } from "../../ports/ids.ts";
import type { SyncPlace } from "../scope.ts";

/** Whether a sync runs for a tenant. */
export interface SyncState {
  /** The worker serves it: switched on by the first backfill or by `start()`. */
  readonly on: boolean;
  readonly paused: { readonly reason: string; readonly at: EpochMs } | null;
  /** Whether changes travel at once, where a tenant has set that; else as declared. */
  readonly realtime?: boolean;
}

interface Place {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly name: string;
}

const stateOf = (name: string): string => `sync:${name}:state`;

export async function readState(cursors: CursorStore, { tenant, portalId, name }: Place): Promise<SyncState> {
  const stored = await cursors.read(tenant, portalId, stateOf(name));
  return stored === null ? { on: false, paused: null } : (JSON.parse(stored.value) as SyncState);
}

/** Changes the state by compare-and-set: of two people pausing and resuming at once, both are heard in some order. */
export async function changeState(
  cursors: CursorStore,
  { tenant, portalId, name }: Place,
  now: EpochMs,
  change: (state: SyncState) => SyncState,
): Promise<SyncState> {
  for (;;) {
    const stored = await cursors.read(tenant, portalId, stateOf(name));
    const before = stored === null ? { on: false, paused: null } : (JSON.parse(stored.value) as SyncState);
    const after = change(before);
    const value = JSON.stringify(after);
    if (value === stored?.value) return after;
    const outcome = await cursors.advance(tenant, portalId, stateOf(name), value, stored?.version ?? 0, now);
    if (outcome === "written") return after;
  }
}

/** Before a full pass, and before each of its batches: one that is under way when people pause must not go on writing. */
export async function refuseIfPaused({ deps, ...place }: SyncPlace): Promise<void> {
  const { name } = place;
  const { paused } = await readState(deps.storage.cursors, place);
  if (paused === null) return;
  throw new HubspokeError("SYNC_PAUSED", `sync "${name}" is paused (${paused.reason}); resume() it first`, {
    details: { sync: name, reason: paused.reason },
  });
}
