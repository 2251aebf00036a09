import {
  HubSpotConflictError,
  type HubSpotError,
  HubSpotOutboundRefusedError,
  HubSpotValidationError,
} from "../../errors/hubspot-errors.ts";
import type { BatchOutcome } from "../../model/record.ts";
import { chunk } from "../../util/chunk.ts";
import { sendNarrowing } from "../narrow.ts";
import type { CallOptions } from "../objects-api.ts";
import { endStopped, failureOf, unsent } from "../outcomes.ts";
import { given, type Rest } from "./rest.ts";

/** Something that happened, on a record's timeline. Types are declared in the app's project (hubspot-facts §1.5). */
export interface AppEvent {
  /** The type's full name, as the app's project in HubSpot declares it. */
  readonly eventTypeName: string;
  /** Yours, at most 500 bytes. HubSpot keeps the first event of an id and never changes it. */
  readonly id: string;
  /** Values of the properties the type declares. One of them may have 510 KB, the whole event 1 MB. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  /** Whose timeline: a record's id, or for contacts an address or tracking token. */
  readonly objectId?: string;
  /** Instead of `objectId`, for contacts. */
  readonly email?: string;
  /** Instead of `objectId`: what HubSpot's tracking cookie `hubspotutk` holds in the contact's browser. */
  readonly utk?: string;
  /** The site the tracking token is of; goes with `utk`. */
  readonly domain?: string;
  /** When it happened; sent as ISO 8601 in UTC. Absent: HubSpot takes when it received the event. */
  readonly timestamp?: Date;
  /** Any JSON that the type's templates can show and nothing else reads. */
  readonly extraData?: unknown;
  /**
   * HubSpot's object for a link that opens a frame: `linkLabel`, `headerLabel`, `url`, `width`, `height`. Sent as it is
   * given.
   */
  readonly timelineIFrame?: unknown;
  /** Of records that are custom objects: `p62515_trunk`. Absent: the object the type was declared for. */
  readonly objectTypeFullyQualifiedName?: string;
}

export interface SentEvent {
  readonly id: string;
  /** HubSpot had an event of this id already, and kept that one. */
  readonly duplicate: boolean;
}

/**
 * App events, in the dated versions only: v3 has another API with templates, which is UNSUPPORTED_IN_VERSION here.
 * An event's id makes it repeatable, so one whose answer was lost is sent again.
 */
export interface AppEventsApi {
  send(event: AppEvent, options?: CallOptions): Promise<SentEvent>;
  /** Any number; each has its outcome. HubSpot refuses a whole batch for one bad event: that one is found by halving. */
  sendMany(events: readonly AppEvent[], options?: CallOptions): Promise<BatchOutcome<SentEvent>[]>;
}

const about = "app-events";
const all = "/integrators/timeline/{version}/events";

export function appEventsApi(rest: Rest): AppEventsApi {
  const send = async (event: AppEvent, options: CallOptions | undefined): Promise<SentEvent> => {
    try {
      await rest.call(`POST ${all}`, { about, body: wire(event), effect: "update", options });
      return { id: event.id, duplicate: false };
    } catch (error) {
      if (error instanceof HubSpotConflictError) return { id: event.id, duplicate: true };
      throw error;
    }
  };
  return {
    send,
    async sendMany(events, options) {
      const outcomes: BatchOutcome<SentEvent>[] = new Array(events.length);
      const sendPart = async (part: readonly number[]): Promise<void> => {
        const [only] = part;
        if (part.length === 1 && only !== undefined) {
          outcomes[only] = { index: only, ok: true, value: await send(events[only] as AppEvent, options) };
          return;
        }
        const inputs = part.map((index) => wire(events[index] as AppEvent));
        await rest.call(`POST ${all}/batch`, { about, body: { inputs }, effect: "update", options });
        for (const index of part) {
          outcomes[index] = { index, ok: true, value: { id: events[index]?.id ?? "", duplicate: false } };
        }
      };
      const failed = (part: readonly number[], error: unknown): void => {
        for (const index of part) {
          const failure = failureOf(index, error);
          if (failure === null) throw error;
          outcomes[index] = failure;
        }
      };
      const giveUp = (part: readonly number[], error: HubSpotError): void => {
        for (const index of part) outcomes[index] = unsent(index, error);
      };
      const sending = { send: sendPart, settle: failed, giveUp, splits };
      try {
        for (const part of chunk([...events.keys()], 100)) await sendNarrowing(part, sending);
      } catch (error) {
        endStopped(outcomes, error);
      }
      return outcomes;
    },
  };
}

function splits(error: unknown): boolean {
  return (
    error instanceof HubSpotConflictError ||
    error instanceof HubSpotValidationError ||
    error instanceof HubSpotOutboundRefusedError
  );
}

function wire({ timestamp, ...event }: AppEvent): unknown {
  return given({ ...event, timestamp: timestamp?.toISOString() });
}
