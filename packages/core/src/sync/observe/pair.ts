import type { EpochMs } from "../../ports/ids.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import type { RemoteRecord } from "../remote-port.ts";

/** Why a record is left alone. */
export type SkipReason =
  | "filtered"
  | "no-match-key"
  | "match-ambiguous"
  | "match-taken"
  | "unlinked"
  | "create-off"
  | "read-only"
  | "write-limit"
  | "gone";

/** A record and its counterpart as they were read: what the planner sees. */
export interface Pair {
  readonly link: LinkRow | null;
  /** Null when the record does not exist, or is not linked to one. */
  readonly local: LocalRecord | null;
  readonly remote: RemoteRecord | null;
  /** When each side was read, on our clock. */
  readonly readAt: EpochMs;
  /** Set when matching found no counterpart for a reason other than "there is none". */
  readonly unmatched?: SkipReason;
  /** The pair this HubSpot record had, with a local record that is there no more: the new one takes its place. */
  readonly heirOf?: LinkRow;
}

/** The record's ids as far as they are known. */
export function idsOf(pair: Pair): { readonly localId: string | null; readonly hubspotId: string | null } {
  return {
    localId: pair.link?.localId ?? pair.local?.id ?? null,
    hubspotId: pair.link?.hubspotId ?? pair.remote?.id ?? null,
  };
}
