import type { EpochMs } from "../ports/ids.ts";
import type { LocalValue } from "../ports/local-source.ts";

/** The earliest and the latest moment an edit can have happened at. An exact time has both equal. */
export interface EditInterval {
  /** Epoch ms. Of an edit that was only observed, the last look that still saw the old value. */
  readonly earliest: EpochMs;
  /** Epoch ms. Of an edit that was only observed, the first look that saw the new one. */
  readonly latest: EpochMs;
  /** Where the knowledge comes from: `history`, `field time`, `record time`, `observed`. */
  readonly source: string;
}

/** What `latest` does when the two edits cannot be put in order. */
export type TieRule = "review" | "hubspot" | "local";

/** What a rule function is given. Values are in the local field's terms. */
export interface ConflictInput {
  /** Null where the local side has no value. */
  readonly local: LocalValue;
  /** Decoded by the field's codec; null where HubSpot has no value. */
  readonly hubspot: LocalValue;
  /** Null where nothing is known of when it was edited. */
  readonly localAt: EditInterval | null;
  /** Null where nothing is known of when it was edited. */
  readonly hubspotAt: EditInterval | null;
}

/** A rule of the host's own. It must be pure, and giving it its own result again must not change it. */
export type ResolveFunction = (
  input: ConflictInput,
) => { readonly take: "local" | "hubspot" | "review" } | { readonly value: LocalValue };

/** Who decides when both sides changed a field since they last agreed. */
export type FieldRule =
  | "hubspot"
  | "local"
  | "latest"
  | "never-empty"
  | "union"
  | "max"
  | "min"
  | "review"
  | ResolveFunction;

/** Which way a field travels. A one-way field puts an edit on its destination back. */
export type Direction = "both" | "to-hubspot" | "from-hubspot";

/** One side of a field as it is now. */
export interface SideState {
  /** False when the side said nothing about the field. Silence is never read as a clear. */
  readonly present: boolean;
  /** Whether it differs from what both sides last agreed on. */
  readonly changed: boolean;
  /** In the local field's terms: HubSpot's side is decoded. */
  readonly value: LocalValue;
  /** One text per meaning of the value; null when it is empty. */
  readonly canonical: string | null;
  /** For `union`: the hash of each element, in the order of `value`. */
  readonly elements?: readonly string[];
}

export interface FieldState {
  /** Whether the sides have ever agreed on this field. */
  readonly agreed: boolean;
  readonly local: SideState;
  readonly remote: SideState;
  /** Both hold the same, by the field's codec. */
  readonly equal: boolean;
  /** The difference that stands is known: HubSpot normalised or refused the value, or the field is held. */
  readonly settled: boolean;
  /** A conflict of it waits for a person: it is one until the sides are equal or somebody decides, whoever goes back. */
  readonly waiting?: boolean;
  /** For `union`: the hash of each element both sides last agreed on. */
  readonly baseElements?: readonly string[];
}

/** Both sides' edit times, asked for only when a rule needs them. */
export interface EditTimes {
  readonly local: EditInterval;
  readonly remote: EditInterval;
}

/** How a two-sided edit was settled: what the conflict log shows. */
export interface Settlement {
  readonly rule: string;
  readonly winner: "local" | "hubspot" | "merged" | "parked";
}

export type Decision =
  /** Nothing changed. */
  | { readonly kind: "keep" }
  /** One side does not tell: wait until it does. */
  | { readonly kind: "absent" }
  /** Both hold the same: remember that. */
  | { readonly kind: "agree" }
  /** They differ and shall: write nothing. Not remembered, for nothing was agreed on. */
  | { readonly kind: "hold" }
  | { readonly kind: "push"; readonly conflict?: Settlement }
  | { readonly kind: "pull"; readonly conflict?: Settlement }
  | { readonly kind: "merge"; readonly value: LocalValue; readonly conflict: Settlement }
  | { readonly kind: "park"; readonly conflict: Settlement }
  /** The rule needs `EditTimes`. */
  | { readonly kind: "needs-times" };
