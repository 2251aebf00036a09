import { ApiError, validationError } from "../../base/api-error.ts";
import type { RandomStream } from "../../base/random.ts";
import { textOf } from "../../base/text-of.ts";
import { parseTime } from "../../properties/normalise.ts";
import type { Portal } from "../../state/portal.ts";
import type { ChangeSource, SimRecord } from "../../state/record.ts";

/** Something that happened to a record, told by an app, old way or new. */
export interface TimelineEvent {
  /** The sender's; the same id and type again is 409. */
  readonly id: string;
  /** The template's id, or the event type's name. */
  readonly type: string;
  /** Whose token sent it. */
  readonly appId: number;
  /** By type id, e.g. `0-1`. */
  readonly objectTypeId: string;
  /** Of the record, also where it was sent by address or tracking token. */
  readonly objectId: string;
  /** When it happened, epoch ms; when it was received where the sender did not say. */
  readonly timestamp: number;
  /** When it was received, epoch ms. */
  readonly createdAt: number;
  /** Tokens of the old way, properties of the new, as text. */
  readonly properties: Readonly<Record<string, string>>;
  /** As it was sent; undefined where there was none. */
  readonly extraData: unknown;
  /** As it was sent. */
  readonly raw: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** The events of one account. They never change. */
export class Timeline {
  readonly #portal: Portal;
  readonly #random: RandomStream;
  readonly #events: Map<string, TimelineEvent> = new Map();

  constructor(portal: Portal, random: RandomStream) {
    this.#portal = portal;
    this.#random = random;
  }

  /** Oldest first. */
  all(): TimelineEvent[] {
    return [...this.#events.values()];
  }

  find(type: string, id: string): TimelineEvent | undefined {
    return this.#events.get(`${type}/${id}`);
  }

  nextId(): string {
    return this.#random.uuid();
  }

  refuseRepeated(type: string, id: string): void {
    if (this.find(type, id) === undefined) return;
    throw new ApiError(409, `An event with the id ${id} exists already and cannot be changed`, {
      category: "CONFLICT",
    });
  }

  /** The record an event is about. An unknown address makes a contact, if `make` says so. */
  subjectOf(objectType: string, body: Fields, source: ChangeSource, make: boolean): SimRecord | undefined {
    const store = this.#portal.store(objectType);
    if (store === undefined) throw validationError(`Unknown object type ${objectType}`);
    const { objectId, email, utk } = body;
    if (objectId !== undefined && objectId !== null) {
      const record = store.records.resolve(textOf(objectId));
      if (record === undefined) throw validationError(`Object ${textOf(objectId)} does not exist`);
      return record;
    }
    if (email !== undefined && email !== null && store === this.#portal.contacts) {
      const found = store.records.findBy("email", textOf(email));
      if (found !== undefined || !make) return found;
      return store.create({ email: textOf(email) }, source).record;
    }
    if (utk !== undefined && utk !== null) return undefined;
    throw validationError("One of objectId, email and utk is required");
  }

  load(events: readonly TimelineEvent[]): void {
    for (const event of events) this.add(event);
  }

  add(event: TimelineEvent): TimelineEvent {
    this.#events.set(`${event.type}/${event.id}`, event);
    return event;
  }
}

/** Milliseconds, an ISO time, or, when nothing is said, now. */
export function timestampOf(value: unknown, now: number): number {
  if (value === undefined || value === null) return now;
  const time = parseTime(textOf(value));
  if (time === undefined) throw validationError(`timestamp is no time: ${textOf(value)}`);
  return time;
}
