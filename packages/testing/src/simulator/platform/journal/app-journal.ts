import type { RandomStream } from "../../base/random.ts";
import { type JournalEvent, viewEvent } from "./event.ts";

/** One file of an app's journal. */
export interface JournalEntry {
  readonly offset: string;
  readonly publishedAt: number;
  readonly events: readonly JournalEvent[];
}

export interface SavedJournal {
  /** Not published yet. */
  readonly gathered: readonly JournalEvent[];
  readonly entries: readonly JournalEntry[];
}

/** A file holds no more than this (hubspot-facts §5.5). */
const MAX_EVENTS = 10_000;
const MAX_BYTES = 5 * 1024 * 1024;
const RETENTION_MS = 3 * 86_400_000;

/** What one app can read of what happened: gathered for a moment, published in files, kept for three days. */
export class AppJournal {
  readonly #random: RandomStream;
  readonly #interval: () => number;
  #gathered: JournalEvent[] = [];
  #entries: JournalEntry[] = [];

  /** @param interval milliseconds between publications */
  constructor(random: RandomStream, interval: () => number) {
    this.#random = random;
    this.#interval = interval;
  }

  /** The latest event that is not published yet. */
  get latest(): JournalEvent | undefined {
    return this.#gathered.at(-1);
  }

  add(event: JournalEvent): void {
    this.#gathered.push(event);
  }

  replaceLatest(event: JournalEvent): void {
    this.#gathered[this.#gathered.length - 1] = event;
  }

  save(): SavedJournal {
    return { gathered: this.#gathered, entries: this.#entries };
  }

  load({ gathered, entries }: SavedJournal): void {
    this.#gathered = [...gathered];
    this.#entries = [...entries];
  }

  /** Oldest first. With a portal, only what happened there. */
  entries(now: number, portalId: number | undefined): JournalEntry[] {
    this.#publish(now);
    this.#entries = this.#entries.filter(({ publishedAt }) => now - publishedAt < RETENTION_MS);
    if (portalId === undefined) return this.#entries;
    return this.#entries.flatMap((entry) => {
      const events = entry.events.filter((event) => event.portalId === portalId);
      return events.length === 0 ? [] : [{ ...entry, events }];
    });
  }

  /** Everything that happened between two publications is in one file, unless it is too much for one. */
  #publish(now: number): void {
    const interval = this.#interval();
    const dueAt = ({ at }: JournalEvent) => (interval === 0 ? now : (Math.floor(at / interval) + 1) * interval);
    let open: { publishedAt: number; events: JournalEvent[]; bytes: number } | undefined;
    const waiting: JournalEvent[] = [];
    for (const event of this.#gathered) {
      const publishedAt = dueAt(event);
      if (publishedAt > now) {
        waiting.push(event);
        continue;
      }
      const bytes = JSON.stringify(viewEvent(event)).length;
      const full = open !== undefined && (open.events.length >= MAX_EVENTS || open.bytes + bytes > MAX_BYTES);
      if (open === undefined || full || open.publishedAt !== publishedAt) {
        open = { publishedAt, events: [], bytes: 0 };
        this.#entries.push({ offset: this.#random.uuid(), publishedAt, events: open.events });
      }
      open.events.push(event);
      open.bytes += bytes;
    }
    this.#gathered = waiting;
  }
}

export function viewEntry({ offset, publishedAt, events }: JournalEntry): Record<string, unknown> {
  return { offset, journalEvents: events.map(viewEvent), publishedAt: new Date(publishedAt).toISOString() };
}
