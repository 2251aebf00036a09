import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { EpochMs, PortalId, RowId, Tenant } from "../../ports/ids.ts";
import type { SubscriptionType } from "../subscription-types.ts";

/** Names HubSpot may invent tomorrow are accepted, and the known ones complete in an editor. */
export type EventName = SubscriptionType | (string & Record<never, never>);

/**
 * What a handler gets: that something happened to a record of one tenant. No values: read the record for those, since
 * events arrive late, twice and out of order. What the event itself said comes only to handlers that ask, see `on`.
 */
export interface WebhookEvent<T extends EventName = EventName> {
  /** The same in every try of one event: make effects idempotent by it. */
  readonly id: RowId;
  /** HubSpot's `subscriptionType`, such as `contact.propertyChange`. */
  readonly type: T;
  /** The handler runs once for each tenant of the account. */
  readonly tenant: Tenant;
  /** The account it happened in. */
  readonly portalId: PortalId;
  /** Canonical name such as `contacts`, or a custom type id such as `2-345`. */
  readonly objectType: string | null;
  /** Null where the event has none: association changes of deals come without (hubspot-facts §5.1). */
  readonly objectId: string | null;
  /** Of a `propertyChange`. */
  readonly propertyName: string | null;
  /** A merge's other ids, or the other end of an association. */
  readonly relatedIds: readonly string[];
  /** HubSpot's clock. Events arrive in any order. */
  readonly occurredAt: EpochMs;
  /** When it was stored here. */
  readonly receivedAt: EpochMs;
  /** HubSpot's count of deliveries before this one. */
  readonly attempt: number;
  /** Who changed it, in HubSpot's words, such as `CRM_UI` or `INTEGRATION`; the list of them is not documented. */
  readonly changeSource: string | null;
  /** Which user, app or import it was, where HubSpot says. */
  readonly sourceId: string | null;
}

/** What a handler gets that asked for values. */
export interface WebhookValueEvent<T extends EventName = EventName> extends WebhookEvent<T> {
  /**
   * `propertyValue` as HubSpot sent it: what it was when this happened, perhaps not what it is now. Null where HubSpot sent
   * none, where the event was accepted before the handler asked, and for a contact that this tenant erased.
   */
  readonly value: string | null;
}

/** How a handler is registered that wants the values of its events. */
export interface WebhookValueOptions {
  /** The values of events of this type are kept from now on, sealed, until the event is done with. */
  readonly value: true;
}

/**
 * Host code for one event. A rejection repeats it later with growing pauses, and the event is kept until it succeeds.
 * Events of one record run one at a time; other records run beside it.
 */
export type WebhookHandler<T extends EventName = EventName> = (
  event: WebhookEvent<T>,
  context: { readonly signal: AbortSignal },
) => void | Promise<void>;

/** Host code for one event and what it said: see `WebhookHandler`. It is never called without a value that was kept. */
export type WebhookValueHandler<T extends EventName = EventName> = (
  event: WebhookValueEvent<T>,
  context: { readonly signal: AbortSignal },
) => void | Promise<void>;

/** A handler as it was registered. */
export type RegisteredHandler =
  | { readonly value: false; readonly handler: WebhookHandler }
  | { readonly value: true; readonly handler: WebhookValueHandler };

/** Handlers by the kind of event they are for. */
export interface WebhookHandlers {
  /**
   * Registers a handler for one kind of event, or for `"*"`, every kind. Returns the function that removes it. With
   * `{ value: true }` its events have `value`; every process that takes webhooks in has to register it, since it is kept
   * or not when HubSpot is answered. Errors: CONFIG_INVALID.
   */
  on<T extends EventName | "*">(
    type: T,
    handler: WebhookValueHandler<T extends "*" ? EventName : T>,
    options: WebhookValueOptions,
  ): () => void;
  on<T extends EventName | "*">(type: T, handler: WebhookHandler<T extends "*" ? EventName : T>): () => void;
  /** The handlers of a kind in the order they were registered. */
  of(type: string): readonly RegisteredHandler[];
  /** Whether a handler of this kind asked for values. */
  wantValue(type: string): boolean;
  /** The kinds they were registered for, `*` among them. */
  types(): readonly string[];
  /** How many are registered, of all kinds. */
  readonly size: number;
}

/** A register of handlers for events. It does no I/O. */
export function createWebhookHandlers(): WebhookHandlers {
  const registered = new Set<{ readonly type: string } & RegisteredHandler>();
  const of = (type: string) => [...registered].filter((entry) => entry.type === type || entry.type === "*");
  return {
    on(type: string, handler: WebhookHandler | WebhookValueHandler, options?: WebhookValueOptions) {
      if (typeof handler !== "function") {
        throw new HubspokeError("CONFIG_INVALID", `the handler of "${type}" must be a function`);
      }
      const entry = { type, value: options?.value === true, handler } as { readonly type: string } & RegisteredHandler;
      registered.add(entry);
      return () => void registered.delete(entry);
    },
    get size() {
      return registered.size;
    },
    types: () => [...registered].map(({ type }) => type),
    of,
    wantValue(type) {
      // For every event of every delivery.
      for (const one of registered) if (one.value && (one.type === type || one.type === "*")) return true;
      return false;
    },
  };
}
