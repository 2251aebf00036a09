import type { CacheEntry } from "../cache/memory-layer.ts";
import type { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Phone } from "../phone/types.ts";
import type { AuditRow } from "../ports/audit-store.ts";
import type { EpochMs } from "../ports/ids.ts";
import { directoryContact, type KnownContact } from "./known-contact.ts";
import type { DirectoryField, LookupResult } from "./types.ts";

/** What is known about one number, and how the audit trail calls it. */
export interface Outcome {
  readonly result: LookupResult;
  readonly audit: AuditRow["outcome"];
  /** Why there is no answer, or a lesser one. */
  readonly failure: HubspokeError | null;
  /** The line's blind index, where looking it up has made it already. */
  readonly index?: string;
}

/** What the cache says. */
export function fromCache(
  phone: Phone,
  { value, fetchedAt, index: ofEntry }: CacheEntry<KnownContact>,
  stale: boolean,
  fields: readonly DirectoryField[],
): Outcome {
  // Behind an extension the entry's index is the person's; the audit trail files accesses under the line.
  const index = phone.extension === undefined ? { index: ofEntry } : {};
  if (value === null) return { ...nobody(phone, fetchedAt), ...index };
  const contact = directoryContact(value, phone, fields, { source: "cache", fetchedAt, stale });
  const { decidedBy } = value;
  const result: LookupResult = { ok: true, phone: phone.e164, contact, source: "cache", fetchedAt, stale, decidedBy };
  return { result, audit: stale ? "stale" : "hit", failure: null, ...index };
}

/** No answer, and why. */
export function failed(phone: Phone, failure: HubspokeError): Outcome {
  const result: LookupResult = {
    ok: true,
    phone: phone.e164,
    contact: null,
    source: "none",
    fetchedAt: null,
    stale: false,
    decidedBy: null,
    degraded: { code: failure.code },
  };
  return { result, audit: "failed", failure };
}

/** A remembered "nobody". Erased people are answered the same way: that they were is nobody's business. */
export function nobody(phone: Phone, fetchedAt: EpochMs): Outcome {
  const result: LookupResult = {
    ok: true,
    phone: phone.e164,
    contact: null,
    source: "negative",
    fetchedAt,
    stale: false,
    decidedBy: "recipe",
  };
  return { result, audit: "negative", failure: null };
}
