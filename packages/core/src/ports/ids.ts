/** Milliseconds since 1970-01-01T00:00:00Z. Stores receive it; they never read a clock. */
export type EpochMs = number;

/** A tenant of the host: one customer, workspace or user. Build compound names with `tenantKey(...parts)`. */
export type Tenant = string;

/** HubSpot's account id, as text. Every row that holds a HubSpot id holds the portal it belongs to. */
export type PortalId = string;

/** A random row id, made before the insert and never derived from data: it is bound into the sealed value. */
export type RowId = string;

/** An opaque position in a paged listing; absent when there is no further page. */
export type PageCursor = string;

/** A page of a list; `next` is absent on the last. */
export interface Page<T> {
  /** In the order the list promises; at most its `limit`. */
  readonly items: readonly T[];
  /** Hand it back as `after` with the same question. Another store's, or a made-up one, is INPUT_INVALID. */
  readonly next?: PageCursor;
}
