import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import { type ContactResolver, resolveTargets, type SkipReason } from "../keyed-records/targets.ts";
import type { OutboxJob } from "../outbox/kind.ts";
import type { CrmPort, CrmScope } from "../ports/crm.ts";
import type { PortalId, RowId, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { ExecutionRow, WorkflowStore } from "../ports/workflow-store.ts";
import { judge, type Resolve } from "./conditions.ts";
import { neededProperties, perform, type WorkflowHandler, type WorkflowPort } from "./perform.ts";
import { type Trigger, triggerOf, type WorkflowEventData } from "./trigger.ts";

/** What a reply sounds like. */
export type Sentiment = "positive" | "neutral" | "negative";

/** A reply, for the host to say what it sounds like. */
export interface Reply {
  /** Whose contact replied; `default` where none was named. */
  readonly tenant: Tenant;
  /** HubSpot's record id. */
  readonly contactId: string;
  /** `event.data`: the text of the reply is in what you put there. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Fires when the worker is asked to stop. */
  readonly signal: AbortSignal;
}

export interface RunDeps {
  readonly store: WorkflowStore;
  readonly crm: CrmPort;
  readonly resolver: ContactResolver;
  readonly port: WorkflowPort;
  readonly handlers: ReadonlyMap<string, WorkflowHandler>;
  readonly sentiment: ((reply: Reply) => Sentiment | Promise<Sentiment>) | undefined;
  /** Set to `true` when somebody unsubscribes; null: nothing is. */
  readonly optOutProperty: string | null;
  readonly newId: () => RowId;
  readonly clock: { now(): number };
  readonly logger: Logger;
}

export interface Ran {
  readonly contactId: string;
  /** Triggers whose actions are done, now or before. */
  readonly done: number;
  readonly failed: number;
}

/** Every field of an event, and of its contact as it was read. */
export function resolverOf(
  event: WorkflowEventData,
  properties: Readonly<Record<string, string | null | undefined>>,
): Resolve {
  return (field) => {
    if (field === "type") return event.type;
    if (field === "at") return event.at?.toISOString();
    if (field === "localId") return event.localId;
    if (field.startsWith("contact.")) return properties[field.slice("contact.".length)];
    let value: unknown = event;
    for (const part of field.split(".")) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
      value = (value as Record<string, unknown>)[part];
    }
    return value;
  };
}

/** One event through every trigger of its type; or why there is nobody to do it for. */
export async function runEvent(deps: RunDeps, given: WorkflowEventData, job: OutboxJob): Promise<Ran | SkipReason> {
  const { tenant, signal } = job;
  const scope: CrmScope = { tenant, lane: "interactive", signal };
  const targets = await resolveTargets(deps.resolver, tenant, [given.contact], signal);
  if (typeof targets === "string") return targets;
  const contactId = targets.contactIds[0];
  if (contactId === undefined) return "contact-not-found";
  const event = await withSentiment(deps, { ...given, at: given.at ?? new Date(job.createdAt) }, job, contactId);
  if (event.type === "unsubscribe" && deps.optOutProperty !== null) {
    await deps.crm.update(scope, "contacts", contactId, { [deps.optOutProperty]: "true" });
  }
  const portalId = await deps.crm.portalOf(tenant);
  const triggers = (await deps.store.listTriggers(tenant, event.type)).filter(({ enabled }) => enabled).map(triggerOf);
  const needed = [...new Set(triggers.flatMap(neededProperties))];
  const [contact] = needed.length === 0 ? [] : await deps.crm.read(scope, "contacts", [contactId], needed);
  const resolve = resolverOf(event, contact?.properties ?? {});
  let [done, failed] = [0, 0];
  let later: unknown = null;
  for (const trigger of triggers) {
    try {
      const status = await runTrigger(deps, scope, { trigger, event, contactId, portalId, resolve }, job);
      if (status === "done") done++;
      if (status === "failed") failed++;
    } catch (error) {
      // The others go first; then the job comes again for this one.
      later = error;
    }
  }
  if (later !== null) throw later;
  return { contactId, done, failed };
}

interface Turn {
  readonly trigger: Trigger;
  readonly event: WorkflowEventData;
  readonly contactId: string;
  readonly portalId: PortalId;
  readonly resolve: Resolve;
}

/** Once per trigger and event: an execution that was begun goes on where it stood, one that is over is left alone. */
async function runTrigger(
  deps: RunDeps,
  scope: CrmScope,
  { trigger, event, contactId, portalId, resolve }: Turn,
  job: OutboxJob,
): Promise<ExecutionRow["status"] | null> {
  const { store, logger } = deps;
  const { tenant } = scope;
  const eventId = `${event.type}:${event.id}`;
  let execution = await store.execution(tenant, trigger.id, eventId);
  if (execution === null) {
    if (!judge(trigger.conditions, resolve).every(({ holds }) => holds)) return null;
    const row: ExecutionRow = {
      id: deps.newId(),
      tenant,
      portalId,
      triggerId: trigger.id,
      eventType: event.type,
      eventId,
      contactId,
      localId: event.localId ?? null,
      status: "pending",
      errorCode: null,
      actionsDone: 0,
      at: deps.clock.now(),
    };
    if ((await store.begin(row)) === "seen")
      throw new HubspokeError("STORE_BUSY", "STORE_BUSY: another process runs this trigger");
    execution = row;
  }
  if (execution.status !== "pending") return execution.status;
  const { id } = execution;
  let { actionsDone } = execution;
  for (const action of trigger.actions.slice(actionsDone)) {
    await job.confirm();
    try {
      await perform(deps, action, actionsDone, { scope, event, contactId, trigger, resolve });
    } catch (error) {
      const code = isHubspokeError(error) ? error.code : "HANDLER_FAILED";
      const again =
        !isHubspokeError(error) || error.retryable || code === "UNKNOWN_OUTCOME" || error.category === "auth";
      const status = again && code !== "AUTH_SCOPE_MISSING" ? "pending" : "failed";
      await store.finish(tenant, id, { status, errorCode: code, actionsDone });
      logger.warn("workflow.action_failed", { tenant, trigger: trigger.id, action: action.do, code, status });
      if (status === "pending") throw error;
      return "failed";
    }
    actionsDone++;
    await store.finish(tenant, id, { status: "pending", errorCode: null, actionsDone });
  }
  await store.finish(tenant, id, { status: "done", errorCode: null, actionsDone });
  return "done";
}

async function withSentiment(
  { sentiment }: RunDeps,
  event: WorkflowEventData,
  { tenant, signal }: OutboxJob,
  contactId: string,
): Promise<WorkflowEventData> {
  if (event.type !== "reply" || sentiment === undefined || event.data?.sentiment !== undefined) return event;
  const data = event.data ?? {};
  return { ...event, data: { ...data, sentiment: await sentiment({ tenant, contactId, data, signal }) } };
}
