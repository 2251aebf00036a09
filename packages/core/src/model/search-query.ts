import type { PropertyName } from "./object-properties.ts";

type Comparable = string | number | boolean | Date;

/**
 * One condition (hubspot-facts §3). `IN` and `NOT_IN` on text properties want lower-case values, and enumerations
 * compare case-sensitively; dates are sent as epoch milliseconds.
 */
export type Filter<M> = { readonly property: PropertyName<M> } & (
  | {
      readonly operator: "EQ" | "NEQ" | "LT" | "LTE" | "GT" | "GTE" | "CONTAINS_TOKEN" | "NOT_CONTAINS_TOKEN";
      readonly value: Comparable;
    }
  | { readonly operator: "BETWEEN"; readonly value: Comparable; readonly highValue: Comparable }
  | { readonly operator: "IN" | "NOT_IN"; readonly values: readonly Comparable[] }
  | { readonly operator: "HAS_PROPERTY" | "NOT_HAS_PROPERTY" }
);

/** The one order HubSpot takes for a search. */
export interface Sort<M> {
  /** Internal name. Without a `sort` HubSpot orders by creation, oldest first. */
  readonly property: PropertyName<M>;
  /** HubSpot's own words; it takes one order for a search, not several. */
  readonly direction: "ASCENDING" | "DESCENDING";
}

/**
 * A search. `filters` must all hold; `filterGroups` are alternatives of such lists. HubSpot allows 5 groups of 6 filters,
 * 18 in all, one sort, pages of 200, 10,000 results and 3,000 characters. The index lags behind writes by up to
 * half a minute and never shows archived records.
 */
export interface SearchQuery<M, K extends string> {
  /** What is read of each record found. */
  readonly properties: readonly K[];
  /** All must hold: one group. */
  readonly filters?: readonly Filter<M>[];
  /** One of these groups must hold. At most 5 groups, 6 filters in each, 18 in all (hubspot-facts §2.2). */
  readonly filterGroups?: readonly (readonly Filter<M>[])[];
  /** Free text over HubSpot's default searchable properties. */
  readonly query?: string;
  /** One property. Default: oldest first by creation. */
  readonly sort?: Sort<M>;
  /** Default 100, at most 200. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
  /** Ends the call with ABORTED. */
  readonly signal?: AbortSignal;
}

/**
 * A search without an end: it walks by record id, whatever the number of matches. The walk takes one filter of each group
 * for itself, so a group has at most 5 and all groups together 18 minus the number of groups; there is no `sort`.
 */
export interface SearchAllQuery<M, K extends string>
  extends Pick<SearchQuery<M, K>, "properties" | "filters" | "filterGroups" | "query" | "signal"> {
  /** Not taken: the walk needs the order by record id. */
  readonly sort?: never;
}
