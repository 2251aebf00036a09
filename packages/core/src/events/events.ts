import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { RecordKeys } from "../keyed-records/record-keys.ts";
import { type ContactResolver, peopleOf, resolveTargets, type SkipReason } from "../keyed-records/targets.ts";
import { checkedInput, type OutboxKind } from "../outbox/kind.ts";
import type { Clock } from "../ports/clock.ts";
import type { CrmPort, CrmScope } from "../ports/crm.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import { bounded } from "../util/bounded.ts";
import { type EventData, type EventInput, eventSchema } from "./inputs.ts";
import { type EventSink, eventSinks, isClosedTo, type SinkEvent, sinksOf, type TimelinePort } from "./sinks.ts";

/** Where events of timelines go. */
export interface EventOptions {
  /**
   * Where events go, the first that takes them. `app` needs an approved app and a dated API version, `legacy` a partner
   * that has templates; `note` always works and ends the list. Default `["note"]`.
   */
  readonly sinks?: readonly EventSink[] | undefined;
  /** App event types by your type. Default: the same name. */
  readonly appTypes?: Readonly<Record<string, string>> | undefined;
  /** Legacy event templates by your type; a type without one goes on to the next sink. */
  readonly templates?: Readonly<Record<string, string>> | undefined;
}

/** The key that makes a repeat of an event harmless. */
export interface SendOptions {
  /** Whose HubSpot account it goes to. Default `default`. */
  readonly tenant?: Tenant;
  /** Yours: the same key again is the same event. */
  readonly idempotencyKey: string;
  /** Aborts waiting and calls. Error: ABORTED. */
  readonly signal?: AbortSignal;
}

/** What became of an event: where it went, or why nowhere. */
export type SentEvent =
  | { readonly outcome: "sent" | "existing"; readonly sink: EventSink; readonly id: string }
  | { readonly outcome: "skipped"; readonly reason: SkipReason };

/**
 * Things that happened in your product, on the timelines of HubSpot's records. Also as the outbox kind `event`.
 * Errors: INPUT_INVALID, UNKNOWN_OUTCOME, those of a call to HubSpot.
 */
export interface Events {
  /** Writes now, where HubSpot can be reached; `outbox.enqueue("event", …)` is for what must not be lost. */
  send(event: EventInput, options: SendOptions): Promise<SentEvent>;
}

export interface EventsDeps {
  readonly crm: CrmPort;
  readonly keys: RecordKeys;
  readonly resolver: ContactResolver;
  readonly timeline: TimelinePort;
  readonly clock: Pick<Clock, "now">;
  readonly toE164: (phone: string) => string | null;
}

/** How long a sink that did not take a type is passed over: an app may be approved meanwhile. */
const closedMs = 3_600_000;

type Attempt = Pick<SinkEvent, "attempt" | "confirm"> & { readonly key: string; readonly createdAt: EpochMs };

export interface EventsService {
  readonly events: Events;
  readonly kinds: readonly OutboxKind<never>[];
}

/** Errors: CONFIG_INVALID for sinks that are none. */
export function createEvents(deps: EventsDeps, options: EventOptions = {}): EventsService {
  const order = checkedSinks(options.sinks);
  const templates = options.templates ?? {};
  const sinks = sinksOf({ ...deps, appTypes: options.appTypes ?? {}, templates });
  const closed = bounded<string, EpochMs>(5_000);

  async function send(scope: CrmScope, event: EventData, attempt: Attempt): Promise<SentEvent> {
    const signal = scope.signal ?? new AbortController().signal;
    const targets = await resolveTargets(deps.resolver, scope.tenant, event.to, signal);
    if (typeof targets === "string") return { outcome: "skipped", reason: targets };
    const sent: SinkEvent = { ...attempt, event, to: targets.refs, at: event.at ?? new Date(attempt.createdAt) };
    for (const sink of order) {
      const place = JSON.stringify([scope.tenant, sink, event.type]);
      const since = closed.get(place);
      if (since !== undefined && deps.clock.now() - since < closedMs) continue;
      if (sink === "legacy" && templates[event.type] === undefined) continue;
      try {
        const { created, id } = await sinks[sink](scope, sent);
        return { outcome: created ? "sent" : "existing", sink, id };
      } catch (error) {
        // A note is the last resort: what it is refused for is the answer.
        if (sink === "note" || !isClosedTo(error)) throw error;
        closed.set(place, deps.clock.now());
      }
    }
    throw new HubspokeError(
      "UNSUPPORTED_CAPABILITY",
      `UNSUPPORTED_CAPABILITY: no sink takes the event "${event.type}"; add "note" to events.sinks, which always works`,
      { details: { type: event.type } },
    );
  }

  const kind: OutboxKind<EventData> = {
    name: "event",
    input: eventSchema as unknown as OutboxKind<EventData>["input"],
    people: ({ to }) => peopleOf(to, deps.toE164),
    async run(event, job) {
      const { tenant, signal, idempotencyKey: key, createdAt } = job;
      const attempt = job.tries === 0 ? "first" : "again";
      const scope: CrmScope = { tenant, lane: "interactive", signal };
      const sent = await send(scope, event, { key, createdAt, attempt, confirm: () => job.confirm() });
      return sent.outcome === "skipped" ? { skipped: sent.reason } : { result: { sink: sent.sink, id: sent.id } };
    },
  };
  return {
    kinds: [kind as unknown as OutboxKind<never>],
    events: {
      async send(event, { tenant = "default", idempotencyKey: key, signal }) {
        const scope: CrmScope = { tenant, lane: "interactive", ...(signal === undefined ? {} : { signal }) };
        return send(scope, checkedInput(kind, event), { key, createdAt: deps.clock.now(), attempt: "unknown" });
      },
    },
  };
}

function checkedSinks(sinks: readonly EventSink[] = ["note"]): readonly EventSink[] {
  if (sinks.length > 0 && sinks.every((sink) => eventSinks.includes(sink))) return sinks;
  throw new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: events.sinks is a list of ${eventSinks.join(", ")}`);
}
