import { type FlowKeepingDeps, forgetInFlows } from "../flows/forget.ts";
import { type ForgetDeps, forgetInOutbox, mentions } from "../outbox/forget.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { Storage } from "../ports/storage.ts";
import type { Identity } from "../privacy/subject.ts";

export interface KeepingDeps {
  readonly storage: Storage;
  readonly outbox: ForgetDeps;
  readonly flows: FlowKeepingDeps;
}

/** Erasure: removes what the services' tables hold of a person. Says how many rows went. */
export async function forgetInServices(
  { storage, outbox, flows }: KeepingDeps,
  tenant: Tenant,
  portalId: PortalId,
  person: Identity,
): Promise<number> {
  let removed = await forgetInOutbox(outbox, tenant, person);
  removed += await forgetInFlows(flows, tenant, (results) => mentions(results, person));
  for (const contactId of person.contactIds) {
    removed += await storage.engagement.deleteByContact(tenant, portalId, contactId);
    removed += await storage.workflows.forgetContact(tenant, portalId, contactId);
  }
  return removed;
}

const day = 86_400_000;
const hour = 3_600_000;
const atOnce = 500;

/** How long what is over is kept, in milliseconds. */
export interface ServiceRetention {
  /** Failed jobs that nobody replayed. Default 90 days. */
  readonly failedJobsMs?: number | undefined;
  /** The log of workflow executions. Default 180 days. */
  readonly executionsMs?: number | undefined;
  /** Flows that are done. Default 180 days. */
  readonly flowsMs?: number | undefined;
  /** Opens, clicks, replies. Default 400 days; by then they score nothing. */
  readonly engagementMs?: number | undefined;
}

/** Removes what is too old, a bounded piece at a time. */
export function servicesRetentionJob(
  storage: Storage,
  tenants: () => Promise<readonly Tenant[]>,
  {
    failedJobsMs = 90 * day,
    executionsMs = 180 * day,
    flowsMs = 180 * day,
    engagementMs = 400 * day,
  }: ServiceRetention = {},
): Job {
  return {
    name: "retention:services",
    async run({ now, signal }) {
      let [did, more] = [0, false];
      for (const tenant of await tenants()) {
        if (signal.aborted) break;
        const removed = [
          await storage.outbox.deleteBefore(tenant, now - failedJobsMs, atOnce),
          await storage.workflows.deleteBefore(tenant, now - executionsMs, atOnce),
          await storage.flows.deleteBefore(tenant, now - flowsMs, atOnce),
          await storage.engagement.deleteBefore(tenant, now - engagementMs, atOnce),
        ];
        did += removed.reduce((sum, count) => sum + count, 0);
        more ||= removed.some((count) => count >= atOnce);
      }
      return { did, nextAt: more ? now : now + hour };
    },
  };
}
