import { type FlowKeepingDeps, flowsAbout, forgetInFlows } from "../flows/forget.ts";
import { type ForgetDeps, forgetInOutbox, jobsAbout, mentions } from "../outbox/forget.ts";
import type { PageCursor, PortalId, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { Storage } from "../ports/storage.ts";
import type { PersonalData } from "../privacy/export.ts";
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

/** Export: what the services' tables hold of a person. */
export async function inServices(
  { storage, outbox, flows }: KeepingDeps,
  tenant: Tenant,
  person: Identity,
): Promise<PersonalData["services"]> {
  const found: { -readonly [K in keyof PersonalData["services"]]: PersonalData["services"][K][number][] } = {
    jobs: [],
    flows: [],
    executions: [],
  };
  for await (const jobs of jobsAbout(outbox, tenant, person))
    for (const { kind, state, createdAt } of jobs) found.jobs.push({ kind, state, createdAt });
  for await (const runs of flowsAbout(flows, tenant, (results) => mentions(results, person)))
    for (const { flow, state, createdAt } of runs) found.flows.push({ flow, state, createdAt });
  for (let after: PageCursor | null = null; ; ) {
    const page: Awaited<ReturnType<Storage["workflows"]["executions"]>> = await storage.workflows.executions(
      tenant,
      null,
      after,
      atOnce,
    );
    for (const { contactId, eventType, status, at } of page.items)
      if (contactId !== null && person.contactIds.includes(contactId)) found.executions.push({ eventType, status, at });
    if (page.next === undefined) return found;
    after = page.next;
  }
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
