import type { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Lane } from "../model/lane.ts";
import type { PhoneCandidate, Ranking } from "../phone/candidates.ts";
import type { PhoneFilterGroup } from "../phone/search.ts";
import type { Phone } from "../phone/types.ts";
import type { Tenant } from "../ports/ids.ts";
import type { DecidedBy } from "./types.ts";

/** Who has a number, the best first, and which search said so. */
export interface PhoneFinding extends Ranking<PhoneCandidate> {
  readonly decidedBy: DecidedBy;
  /** False when "nobody" is not certain: the cap left no room for the thorough search, or there were too many pages. */
  readonly complete: boolean;
}

/** The search that would have answered for this number failed. */
export interface FailedFinding {
  readonly failed: HubspokeError;
}

export interface FindQuery {
  readonly tenant: Tenant;
  /** Distinct numbers. */
  readonly phones: readonly Phone[];
  /** What to fetch of each contact, beside what verifying needs. */
  readonly properties: readonly string[];
  readonly lane: Lane;
  /** How many numbers a batch may search one by one. One number alone is always searched thoroughly. */
  readonly recipeCap: number;
  readonly signal: AbortSignal;
}

/** Finds contacts by phone number. Duty: one finding per phone, under `subjectOf(phone)`; a failed search spoils only its own numbers. */
export interface ContactFinder {
  findByPhones(query: FindQuery): Promise<ReadonlyMap<string, PhoneFinding | FailedFinding>>;
}

/**
 * One page of a contact search: all that the finder asks of HubSpot. The directory never sees the client; `compose`
 * connects the two. Duty: rejects with Hubspoke errors only, `ABORTED` when `signal` fired.
 */
export interface ContactSearchPort {
  search(query: {
    readonly tenant: Tenant;
    readonly filterGroups: readonly PhoneFilterGroup[];
    readonly properties: readonly string[];
    /** At most 200 (hubspot-facts §2.3). */
    readonly limit: number;
    readonly after?: string;
    readonly lane: Lane;
    readonly signal: AbortSignal;
  }): Promise<{ readonly results: readonly PhoneCandidate[]; readonly next: string | null }>;
}

/** What a look-up is filed under: the line, and behind a shared line the person. */
export function subjectOf(phone: Pick<Phone, "e164" | "extension">): string {
  return phone.extension === undefined ? phone.e164 : `${phone.e164};ext=${phone.extension}`;
}

/**
 * What a contact as the cache keeps it may be filed under: their own line, or the shared one that was asked for. None for
 * a value of another version.
 */
export function subjectsOfKnown(json: unknown): readonly string[] {
  const { v, phone, extension } = (json ?? {}) as Partial<Record<"v" | "phone" | "extension", unknown>>;
  if (v !== 1 || typeof phone !== "string") return [];
  return typeof extension === "string" ? [phone, subjectOf({ e164: phone, extension })] : [phone];
}
