import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { Storage } from "../ports/storage.ts";

/** How long rows are kept, in milliseconds. */
export interface Retention {
  /** Default 730 days. */
  readonly auditMs: number;
  /** Searches and recents. Default 90 days. */
  readonly historyMs: number;
  /** The log of what happened to each record. Default 90 days. */
  readonly syncLogMs: number;
  /** Conflicts that were resolved. Default 180 days. */
  readonly conflictsMs: number;
  /** Runs that are over. Default 90 days. */
  readonly runsMs: number;
  /** Alerts nobody raises any more. Default 90 days. */
  readonly alertsMs: number;
}

const day = 86_400_000;
const hour = 3_600_000;
const defaults: Retention = {
  auditMs: 730 * day,
  historyMs: 90 * day,
  syncLogMs: 90 * day,
  conflictsMs: 180 * day,
  runsMs: 90 * day,
  alertsMs: 90 * day,
};

/** Rows that one statement removes: a lock that is held briefly. */
const atOnce = 500;

/** The options with their defaults. Throws CONFIG_INVALID for less than an hour. */
export function retentionOf(options: Partial<Retention> = {}): Retention {
  const retention = { ...defaults, ...options };
  for (const [name, ms] of Object.entries(retention)) {
    if (!Number.isSafeInteger(ms) || ms < hour) {
      throw new HubspokeError(
        "CONFIG_INVALID",
        `CONFIG_INVALID: retention.${name} is at least an hour, in milliseconds`,
      );
    }
  }
  return retention;
}

/** Removes what is too old, a bounded piece at a time. What has an end of its own (cache, inbox) goes when that is past. */
export function retentionJob(storage: Storage, retention: Retention, tenants: () => Promise<readonly Tenant[]>): Job {
  const ofTenant = (tenant: Tenant, now: EpochMs): readonly (() => Promise<number>)[] => [
    () => storage.cache.deleteExpired(tenant, now, atOnce),
    () => storage.audit.deleteBefore(tenant, now - retention.auditMs, atOnce),
    () => storage.history.deleteBefore(tenant, now - retention.historyMs, atOnce),
    () => storage.syncLog.deleteBefore(tenant, now - retention.syncLogMs, atOnce),
    () => storage.conflicts.deleteBefore(tenant, now - retention.conflictsMs, atOnce),
    () => storage.runs.deleteBefore(tenant, now - retention.runsMs, atOnce),
  ];
  return {
    name: "retention",
    async run({ now, signal }) {
      const all = await tenants();
      const sweeps = [
        () => storage.inbox.deleteExpired(now, atOnce),
        () => storage.openAlerts.deleteBefore(now - retention.alertsMs, atOnce),
        ...all.flatMap((tenant) => ofTenant(tenant, now)),
      ];
      let [did, more] = [0, false];
      for (const sweep of sweeps) {
        if (signal.aborted) break;
        const removed = await sweep();
        did += removed;
        more ||= removed >= atOnce;
      }
      return { did, nextAt: more ? now : now + hour };
    },
  };
}
