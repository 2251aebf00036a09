import type { ErrorCode } from "../errors/codes.ts";
import type { Lane } from "../model/lane.ts";
import type { PhoneProblem, Region } from "../phone/types.ts";
import type { EpochMs } from "../ports/ids.ts";

/** What may be known about a contact besides its id and its number. */
export const directoryFields = ["firstName", "lastName", "company", "email", "lastInteraction"] as const;
/** A field of a contact that the directory can fetch and keep. */
export type DirectoryField = (typeof directoryFields)[number];

/** Somebody in HubSpot with the number that was looked up. A copy: change it freely. */
export interface DirectoryContact {
  /** HubSpot's contact id. */
  readonly id: string;
  /** Empty when HubSpot has none, or when the field is not among `directory.fields`. */
  readonly firstName: string;
  /** Empty when HubSpot has none, or when the field is not among `directory.fields`. */
  readonly lastName: string;
  /** First and last name; empty when HubSpot has neither: `contact.fullName || phone` is safe to show. */
  readonly fullName: string;
  /** E.164. */
  readonly phone: string;
  /** For people, seen from the default region: `(902) 555-1234`. */
  readonly phoneFormatted: string;
  /** The contact's own extension behind a shared line. */
  readonly extension: string | null;
  /**
   * The contact's property `company`, a text of its own and not the associated record. Absent unless among
   * `directory.fields`.
   */
  readonly company?: string;
  /** Absent unless among `directory.fields`, and where the role may not see it. */
  readonly email?: string;
  /** ISO 8601 in UTC: when HubSpot last recorded a call, e-mail, meeting or chat (`notes_last_contacted`). */
  readonly lastInteraction?: string;
  /** More than one contact has this number: the first by the documented order is shown. */
  readonly ambiguous: boolean;
  /** Whether HubSpot was asked for this answer or it was kept here. */
  readonly source: "hubspot" | "cache";
  /** When HubSpot was asked. */
  readonly fetchedAt: EpochMs;
  /** Older than `cache.freshMs`: served because a refresh is under way, or because HubSpot cannot be asked. */
  readonly stale: boolean;
}

/**
 * Which search decided: `calculated` is the packed one over the properties HubSpot computes, `recipe` the thorough one
 * for a single number. "Nobody" is certain only from `recipe`; a batch over its cap says `calculated`, and asking for
 * that number alone completes it.
 */
export type DecidedBy = "calculated" | "recipe";

/** Why an answer is less than it should be. The contact, if any, is still good. */
export interface Degraded {
  readonly code: ErrorCode;
}

/** The answer to a look-up. It comes also when HubSpot fails: then `degraded` says why. */
export interface LookupResult {
  /** True also where nobody was found: the text was a number. */
  readonly ok: true;
  /** E.164. */
  readonly phone: string;
  /** Null: nobody has the number, or nothing could be found out (`source` says which). */
  readonly contact: DirectoryContact | null;
  /** Where the answer comes from; `negative` is a remembered "nobody", `none` means that nothing could be found out. */
  readonly source: "hubspot" | "cache" | "negative" | "none";
  /** Null only with source `none`. */
  readonly fetchedAt: EpochMs | null;
  /** Served though it is older than `cache.freshMs`: it is refreshed behind, or HubSpot cannot be asked. */
  readonly stale: boolean;
  /** Null where no search was made for this answer. */
  readonly decidedBy: DecidedBy | null;
  /** Why the answer is less than it should be; absent when it is not. */
  readonly degraded?: Degraded;
}

/** A text in a batch that is no phone number. */
export interface InvalidPhone {
  /** Tells it from a `LookupResult`, which has true. */
  readonly ok: false;
  /** What is wrong with the number; a batch goes on with the others. */
  readonly reason: PhoneProblem;
  /** Masked. */
  readonly phone: string;
  /** Always null, so that both forms can be read alike. */
  readonly contact: null;
}

/** By the spelling that was passed in. */
export type BatchResult = ReadonlyMap<string, LookupResult | InvalidPhone>;

/** How a number is looked up. */
export interface LookupOptions {
  /** How numbers without country code are read. Default: the instance's `defaultRegion`. */
  readonly defaultRegion?: Region;
  /** Lane of the rate budget, should HubSpot be asked. Default `interactive`. */
  readonly lane?: Lane;
  /** Throw what prevented an answer instead of returning it as `degraded`. Default false: a message goes through without a name. */
  readonly throwOnFailure?: boolean;
}

/** How many numbers at once are looked up. */
export interface BatchLookupOptions extends LookupOptions {
  /** Numbers the packed search did not find that are then searched one by one, in the lane `backfill`. Default 20. */
  readonly recipeCap?: number;
}
