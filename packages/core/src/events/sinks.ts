import { isHubspokeError } from "../errors/hubspoke-error.ts";
import { makeOnce } from "../keyed-records/make-once.ts";
import type { RecordKeys } from "../keyed-records/record-keys.ts";
import type { CrmPort, CrmRef, CrmScope } from "../ports/crm.ts";
import { cutForHtml, escapeHtml, htmlAsText, textAsHtml } from "../util/html.ts";
import { type EventData, wordsOf } from "./inputs.ts";

/** Where events go: HubSpot's app events (approved apps), its legacy timeline (partners that have it), or a note, which always works. */
export const eventSinks = ["app", "legacy", "note"] as const;
/** A way onto timelines: `app`, `legacy` or `note`. */
export type EventSink = (typeof eventSinks)[number];

export interface SinkEvent {
  readonly event: EventData;
  readonly at: Date;
  readonly to: readonly CrmRef[];
  /** The host's key of it. */
  readonly key: string;
  readonly attempt: "first" | "again" | "unknown";
  readonly confirm?: (() => Promise<void>) | undefined;
}

export interface Sent {
  /** False: HubSpot had it already. */
  readonly created: boolean;
  /** The note's id, or the id of the event on the first record. */
  readonly id: string;
}

/** HubSpot's two timelines; `compose` connects them to the client. Each keeps the first event of an id and says so of the next. */
export interface TimelinePort {
  app(
    scope: CrmScope,
    event: {
      readonly eventTypeName: string;
      readonly id: string;
      readonly objectId: string;
      readonly properties: Readonly<Record<string, string | number | boolean>>;
      readonly timestamp: Date;
    },
  ): Promise<{ readonly duplicate: boolean }>;
  legacy(
    scope: CrmScope,
    event: {
      readonly eventTemplateId: string;
      readonly id: string;
      readonly objectId: string;
      readonly tokens: Readonly<Record<string, string | number | boolean>>;
      readonly timestamp: Date;
    },
  ): Promise<{ readonly duplicate: boolean }>;
}

export interface SinkDeps {
  readonly crm: CrmPort;
  readonly keys: RecordKeys;
  readonly timeline: TimelinePort;
  /** App event types by your type; default the type itself. */
  readonly appTypes: Readonly<Record<string, string>>;
  /** Legacy templates by your type. A type without one has no legacy timeline. */
  readonly templates: Readonly<Record<string, string>>;
}

export type SendTo = (scope: CrmScope, sent: SinkEvent) => Promise<Sent>;

/** Why a sink does not take what it is given, which another one may: an app without approval, a version without the API. */
export function isClosedTo(error: unknown): boolean {
  return isHubspokeError(error, "AUTH_SCOPE_MISSING") || isHubspokeError(error, "UNSUPPORTED_IN_VERSION");
}

export function sinksOf(deps: SinkDeps): Readonly<Record<EventSink, SendTo>> {
  const { crm, keys, timeline } = deps;

  /** One event a record; an id belongs to one of them. */
  async function each(
    scope: CrmScope,
    { to, key }: SinkEvent,
    send: (id: string, objectId: string) => Promise<{ readonly duplicate: boolean }>,
  ): Promise<Sent> {
    let created = false;
    let first = "";
    for (const { object, id: objectId } of to) {
      const id = await keys.valueOf(scope.tenant, "event", JSON.stringify([key, object, objectId]));
      const { duplicate } = await send(id, objectId);
      created ||= !duplicate;
      if (first === "") first = id;
    }
    return { created, id: first };
  }

  return {
    app: (scope, sent) =>
      each(scope, sent, (id, objectId) =>
        timeline.app(scope, {
          eventTypeName: deps.appTypes[sent.event.type] ?? sent.event.type,
          id,
          objectId,
          properties: sent.event.properties ?? {},
          timestamp: sent.at,
        }),
      ),
    legacy: (scope, sent) =>
      each(scope, sent, (id, objectId) =>
        timeline.legacy(scope, {
          eventTemplateId: deps.templates[sent.event.type] ?? "",
          id,
          objectId,
          tokens: sent.event.properties ?? {},
          timestamp: sent.at,
        }),
      ),
    async note(scope, { event, at, to, key, attempt, confirm }) {
      const body = noteOf(event);
      const timestamp = at.toISOString();
      return makeOnce({ crm, keys }, scope, {
        object: "notes",
        kind: "event",
        key,
        properties: { hs_note_body: body, hs_timestamp: timestamp },
        to,
        attempt,
        compare: ["hs_note_body", "hs_timestamp"],
        isSame: ({ properties }) =>
          Date.parse(properties.hs_timestamp ?? "") === at.getTime() &&
          htmlAsText(properties.hs_note_body ?? "") === htmlAsText(body),
        ...(confirm === undefined ? {} : { confirm }),
      });
    },
  };
}

function noteOf({ type, title, properties = {} }: EventData): string {
  const lines = Object.entries(properties).map(
    ([name, value]) => `${escapeHtml(wordsOf(name))}: ${textAsHtml(cutForHtml(String(value), 4_000))}`,
  );
  return [`<strong>${escapeHtml(title ?? wordsOf(type))}</strong>`, ...lines].join("<br>").slice(0, 65_536);
}
