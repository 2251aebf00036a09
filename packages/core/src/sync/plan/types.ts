import type { EditTimes, Settlement } from "../../conflict/types.ts";
import type { LocalValue } from "../../ports/local-source.ts";
import type { FieldView } from "../observe/fields.ts";
import type { Pair, SkipReason } from "../observe/pair.ts";

/** What is to be done to one field of a pair. */
export interface FieldPlan {
  readonly view: FieldView;
  readonly action: "push" | "pull" | "merge" | "agree" | "hold" | "park" | "rehash";
  /** What `merge` writes to both sides. */
  readonly merged?: LocalValue;
  /** Set when both sides had changed: it is logged. */
  readonly conflict?: Settlement;
  readonly times?: EditTimes;
}

/** What is to be done to one record. Deciding it needs no effect; applying it is `apply/`. */
export type RecordPlan =
  | { readonly kind: "none"; readonly pair: Pair; readonly refused?: readonly string[] }
  | { readonly kind: "skip"; readonly pair: Pair; readonly reason: SkipReason }
  /** Fields of a linked or newly matched pair. `link` is true on first contact. */
  | {
      readonly kind: "fields";
      readonly pair: Pair;
      readonly link: boolean;
      readonly fields: readonly FieldPlan[];
      /** Fields that two programs write against each other: left alone, and the record is quarantined for them. */
      readonly oscillating?: readonly string[];
      /** Fields of which the other side refused the value that stands: they differ until somebody changes it. */
      readonly refused?: readonly string[];
    }
  | { readonly kind: "create-local"; readonly pair: Pair }
  | { readonly kind: "create-hubspot"; readonly pair: Pair }
  /** HubSpot answers under another id: the record was merged (hubspot-facts §7.1). */
  | { readonly kind: "relink"; readonly pair: Pair; readonly hubspotId: string }
  | {
      readonly kind: "gone";
      readonly pair: Pair;
      readonly side: "hubspot" | "local" | "both";
      readonly policy: "ignore" | "unlink" | "delete" | "archive";
    }
  /** Its local record was deleted, the other archived for that, and now it is there again: it is somebody new. */
  | { readonly kind: "returned"; readonly pair: Pair }
  /** A rule needs the edit times of these fields: fetch them and plan again. */
  | { readonly kind: "needs-times"; readonly pair: Pair; readonly fields: readonly string[] };
