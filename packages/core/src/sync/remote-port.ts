import type { Lane } from "../model/lane.ts";
import type { BatchOutcome, PropertyVersion } from "../model/record.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";

/** A record of HubSpot's as it was read. */
export interface RemoteRecord {
  /** The id that was asked for; `id` differs from it after a merge. */
  readonly asked: string;
  /** HubSpot's record id now. */
  readonly id: string;
  /** The properties that were asked for, as text; null for what is empty. */
  readonly values: Readonly<Record<string, string | null>>;
  /** Of the last change of any property, by HubSpot's clock. */
  readonly updatedAt: EpochMs;
  /** Deleted in HubSpot; its values are of before. */
  readonly archived: boolean;
  /** Versions by property, newest first; only where it was asked for. */
  readonly history?: Readonly<Record<string, readonly PropertyVersion[]>>;
  /** Ids that are gone into this record (`hs_merged_object_ids`, hubspot-facts §7.1); empty for most. */
  readonly mergedIds: readonly string[];
}

/** One update of a record in HubSpot; empty texts clear. */
export interface RemoteWrite {
  /** HubSpot's record id. */
  readonly id: string;
  /** Only the properties to change, by internal name. */
  readonly values: Readonly<Record<string, string>>;
}

/** One record to create in HubSpot. */
export interface RemoteCreate {
  /** Our key for this create: an unknown outcome is resolved by it. */
  readonly createKey: string;
  /** By internal name; with `idProperty`, its value among them. */
  readonly values: Readonly<Record<string, string>>;
  /** Unique property to upsert by, where the object has one. */
  readonly idProperty?: string;
}

/**
 * All that the sync engine asks of HubSpot. The engine never sees the client; `create-hubspoke.ts` connects the two.
 * Duties: ids that HubSpot does not return are absent from `read`'s answer after one single read each (so merged ids
 * resolve); every write input has exactly one outcome; a write of unknown outcome is reported, never repeated.
 */
export interface RemotePort {
  /** In no order. `history` adds the versions of the properties. */
  read(query: {
    readonly tenant: Tenant;
    readonly object: string;
    readonly ids: readonly string[];
    readonly properties: readonly string[];
    readonly history: boolean;
    readonly lane: Lane;
    readonly signal?: AbortSignal;
  }): Promise<readonly RemoteRecord[]>;
  /** One page of all live records, ascending by id; `after` is an answer's `next`, or the id before the first wanted. */
  list(query: {
    readonly tenant: Tenant;
    readonly object: string;
    readonly properties: readonly string[];
    readonly after: string | null;
    readonly limit: number;
    readonly lane: Lane;
    readonly signal?: AbortSignal;
  }): Promise<{ readonly records: readonly RemoteRecord[]; readonly next: string | null }>;
  /** The highest id and about how many records there are, from the search index (which lags): for dividing a list. */
  extent(query: {
    readonly tenant: Tenant;
    readonly object: string;
    readonly lane: Lane;
    readonly signal?: AbortSignal;
  }): Promise<{ readonly highest: string | null; readonly total: number }>;
  /** Ids modified at or after `since`, ascending by modified time, from the search index (which lags). */
  changedSince(query: {
    readonly tenant: Tenant;
    readonly object: string;
    readonly since: EpochMs;
    readonly after: string | null;
    readonly lane: Lane;
    readonly signal?: AbortSignal;
  }): Promise<{
    readonly changes: readonly { readonly id: string; readonly at: EpochMs }[];
    readonly next: string | null;
  }>;
  /**
   * Outcomes in input order. OMITTED: HubSpot answered success and left the record out, as it does for merged-away ids.
   */
  update(query: {
    readonly tenant: Tenant;
    readonly object: string;
    readonly writes: readonly RemoteWrite[];
    readonly lane: Lane;
    readonly signal?: AbortSignal;
  }): Promise<readonly BatchOutcome<RemoteRecord>[]>;
  /** Outcomes in input order; with `idProperty` an upsert, but for `email`, which takes none (hubspot-facts §6). */
  create(query: {
    readonly tenant: Tenant;
    readonly object: string;
    readonly creates: readonly RemoteCreate[];
    readonly lane: Lane;
    readonly signal?: AbortSignal;
  }): Promise<readonly BatchOutcome<RemoteRecord>[]>;
  /** Outcomes in input order; HubSpot answers the same for a record that is gone already. */
  archive(query: {
    readonly tenant: Tenant;
    readonly object: string;
    readonly ids: readonly string[];
    readonly lane: Lane;
    readonly signal?: AbortSignal;
  }): Promise<readonly BatchOutcome<string>[]>;
  /** Records whose `property` equals one of `values`, read from the object store, not the search index, where the property is unique. */
  findBy(query: {
    readonly tenant: Tenant;
    readonly object: string;
    readonly property: string;
    readonly values: readonly string[];
    readonly properties: readonly string[];
    readonly lane: Lane;
    readonly signal?: AbortSignal;
  }): Promise<readonly RemoteRecord[]>;
  /** Names and types of the object's properties, for checking a declaration. */
  properties(query: { readonly tenant: Tenant; readonly object: string }): Promise<
    readonly {
      readonly name: string;
      readonly type: string;
      readonly readOnly: boolean;
      readonly unique: boolean;
      readonly options: readonly string[];
    }[]
  >;
}
