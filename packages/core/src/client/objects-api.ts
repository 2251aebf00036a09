import type { NothingElse, Picked, PropertyName, WritableProperties } from "../model/object-properties.ts";
import type { BatchOutcome, NormalisationWarning, PropertyVersion } from "../model/record.ts";
import type { SearchAllQuery, SearchQuery } from "../model/search-query.ts";
import type { Association } from "./object-calls.ts";

/** A record with exactly the properties that were asked for. */
export interface HubSpotRecord<M, K extends string> {
  /** The record's id now: after a merge it differs from the id that was asked for (hubspot-facts §7.1). */
  readonly id: string;
  /** Those asked for: numbers, dates, booleans and lists by their type; null where there is no value. */
  readonly properties: Picked<M, K>;
  /** With `history: true`: versions of every property, newest first, as text. */
  readonly history?: Readonly<Record<string, readonly PropertyVersion[]>>;
  /** Of HubSpot's clock; null where its answer held no readable date. */
  readonly createdAt: Date | null;
  /**
   * The last change of any property, HubSpot's own calculated ones among them, by HubSpot's clock; null as `createdAt`.
   */
  readonly updatedAt: Date | null;
  /** Deleted, and for 90 days restorable in HubSpot. Only reads with `archived: true` give such records. */
  readonly archived: boolean;
  /** Absent unless it is archived. */
  readonly archivedAt?: Date;
  /** Where a person sees the record (2026-09). */
  readonly url?: string;
  /** Values HubSpot stored otherwise than they were sent (2026-09). */
  readonly warnings?: readonly NormalisationWarning[];
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface ReadOptions<K extends string> extends CallOptions {
  readonly properties: readonly K[];
  readonly history?: boolean;
  readonly archived?: boolean;
}

export interface ListOptions<K extends string> extends ReadOptions<K> {
  /**
   * Readers at work at once, 2 to 32: several ranges of ids are read side by side, and records come in no particular
   * order. Live records only. Default: one reader, HubSpot's order.
   */
  readonly parallel?: number;
}

export interface UpdateOptions extends CallOptions {
  /** A write whose outcome is unknown: sent again, creates resolved (default); or reported. */
  readonly unknownOutcome?: "repeat" | "throw";
}

export interface CreateInput<M, P extends WritableProperties<M> = WritableProperties<M>> {
  readonly properties: P & NothingElse<M, P>;
  readonly associations?: readonly Association[];
}

export interface SearchPage<M, K extends string> {
  /** Number of matches, also beyond the 10,000 that can be paged through. */
  readonly total: number;
  readonly records: readonly HubSpotRecord<M, K>[];
  /** `after` of the next page; absent on the last. */
  readonly next?: string;
}

/**
 * Everything one object type can do. `M` are its typed properties.
 *
 * Errors of every method: HubSpot* errors, READ_ONLY, NOT_ALLOWED, PROPERTY_UNKNOWN, INPUT_INVALID, ABORTED, CLOSED.
 * Batch methods take any number of inputs and give each exactly one outcome, in input order.
 */
export interface ObjectsApi<M> {
  /** By id, or by a unique property (sent in a body, never in the URL). Reads made in one tick share one call. */
  get<const K extends PropertyName<M>>(
    id: string,
    options: ReadOptions<K> & { readonly idProperty?: PropertyName<M> },
  ): Promise<HubSpotRecord<M, K>>;
  /** All live records in HubSpot's order, a page of 100 at a time, fetched as they are consumed. */
  list<const K extends PropertyName<M>>(options: ListOptions<K>): AsyncIterable<HubSpotRecord<M, K>>;
  /**
   * Answers the properties written, as HubSpot stored them. An existing record: CONFLICT with `existingId`.
   *
   * When its answer is lost it is looked up by a unique property of the input: a record that came into being since with
   * the values sent is answered, one that was there before is CONFLICT, and one that is not there is sent again, which
   * HubSpot's uniqueness keeps from becoming two. Without a unique property, or where it cannot be told: UNKNOWN_OUTCOME,
   * whose `check` says what to look at. `unknownOutcome: "throw"`: always that.
   */
  create<const P extends WritableProperties<M>>(
    input: CreateInput<M, P>,
    options?: UpdateOptions,
  ): Promise<HubSpotRecord<M, keyof P & string>>;
  /** Answers the properties written, as HubSpot stored them. */
  update<const P extends WritableProperties<M>>(
    id: string,
    properties: P & NothingElse<M, P>,
    options?: UpdateOptions,
  ): Promise<HubSpotRecord<M, keyof P & string>>;
  /**
   * The record whose unique property `idProperty` is `id`, with these properties: updated, or made where there is none, so
   * that a repeat is harmless. Answers the properties written. `email` takes complete records only, as in `batchUpsert`.
   */
  upsert<const P extends WritableProperties<M>>(
    id: string,
    properties: P & NothingElse<M, P>,
    options: UpdateOptions & { readonly idProperty: PropertyName<M> },
  ): Promise<HubSpotRecord<M, keyof P & string>>;
  /** Takes the record out of sight; people can restore it in HubSpot for 90 days. */
  archive(id: string, options?: UpdateOptions): Promise<void>;
  /** Any number of ids, a hundred a call; one outcome for each, in order. */
  batchRead<const K extends PropertyName<M>>(
    ids: readonly string[],
    options: ReadOptions<K> & { readonly idProperty?: PropertyName<M> },
  ): Promise<BatchOutcome<HubSpotRecord<M, K>>[]>;
  /** Inputs whose answer was lost are resolved one by one as `create` does. */
  batchCreate(
    inputs: readonly CreateInput<M>[],
    options?: UpdateOptions,
  ): Promise<BatchOutcome<HubSpotRecord<M, string>>[]>;
  /** One outcome for each input, in order. */
  batchUpdate(
    inputs: readonly { readonly id: string; readonly properties: WritableProperties<M> }[],
    options?: UpdateOptions,
  ): Promise<BatchOutcome<HubSpotRecord<M, string>>[]>;
  /** By a unique property. `email` takes complete records only: HubSpot has no partial upsert by it (hubspot-facts §6). */
  batchUpsert(
    inputs: readonly { readonly id: string; readonly properties: WritableProperties<M> }[],
    options: UpdateOptions & { readonly idProperty: PropertyName<M> },
  ): Promise<BatchOutcome<HubSpotRecord<M, string>>[]>;
  /** Any number; one outcome for each, in order. */
  batchArchive(ids: readonly string[], options?: CallOptions): Promise<BatchOutcome<string>[]>;
  /** One page of the search index, which lags behind writes and never shows archived records. */
  search<const K extends PropertyName<M>>(query: SearchQuery<M, K>): Promise<SearchPage<M, K>>;
  /**
   * Every match, past the 10,000 that `search` can page through, ascending by record id, fetched as it is consumed:
   * ⌈n/200⌉ searches. Each filter group needs room for one more filter; INPUT_INVALID names the one that has none.
   */
  searchAll<const K extends PropertyName<M>>(query: SearchAllQuery<M, K>): AsyncIterable<HubSpotRecord<M, K>>;
}
