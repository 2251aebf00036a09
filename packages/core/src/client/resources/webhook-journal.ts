import { list, object } from "../../http/error-body.ts";
import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import type { Fields } from "./fields.ts";
import { type JournalSubscriptionsApi, journalSubscriptionsApi } from "./journal-subscriptions.ts";
import type { Rest } from "./rest.ts";

/** Where one file of the journal is. HubSpot keeps files for three days, and an address works for minutes. */
export interface JournalEntry {
  /** HubSpot's `currentOffset`: where `next` goes on behind this file. Kept as text. */
  readonly offset: string;
  /** Presigned: whoever has it can read the file without a token. Never log it. */
  readonly url: string;
  /** Until then `url` works; null where HubSpot did not say. */
  readonly expiresAt: Date | null;
}

/** The contents of one file: up to 10,000 events, as HubSpot writes them. */
export interface JournalFile {
  /** That of the entry the file was read from. */
  readonly offset: string;
  /** When HubSpot closed the file; null where it held no date. */
  readonly publishedAt: Date | null;
  /** HubSpot's `journalEvents`, unchanged. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

export interface SnapshotRequest {
  readonly portalId: number;
  readonly objectId: number;
  readonly objectTypeId: string;
  readonly properties: readonly string[];
}

/**
 * The webhooks journal of an app (hubspot-facts §5.5): a change feed that is pulled. Needs a client whose token came by
 * `client_credentials` with the scopes `developer.webhooks_journal.*`; reading it counts against no limit.
 */
export interface WebhookJournalApi {
  /** null: there is nothing. */
  earliest(options?: CallOptions): Promise<JournalEntry | null>;
  latest(options?: CallOptions): Promise<JournalEntry | null>;
  /** What follows an offset; null: nothing yet. NOT_FOUND for an offset that is too old. */
  next(offset: string, options?: CallOptions): Promise<JournalEntry | null>;
  /** Up to 100 entries after an offset, or from the earliest. */
  batch(after: string | null, count: number, options?: CallOptions): Promise<readonly JournalEntry[]>;
  /** Everything there is after an offset, or from the earliest, to the end of the journal. */
  entries(after: string | null, options?: CallOptions): AsyncIterable<JournalEntry>;
  /** Fetches an entry's file, from where HubSpot says it is and without the token. */
  read(entry: JournalEntry, options?: CallOptions): Promise<JournalFile>;
  /** Has records written into the journal as they are now. Answers a status id each. */
  snapshot(requests: readonly SnapshotRequest[], options?: UpdateOptions): Promise<readonly string[]>;
  readonly subscriptions: JournalSubscriptionsApi;
}

export type Download = (url: string, signal?: AbortSignal) => Promise<unknown>;

const about = "webhooks-journal";
const most = 100;

/** `local`: of the token's own account only. */
export function webhookJournalApi(rest: Rest, download: Download, local: boolean): WebhookJournalApi {
  const base = local ? "/webhooks-journal/journal-local/{version}" : "/webhooks-journal/journal/{version}";
  const one = async (
    route: string,
    path: Readonly<Record<string, string>>,
    options: CallOptions | undefined,
  ): Promise<JournalEntry | null> => {
    const from = await rest.call(`GET ${base}${route}`, { about, path, options });
    return from.has("url") ? entry(from) : null;
  };
  const batch: WebhookJournalApi["batch"] = async (after, count, options) => {
    const route = after === null ? "/batch/earliest/{count}" : "/batch/{offset}/next/{count}";
    const path = { count: String(count), ...(after === null ? {} : { offset: after }) };
    return (await rest.call(`GET ${base}${route}`, { about, path, options })).objects("results").map(entry);
  };
  return {
    earliest: (options) => one("/earliest", {}, options),
    latest: (options) => one("/latest", {}, options),
    next: (offset, options) => one("/offset/{offset}/next", { offset }, options),
    batch,
    async *entries(after, options) {
      for (let from = after; ; ) {
        const found = await batch(from, most, options);
        yield* found;
        const last = found.at(-1);
        if (last === undefined) return;
        from = last.offset;
      }
    },
    async read({ url, offset }, options) {
      const body = object(await download(url, options?.signal));
      const published = typeof body.publishedAt === "number" ? body.publishedAt : Date.parse(String(body.publishedAt));
      return {
        offset,
        publishedAt: Number.isNaN(published) ? null : new Date(published),
        events: list(body.journalEvents).map(object),
      };
    },
    async snapshot(snapshotRequests, options) {
      const request = { about, body: { snapshotRequests }, effect: "update", options } as const;
      const answer = await rest.call("POST /webhooks-journal/snapshots/{version}/crm", request);
      return answer.objects("snapshotResponses").map((response) => response.id("snapshotStatusId"));
    },
    subscriptions: journalSubscriptionsApi(rest),
  };
}

function entry(from: Fields): JournalEntry {
  return { offset: from.id("currentOffset"), url: from.id("url"), expiresAt: from.date("expiresAt") };
}
