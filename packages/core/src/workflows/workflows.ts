import type { AuditWriter } from "../audit/audit-writer.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { peopleOf, resolveTargets } from "../keyed-records/targets.ts";
import { checkedInput, type OutboxKind } from "../outbox/kind.ts";
import type { Enqueued, Outbox } from "../outbox/outbox.ts";
import type { Ctx } from "../ports/context.ts";
import type { Page, PageCursor, RowId, Tenant } from "../ports/ids.ts";
import type { ExecutionRow, TriggerRow } from "../ports/workflow-store.ts";
import { type JudgedCondition, judge } from "./conditions.ts";
import { described, neededProperties, type WorkflowHandler } from "./perform.ts";
import { type Reply, type RunDeps, resolverOf, runEvent, type Sentiment } from "./run-event.ts";
import {
  type Action,
  checkedDraft,
  eventSchema,
  type Trigger,
  type TriggerDraft,
  triggerOf,
  type WorkflowEvent,
  type WorkflowEventData,
} from "./trigger.ts";

/** What replies sound like, and what an unsubscribe sets. */
export interface WorkflowOptions {
  /** Says what a reply sounds like; conditions see it as `data.sentiment`. */
  readonly sentiment?: ((reply: Reply) => Sentiment | Promise<Sentiment>) | undefined;
  /** The contact property that says somebody opted out. Default `hs_email_optout`; false: an unsubscribe sets none. */
  readonly optOutProperty?: string | false | undefined;
}

/** What one trigger did with one event. */
export type Execution = Omit<ExecutionRow, "tenant">;

/** What a trigger would do with an event. Nothing was done. */
export interface TriggerTest {
  /** Whether the actions would run. */
  readonly matches: boolean;
  /** Each with what was found for it, personal data of the contact included. */
  readonly conditions: readonly JudgedCondition[];
  /** With their texts filled in. Nothing was done. */
  readonly actions: readonly Action[];
  /** Null where HubSpot has no such contact: nothing would run. */
  readonly contactId: string | null;
}

/**
 * Triggers: when something happens to a contact and conditions hold, actions run, once per trigger and event, whatever is
 * killed meanwhile. An `unsubscribe` sets the opt-out besides. Changes are audited and need the permission `manage`.
 */
export interface Workflows {
  /** In the order of their creation, switched-off ones included. */
  list(ctx: Ctx): Promise<readonly Trigger[]>;
  /** Errors: NOT_FOUND. */
  get(id: RowId, ctx: Ctx): Promise<Trigger>;
  /** Errors: INPUT_INVALID naming what to change. */
  create(draft: TriggerDraft, ctx: Ctx): Promise<Trigger>;
  /** What is not named stays. With `version`, CONFLICT when somebody else was faster. */
  update(id: RowId, changes: Partial<TriggerDraft> & { readonly version?: number }, ctx: Ctx): Promise<Trigger>;
  /** Its executions stay in the log. */
  delete(id: RowId, ctx: Ctx): Promise<void>;
  /**
   * What a trigger, stored or as a draft, would do about an event. Reads the contact, for whoever has the permission
   * `manage`, and audits that; writes nothing else, here or in HubSpot.
   */
  test(trigger: RowId | TriggerDraft, event: WorkflowEvent, ctx: Ctx): Promise<TriggerTest>;
  /** Takes an event; the worker runs what it triggers. Also as the outbox kind `workflow`. */
  process(event: WorkflowEvent, options?: { readonly tenant?: Tenant }): Promise<Enqueued>;
  /** The log, newest first. */
  executions(
    query: { readonly triggerId?: RowId; readonly after?: PageCursor; readonly limit?: number },
    ctx: Ctx,
  ): Promise<Page<Execution>>;
  /** Registers the host's function behind `callback` and `custom` actions; answers how to remove it. */
  on(name: string, handler: WorkflowHandler): () => void;
}

export interface WorkflowsDeps extends Omit<RunDeps, "handlers" | "sentiment" | "optOutProperty"> {
  readonly outbox: Pick<Outbox, "enqueue">;
  readonly audit: Pick<AuditWriter, "record">;
  /** Throws ACCESS_DENIED. */
  readonly mayChange: (ctx: Ctx) => Promise<void>;
  readonly toE164: (phone: string) => string | null;
}

export interface WorkflowsService {
  readonly workflows: Workflows;
  readonly kinds: readonly OutboxKind<never>[];
}

export function createWorkflows(deps: WorkflowsDeps, options: WorkflowOptions = {}): WorkflowsService {
  const { store, clock, newId } = deps;
  const handlers = new Map<string, WorkflowHandler>();
  const { optOutProperty = "hs_email_optout", sentiment } = options;
  const run: RunDeps = {
    ...deps,
    handlers,
    sentiment,
    optOutProperty: optOutProperty === false ? null : optOutProperty,
  };

  async function changing(ctx: Ctx, what: string): Promise<void> {
    await deps.mayChange(ctx);
    const purpose = ctx.purpose === undefined ? what : `${what} (${ctx.purpose})`;
    const entry = { action: "config", subjectIndex: null, contactId: null, outcome: "ok", errorCode: null } as const;
    await deps.audit.record({ ...ctx, purpose }, [entry]);
  }

  async function rowOf(id: RowId, tenant: Tenant): Promise<TriggerRow> {
    const row = await store.getTrigger(tenant, id);
    if (row !== null) return row;
    throw new HubspokeError(
      "NOT_FOUND",
      "NOT_FOUND: there is no workflow trigger of this id; list them with workflows.list",
    );
  }

  async function put(row: TriggerRow): Promise<Trigger> {
    if ((await store.putTrigger(row)) === "written") return triggerOf({ ...row, version: row.version + 1 });
    throw new HubspokeError("CONFLICT", "CONFLICT: somebody else has changed this trigger meanwhile; read it again");
  }

  const kind: OutboxKind<WorkflowEventData> = {
    name: "workflow",
    input: eventSchema,
    people: ({ contact }) => peopleOf([contact], deps.toE164),
    async run(event, job) {
      const ran = await runEvent(run, event, job);
      if (typeof ran === "string") return { skipped: ran };
      return { result: { contactId: ran.contactId, done: ran.done, failed: ran.failed } };
    },
  };

  const workflows: Workflows = {
    list: async ({ tenant }) => (await store.listTriggers(tenant)).map(triggerOf),
    get: async (id, { tenant }) => triggerOf(await rowOf(id, tenant)),
    async create(draft, ctx) {
      const { conditions, actions, ...named } = checkedDraft(draft);
      await changing(ctx, "workflow trigger created");
      const now = clock.now();
      return put({
        ...named,
        id: newId(),
        tenant: ctx.tenant,
        conditions: JSON.stringify(conditions),
        actions: JSON.stringify(actions),
        createdAt: now,
        updatedAt: now,
        version: 0,
      });
    },
    async update(id, { version, ...changes }, ctx) {
      const row = await rowOf(id, ctx.tenant);
      const { name, description, enabled, eventType, ...before } = triggerOf(row);
      const current = { name, description, enabled, eventType, conditions: before.conditions, actions: before.actions };
      const { conditions, actions, ...next } = checkedDraft({ ...current, ...changes });
      await changing(ctx, "workflow trigger changed");
      return put({
        ...row,
        ...next,
        conditions: JSON.stringify(conditions),
        actions: JSON.stringify(actions),
        updatedAt: clock.now(),
        version: version ?? row.version,
      });
    },
    async delete(id, ctx) {
      await rowOf(id, ctx.tenant);
      await changing(ctx, "workflow trigger deleted");
      await store.deleteTrigger(ctx.tenant, id);
    },
    async test(trigger, given, ctx) {
      const { tenant, signal = new AbortController().signal } = ctx;
      const event = checkedInput(kind, given);
      await deps.mayChange(ctx);
      const judged = typeof trigger === "string" ? triggerOf(await rowOf(trigger, tenant)) : checkedDraft(trigger);
      const targets = await resolveTargets(deps.resolver, tenant, [event.contact], signal);
      const contactId = typeof targets === "string" ? null : (targets.contactIds[0] ?? null);
      const needed = neededProperties(judged);
      const scope = { tenant, lane: "interactive", signal } as const;
      const read = contactId !== null && needed.length > 0;
      const [contact] = read ? await deps.crm.read(scope, "contacts", [contactId], needed) : [];
      const resolve = resolverOf({ ...event, at: event.at ?? new Date(clock.now()) }, contact?.properties ?? {});
      const results = judge(judged.conditions, resolve);
      const seen = {
        action: "lookup",
        subjectIndex: null,
        contactId,
        outcome: contactId === null ? "negative" : "hit",
        errorCode: null,
      } as const;
      await deps.audit.record({ ...ctx, purpose: ctx.purpose ?? "workflow trigger tried out" }, [seen]);
      return {
        matches: contactId !== null && results.every(({ holds }) => holds),
        conditions: results,
        actions: judged.actions.map((action) => described(action, resolve)),
        contactId,
      };
    },
    process(event, { tenant = "default" } = {}) {
      const { id, type } = checkedInput(kind, event);
      return deps.outbox.enqueue("workflow", event, { tenant, idempotencyKey: `${type}:${id}` });
    },
    async executions({ triggerId, after, limit = 50 }, { tenant }) {
      const page = await store.executions(tenant, triggerId ?? null, after ?? null, Math.min(Math.max(1, limit), 200));
      return { ...page, items: page.items.map(({ tenant: _, ...execution }) => execution) };
    },
    on(name, handler) {
      handlers.set(name, handler);
      return () => void (handlers.get(name) === handler && handlers.delete(name));
    },
  };
  return { workflows, kinds: [kind as unknown as OutboxKind<never>] };
}
