import type { HubspokeError } from "../errors/hubspoke-error.ts";

/** A HubSpot record as the wire has it: every value is text or null. `P` is what was asked for. */
export interface RawRecord {
  /** The record's id now: after a merge it differs from the id that was asked for (hubspot-facts §7.1). */
  readonly id: string;
  /** Those asked for that the object has. Numbers, dates and booleans are text, lists have `;` between their values. */
  readonly properties: Readonly<Record<string, string | null>>;
  /** Only where history was asked for: versions by property, newest first. */
  readonly propertiesWithHistory?: Readonly<Record<string, readonly PropertyVersion[]>>;
  /** ISO 8601 in UTC with milliseconds. */
  readonly createdAt: string;
  /** ISO 8601 in UTC with milliseconds; HubSpot's own calculated properties move it too. */
  readonly updatedAt: string;
  /** Deleted, and restorable in HubSpot for 90 days. */
  readonly archived: boolean;
  /** ISO 8601 in UTC; absent unless it is archived. */
  readonly archivedAt?: string;
  /** Where a person sees the record; from 2026-09 on. */
  readonly url?: string;
  /** Of a write, where HubSpot stored another spelling than was sent; from 2026-09 on. */
  readonly warnings?: readonly NormalisationWarning[];
}

/** One version of a property, newest first in a history. */
export interface PropertyVersion {
  readonly value: string;
  readonly timestamp: string;
  readonly sourceType?: string;
  readonly sourceId?: string;
}

/** HubSpot stored something else than was sent (2026-09, hubspot-facts §1.7). */
export interface NormalisationWarning {
  readonly propertyName: string;
  readonly normalizedValue: string;
}

/** One outcome per input of a batch of any size. `index` is the input's position. */
export type BatchOutcome<T> =
  | { readonly index: number; readonly ok: true; readonly value: T; readonly created?: boolean }
  | {
      readonly index: number;
      readonly ok: false;
      readonly code: BatchFailureCode;
      readonly status: number | null;
      readonly properties: readonly string[];
      readonly existingId?: string;
      /** The whole call's error, where the input failed with its call. */
      readonly error?: HubspokeError;
    };

export type BatchFailureCode =
  | "NOT_FOUND"
  | "VALIDATION_FAILED"
  | "PROPERTY_UNKNOWN"
  | "CONFLICT"
  | "AUTH_SCOPE_MISSING"
  | "AUTH_INVALID"
  /** HubSpot answered success and left the input out, as it does for merged-away ids in batch updates. */
  | "OMITTED"
  | "UNKNOWN_OUTCOME"
  | "HUBSPOT_UNAVAILABLE"
  | "RATE_LIMITED"
  /** The outbound guard found a value that may not leave: the input was not sent. */
  | "OUTBOUND_REFUSED"
  /**
   * Given up unsent: its batch was refused, and so was everyone of it that was sent alone. Nobody knows of this one: send
   * it again when what `error` says is mended.
   */
  | "NOT_SENT"
  | "ABORTED"
  | "INTERNAL";
