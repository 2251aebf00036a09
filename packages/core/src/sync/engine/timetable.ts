import { HubspokeError, isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { Tenant } from "../../ports/ids.ts";
import type { DeclaredSync } from "../declare/definition.ts";
import type { TenantTimetable, TimetablePort, TimetableState, TimetableTiming } from "../timetable-port.ts";

/** When a tenant's changes travel, and when full passes run. */
export interface SyncTimetable {
  /** `realtime`: as webhooks and polls bring them. */
  readonly changes: "realtime" | TimetableState;
  /** Null: full passes come only when they are asked for. */
  readonly reconcile: TimetableState | null;
}

/** What to change of a sync's schedule. */
export interface TimetableChange {
  /** `realtime`, or when gathered changes are worked off. */
  readonly changes?: "realtime" | TimetableTiming;
  /** When full passes run; `off` ends them. */
  readonly reconcile?: TimetableTiming | "off";
}

/** The two schedules of a declared sync. */
export interface SyncTimes {
  readonly declared: DeclaredSync;
  /** Whether a tenant that has set nothing gets its changes at once. */
  readonly realtime: boolean;
  changes(tenant: Tenant): TenantTimetable;
  reconcile(tenant: Tenant): TenantTimetable;
}

type Run = (run: { readonly tenant: Tenant; readonly signal: AbortSignal }) => Promise<unknown>;

const unused: TimetableTiming = { every: "1h" };

/** Makes both schedules known. A sync that declares none can be given them at run time. Throws SYNC_DECLARATION_INVALID. */
export function timesOf(
  port: TimetablePort | undefined,
  declared: DeclaredSync,
  run: { readonly changes: Run; readonly reconcile: Run },
): SyncTimes {
  const { name, schedule, reconcile } = declared;
  if (port === undefined && (schedule !== "realtime" || reconcile !== null))
    throw refused(name, "its schedule needs createHubSpoke(), whose worker keeps schedules");
  const define = (kind: "changes" | "reconcile", timing: TimetableTiming): ((tenant: Tenant) => TenantTimetable) => {
    if (port === undefined) return () => absent(name);
    try {
      const handle = port.define({ ...timing, name: `sync:${name}:${kind}`, run: run[kind] });
      return (tenant) => handle.for(tenant);
    } catch (error) {
      throw isHubspokeError(error, "INPUT_INVALID") ? refused(name, error.message) : error;
    }
  };
  const realtime = schedule === "realtime";
  return {
    declared,
    realtime,
    changes: define("changes", realtime ? unused : schedule),
    reconcile: define("reconcile", reconcile ?? unused),
  };
}

/** What a tenant that switches a sync on gets as declared; what it was given before stays. */
export async function startTimes(times: SyncTimes, tenant: Tenant): Promise<void> {
  const started = async (one: TenantTimetable) => {
    if ((await one.status()) === null) await one.start();
  };
  if (!times.realtime) await started(times.changes(tenant));
  if (times.declared.reconcile !== null) await started(times.reconcile(tenant));
}

function absent(name: string): TenantTimetable {
  return {
    start: async () => {
      throw new HubspokeError(
        "CONFIG_INVALID",
        `sync "${name}": schedules need createHubSpoke(), whose worker keeps them`,
      );
    },
    stop: async () => {},
    status: async () => null,
  };
}

function refused(sync: string, what: string): HubspokeError {
  return new HubspokeError("SYNC_DECLARATION_INVALID", `sync "${sync}": ${what}`, { details: { sync } });
}

export async function timetableOf(times: SyncTimes, tenant: Tenant, realtime: boolean): Promise<SyncTimetable> {
  const [changes, reconcile] = await Promise.all([times.changes(tenant).status(), times.reconcile(tenant).status()]);
  return {
    changes: realtime || changes === null ? "realtime" : changes,
    reconcile: reconcile?.enabled === true ? reconcile : null,
  };
}

/** Applies a change of timing; `setRealtime` is told whether changes travel at once from now on. */
export async function changeTimes(
  times: SyncTimes,
  tenant: Tenant,
  { changes, reconcile }: TimetableChange,
  setRealtime: (realtime: boolean) => Promise<void>,
): Promise<void> {
  if (reconcile === "off") await times.reconcile(tenant).stop();
  else if (reconcile !== undefined) await times.reconcile(tenant).start(whole(reconcile));
  if (changes === undefined) return;
  // The schedule first: a timing that cannot be is refused before anything has changed.
  if (changes !== "realtime") await times.changes(tenant).start(whole(changes));
  await setRealtime(changes === "realtime");
  if (changes === "realtime") await times.changes(tenant).stop();
}

/** A timing is set as a whole: what it does not name is at its default, not as it was. */
function whole({ every, timeZone = "UTC", at = "00:00", day = 1 }: TimetableTiming): Required<TimetableTiming> {
  return { every, timeZone, at, day };
}
