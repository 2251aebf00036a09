import type { Flags } from "../config/flags.ts";
import type { FlagService, OutboxService, PrivacyRights, SupportService, WorkflowService } from "../mount/services.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { AuditAction } from "../ports/audit-store.ts";
import type { Ctx } from "../ports/context.ts";
import type { FlagName } from "../ports/flag-store.ts";
import type { Privacy } from "../privacy/privacy.ts";
import type { TriggerDraft, WorkflowEvent } from "../workflows/trigger.ts";
import type { Workflows } from "../workflows/workflows.ts";

export interface ServiceDeskDeps {
  readonly outbox: Outbox;
  readonly workflows: Workflows;
  readonly privacy: Privacy;
  readonly flags: Flags;
  readonly newId: () => string;
  /** Throws ACCESS_DENIED. */
  readonly allow: (ctx: Ctx, action: AuditAction) => Promise<void>;
}

export interface ServiceDesk {
  readonly support: SupportService;
  readonly workflows: WorkflowService;
  readonly outbox: OutboxService;
  readonly privacy: PrivacyRights;
  readonly flags: FlagService;
}

/** What the routes of tickets, triggers, the outbox, people's rights and switches answer from. */
export function serviceDesk({ outbox, workflows, privacy, flags, newId, allow }: ServiceDeskDeps): ServiceDesk {
  const enqueue = ({ tenant }: Ctx, kind: string, input: unknown, idempotencyKey: string) =>
    outbox.enqueue(kind, input, { tenant, idempotencyKey });
  return {
    support: {
      ticket: (key, ticket, ctx) => enqueue(ctx, "ticket", ticket, key),
      // An outage is said again and again; each saying is a job of its own, and the service makes one ticket of them.
      open: (outage, ticket, ctx) => enqueue(ctx, "ticket.open", { outage, ticket }, newId()),
      resolve: (outage, content, ctx) =>
        enqueue(ctx, "ticket.resolve", { outage, ...(content === undefined ? {} : { content }) }, newId()),
    },
    workflows: {
      list: (ctx) => workflows.list(ctx),
      get: (id, ctx) => workflows.get(id, ctx),
      create: (draft, ctx) => workflows.create(draft as unknown as TriggerDraft, ctx),
      update: (id, changes, ctx) => workflows.update(id, changes, ctx),
      delete: (id, ctx) => workflows.delete(id, ctx),
      test: (trigger, event, ctx) =>
        workflows.test(trigger as string | TriggerDraft, event as unknown as WorkflowEvent, ctx),
      process: (event, { tenant }) => workflows.process(event as unknown as WorkflowEvent, { tenant }),
      executions: (query, ctx) => workflows.executions(query, ctx),
    },
    outbox: {
      list: (query, { tenant }) => outbox.list({ tenant, ...query }),
      async replay(ids, ctx) {
        await allow(ctx, "config");
        return outbox.replay(ctx.tenant, ids);
      },
    },
    privacy,
    flags: {
      async list(ctx) {
        await allow(ctx, "config");
        return flags.get(ctx.tenant);
      },
      // A name that is no flag's is refused there, with a suggestion.
      set: (flag, change, ctx) => flags.set(flag as FlagName, change, ctx),
      reset: (flag, ctx) => flags.reset(flag as FlagName, ctx),
    },
  };
}
