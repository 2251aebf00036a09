import * as z from "zod/mini";
import type { Engagement } from "../engagement/engagement.ts";
import { keyProperty, type RecordKeys } from "../keyed-records/record-keys.ts";
import { peopleOf, type Target, targetSchema } from "../keyed-records/targets.ts";
import { checkedInput, type OutboxKind } from "../outbox/kind.ts";
import type { Enqueued, Outbox } from "../outbox/outbox.ts";
import type { CrmPort, CrmScope } from "../ports/crm.ts";
import type { Tenant } from "../ports/ids.ts";
import { type Moment, momentSchema } from "../util/moment.ts";

export const emailEventTypes = ["sent", "open", "click", "reply", "bounce", "unsubscribe"] as const;
/** What happened to an e-mail: sent, opened, clicked, answered and so on. */
export type EmailEventType = (typeof emailEventTypes)[number];

/** What happened to an e-mail of yours. */
export interface EmailEventInput {
  /** Yours: counted once for each type. */
  readonly eventId: string;
  /** `bounce` also sets the logged e-mail's status where `emailKey` names one. */
  readonly type: EmailEventType;
  /** To whom, by address, number or id. */
  readonly contact: Target;
  /** The key the e-mail was logged under with `activities.email`: a bounce changes its status. */
  readonly emailKey?: string | undefined;
  /** When it happened. Default: when it was put in. */
  readonly at?: Moment | undefined;
  /** Your id of the record, such as a lead's. */
  readonly localId?: string | undefined;
  /** For the timeline (but for `text` and `html`), for conditions and for `sentiment`. */
  readonly data?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** What becomes of e-mail events beside score and triggers. */
export interface EmailEventOptions {
  /** Which of them appear on the contact's timeline. Default: all. */
  readonly timeline?: readonly EmailEventType[] | undefined;
}

/** E-mail engagement: on the timeline, in the score, and for triggers, each once. Through the outbox, as kind `email-event`. */
export interface EmailEvents {
  /** Durable when it resolves. Errors: INPUT_INVALID, STORE_*. */
  record(event: EmailEventInput, options?: { readonly tenant?: Tenant }): Promise<Enqueued>;
}

export interface EmailEventsDeps {
  readonly outbox: Outbox;
  readonly engagement: Pick<Engagement, "record">;
  readonly crm: Pick<CrmPort, "findBy" | "update">;
  readonly keys: RecordKeys;
  readonly toE164: (phone: string) => string | null;
}

interface EmailEventData extends Omit<EmailEventInput, "at"> {
  readonly at?: Date | undefined;
}

const schema = z.strictObject({
  eventId: z.string().check(z.minLength(1), z.maxLength(120)),
  type: z.enum(emailEventTypes),
  contact: targetSchema,
  emailKey: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  at: z.optional(momentSchema),
  localId: z.optional(z.string().check(z.maxLength(200))),
  data: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
}) as unknown as z.ZodMiniType<EmailEventData>;

/** Connects the outbox, events, engagement and workflows for what happens to e-mails. */
export function createEmailEvents(
  deps: EmailEventsDeps,
  { timeline = emailEventTypes }: EmailEventOptions = {},
): { readonly emailEvents: EmailEvents; readonly kind: OutboxKind<EmailEventData> } {
  const { outbox, engagement, crm, keys } = deps;

  /** The logged e-mail says that it bounced; one that is not there, or is not keyed, is left. */
  async function bounced(scope: CrmScope, emailKey: string): Promise<void> {
    if (!(await keys.keyed(scope, "emails"))) return;
    const value = await keys.valueOf(scope.tenant, "email", emailKey);
    const email = await crm.findBy(scope, "emails", keyProperty, value, []);
    if (email !== null) await crm.update(scope, "emails", email.id, { hs_email_status: "BOUNCED" });
  }

  const kind: OutboxKind<EmailEventData> = {
    name: "email-event",
    input: schema,
    people: ({ contact }) => peopleOf([contact], deps.toE164),
    async run({ eventId, type, contact, emailKey, localId, data = {}, ...given }, job) {
      const { tenant, signal } = job;
      const at = given.at ?? new Date(job.createdAt);
      const options = { tenant, idempotencyKey: `email-${type}:${eventId}` };
      if (type === "bounce" && emailKey !== undefined) {
        await bounced({ tenant, lane: "interactive", signal }, emailKey);
      }
      const recorded = await engagement.record({ eventId, type, contact, at }, { tenant, signal });
      if (recorded.outcome === "skipped") return { skipped: recorded.reason };
      const who = { object: "contacts", id: recorded.contactId };
      if (timeline.includes(type)) {
        const { text: _text, html: _html, ...properties } = data;
        await outbox.enqueue("event", { type: `email_${type}`, to: [who], at, properties }, options);
      }
      const { score, level } = recorded;
      const event = { id: eventId, type, contact: who, at, data: { ...data, score, level } };
      const workflow = { ...event, ...(localId === undefined ? {} : { localId }) };
      await outbox.enqueue("workflow", workflow, { tenant, idempotencyKey: `${type}:${eventId}` });
      return { result: { contactId: recorded.contactId } };
    },
  };
  return {
    kind,
    emailEvents: {
      async record(event, { tenant = "default" } = {}) {
        const { type, eventId } = checkedInput(kind, event);
        return outbox.enqueue("email-event", event, { tenant, idempotencyKey: `${type}:${eventId}` });
      },
    },
  };
}
