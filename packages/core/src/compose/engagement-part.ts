import type { AuditWriter } from "../audit/audit-writer.ts";
import type { Clients } from "../client/create-clients.ts";
import { createEngagement, type Engagement } from "../engagement/engagement.ts";
import { engagementJob } from "../engagement/push-job.ts";
import { type EngagementOptions, scoringOf } from "../engagement/score.ts";
import type { RecordKeys } from "../keyed-records/record-keys.ts";
import type { ContactResolver } from "../keyed-records/targets.ts";
import type { OutboxKind } from "../outbox/kind.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Ctx } from "../ports/context.ts";
import type { CrmPort } from "../ports/crm.ts";
import type { Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import { createWorkflows, type WorkflowOptions, type Workflows } from "../workflows/workflows.ts";
import { createEmailEvents, type EmailEventOptions, type EmailEvents } from "./email-events.ts";
import type { Foundation } from "./foundation.ts";
import { workflowPortFor } from "./workflow-adapter.ts";

export interface EngagementPartOptions {
  readonly engagement?: EngagementOptions | undefined;
  readonly workflows?: WorkflowOptions | undefined;
  readonly emailEvents?: EmailEventOptions | undefined;
}

export interface EngagementPartDeps {
  readonly foundation: Foundation;
  readonly clients: Clients;
  readonly outbox: Outbox;
  readonly crm: CrmPort;
  readonly keys: RecordKeys;
  readonly resolver: ContactResolver;
  readonly toE164: (phone: string) => string | null;
  readonly audit: Pick<AuditWriter, "record">;
  readonly mayChange: (ctx: Ctx) => Promise<void>;
  readonly tenants: () => Promise<readonly Tenant[]>;
}

export interface EngagementPart {
  readonly engagement: Engagement;
  readonly workflows: Workflows;
  readonly emailEvents: EmailEvents;
  readonly kinds: readonly OutboxKind<never>[];
  readonly jobs: readonly Job[];
}

/** How contacts react, what that triggers, and e-mails as the common cause of both. Errors: CONFIG_INVALID. */
export function engagementPart(deps: EngagementPartDeps, options: EngagementPartOptions): EngagementPart {
  const { foundation, clients, tenants } = deps;
  const { storage } = foundation;
  const shared = { ...foundation, ...deps };
  const { workflows, kinds: workflowKinds } = createWorkflows(
    { ...shared, store: storage.workflows, port: workflowPortFor(clients) },
    options.workflows,
  );
  const {
    engagement,
    kinds: engagementKinds,
    refresh,
  } = createEngagement({
    ...shared,
    store: storage.engagement,
    scoring: scoringOf(options.engagement),
    async onLevel({ tenant, contactId, level, score, counts, eventId }) {
      const contact = { object: "contacts", id: contactId };
      const data = { level, score, counts };
      await workflows.process({ id: eventId, type: `engagement.${level}`, contact, data }, { tenant });
    },
  });
  const { emailEvents, kind } = createEmailEvents({ ...shared, engagement }, options.emailEvents);
  const { property } = options.engagement ?? {};
  return {
    engagement,
    workflows,
    emailEvents,
    kinds: [...workflowKinds, ...engagementKinds, kind as unknown as OutboxKind<never>],
    jobs: [engagementJob({ ...shared, store: storage.engagement, refresh, tenants, property })],
  };
}
