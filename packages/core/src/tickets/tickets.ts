import * as z from "zod/mini";
import { makeOnce } from "../keyed-records/make-once.ts";
import type { RecordKeys } from "../keyed-records/record-keys.ts";
import { type ContactResolver, peopleOf, resolveTargets } from "../keyed-records/targets.ts";
import { checkedInput, type OutboxKind } from "../outbox/kind.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { CrmPort, CrmScope } from "../ports/crm.ts";
import type { CursorStore } from "../ports/cursor-store.ts";
import type { Tenant } from "../ports/ids.ts";
import {
  type CreatedTicket,
  type TicketChanges,
  type TicketInput,
  ticketChangesSchema,
  ticketProperties,
  ticketSchema,
} from "./inputs.ts";
import { type OutageTicket, outageTickets } from "./outages.ts";
import { closedStage, placeOf, type TicketPipeline } from "./pipeline.ts";
import { type OutageReport, type Reported, report } from "./reports.ts";

/** Whose account a ticket goes to. */
export interface TicketOptions {
  /** Whose HubSpot account it is in. Default `default`. */
  readonly tenant?: Tenant;
  /** Aborts waiting and calls. Error: ABORTED. */
  readonly signal?: AbortSignal;
}

/**
 * Tickets in HubSpot. `create` makes one ticket per key. `open` and `resolve` follow an outage: however often it is told,
 * it has one ticket, which is updated while it lasts and closed when it is over. Also as the outbox kinds `ticket`,
 * `ticket.open` and `ticket.resolve`.
 *
 * Errors: INPUT_INVALID (a pipeline or stage the account does not have, with the nearest name), those of a call to HubSpot.
 */
export interface Tickets {
  /**
   * `existing`: the key made this ticket before. `skipped`: HubSpot has no such contact, or it was erased; nothing was
   * written.
   */
  create(input: TicketInput, options: TicketOptions & { readonly idempotencyKey: string }): Promise<CreatedTicket>;
  /**
   * What is not named stays. A `stage` without a `pipeline` is looked for in the ticket's own. NOT_FOUND for an id
   * HubSpot does not have.
   */
  update(id: string, changes: TicketChanges, options?: TicketOptions): Promise<void>;
  /** Into `stage`, or the first closed one of its pipeline. */
  close(id: string, options?: TicketOptions & { readonly stage?: string }): Promise<void>;
  /** `outage` names what is wrong, such as `asr_below_threshold:trunk_456`. */
  open(outage: string, input: TicketInput, options?: TicketOptions): Promise<OutageTicket>;
  /** Closes the outage's ticket, with a last word in `content`; null where it has none. */
  resolve(
    outage: string,
    options?: TicketOptions & { readonly content?: string },
  ): Promise<{ readonly id: string } | null>;
  /**
   * What a monitor has found, however often it looks: the first report of something wrong opens the outage's ticket, further
   * ones bring it up to date, the first that all is well closes it. Durable when it resolves, whether HubSpot answers or
   * not; the worker does the rest. Errors: INPUT_INVALID, STORE_*.
   */
  report(finding: OutageReport, options?: Pick<TicketOptions, "tenant">): Promise<Reported>;
}

export interface TicketsDeps {
  readonly crm: CrmPort;
  readonly keys: RecordKeys;
  readonly resolver: ContactResolver;
  readonly cursors: CursorStore;
  readonly pipelines: (scope: CrmScope) => Promise<readonly TicketPipeline[]>;
  readonly clock: { now(): number };
  readonly newId: () => string;
  readonly toE164: (phone: string) => string | null;
  readonly outbox: Pick<Outbox, "enqueue">;
}

const openSchema = z.strictObject({ outage: z.string().check(z.minLength(1), z.maxLength(300)), ticket: ticketSchema });
const resolveSchema = z.strictObject({
  outage: z.string().check(z.minLength(1), z.maxLength(300)),
  content: z.optional(z.string().check(z.maxLength(60_000))),
});

export interface TicketsService {
  readonly tickets: Tickets;
  readonly kinds: readonly OutboxKind<never>[];
}

export function createTickets(deps: TicketsDeps): TicketsService {
  const { crm, keys, resolver, toE164 } = deps;
  const scopeOf = ({ tenant = "default", signal }: TicketOptions): CrmScope => ({
    tenant,
    lane: "interactive",
    ...(signal === undefined ? {} : { signal }),
  });

  async function create(
    scope: CrmScope,
    input: TicketInput,
    key: string,
    attempt: "first" | "again" | "unknown",
    confirm?: () => Promise<void>,
  ): Promise<CreatedTicket> {
    const signal = scope.signal ?? new AbortController().signal;
    const targets = await resolveTargets(resolver, scope.tenant, input.to ?? [], signal);
    if (typeof targets === "string") return { outcome: "skipped", reason: targets };
    const { pipeline, stage } = placeOf(await deps.pipelines(scope), input);
    const properties = { ...ticketProperties(input), hs_pipeline: pipeline, hs_pipeline_stage: stage };
    const made = await makeOnce({ crm, keys }, scope, {
      object: "tickets",
      kind: "ticket",
      key,
      properties,
      to: targets.refs,
      attempt,
      compare: ["subject", "content"],
      isSame: ({ properties: there }) =>
        there.subject === input.subject && (there.content ?? "") === (input.content ?? ""),
      ...(confirm === undefined ? {} : { confirm }),
    });
    return { outcome: made.created ? "created" : "existing", id: made.id };
  }

  async function update(scope: CrmScope, id: string, changes: TicketChanges): Promise<void> {
    const properties = ticketProperties(changes);
    if (changes.pipeline !== undefined || changes.stage !== undefined) {
      const [ticket] = await crm.read(scope, "tickets", [id], ["hs_pipeline"]);
      const pipeline = changes.pipeline ?? ticket?.properties.hs_pipeline ?? undefined;
      const place = placeOf(await deps.pipelines(scope), { pipeline, stage: changes.stage });
      properties.hs_pipeline = place.pipeline;
      properties.hs_pipeline_stage = place.stage;
    }
    await crm.update(scope, "tickets", id, properties);
  }

  async function close(scope: CrmScope, id: string, stage?: string, more: TicketChanges = {}): Promise<void> {
    const [ticket] = await crm.read(scope, "tickets", [id], ["hs_pipeline"]);
    // Deleted by hand: there is nothing to close.
    if (ticket === undefined) return;
    const stageId = closedStage(await deps.pipelines(scope), ticket.properties.hs_pipeline ?? "", stage);
    await crm.update(scope, "tickets", id, { ...ticketProperties(more), hs_pipeline_stage: stageId });
  }

  const outages = outageTickets({ ...deps, create, close, pipelines: deps.pipelines });
  const ticketKind: OutboxKind<TicketInput> = {
    name: "ticket",
    input: ticketSchema,
    people: ({ to = [] }) => peopleOf(to, toE164),
    async run(input, job) {
      const attempt = job.tries === 0 ? "first" : "again";
      const scope = scopeOf(job);
      const made = await create(scope, input, job.idempotencyKey, attempt, () => job.confirm());
      return made.outcome === "skipped" ? { skipped: made.reason } : { result: { id: made.id } };
    },
  };
  const openKind: OutboxKind<z.output<typeof openSchema>> = {
    name: "ticket.open",
    input: openSchema,
    order: ({ outage }) => outage,
    people: ({ ticket }) => peopleOf(ticket.to ?? [], toE164),
    async run({ outage, ticket }, job) {
      const opened = await outages.open(scopeOf(job), outage, ticket);
      return opened.outcome === "skipped" ? { skipped: opened.reason } : { result: { id: opened.id } };
    },
  };
  const resolveKind: OutboxKind<z.output<typeof resolveSchema>> = {
    name: "ticket.resolve",
    input: resolveSchema,
    order: ({ outage }) => outage,
    async run({ outage, content }, job) {
      const closed = await outages.resolve(scopeOf(job), outage, content);
      return closed === null ? { skipped: "no-ticket" } : { result: { id: closed.id } };
    },
  };
  return {
    kinds: [ticketKind, openKind, resolveKind] as unknown as readonly OutboxKind<never>[],
    tickets: {
      create: async (input, { idempotencyKey, ...options }) =>
        create(scopeOf(options), checkedInput(ticketKind, input), idempotencyKey, "unknown"),
      async update(id, changes, options = {}) {
        await update(scopeOf(options), id, checkedInput({ name: "ticket", input: ticketChangesSchema }, changes));
      },
      close: (id, options = {}) => close(scopeOf(options), id, options.stage),
      open: (outage, ticket, options = {}) => {
        const read = checkedInput(openKind, { outage, ticket });
        return outages.open(scopeOf(options), read.outage, read.ticket);
      },
      resolve: (outage, options = {}) => {
        const { content } = options;
        const read = checkedInput(resolveKind, content === undefined ? { outage } : { outage, content });
        return outages.resolve(scopeOf(options), read.outage, read.content);
      },
      report: (finding, { tenant = "default" } = {}) => report(deps, tenant, finding),
    },
  };
}
