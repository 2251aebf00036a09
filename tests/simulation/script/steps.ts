import type { Fate } from "../world/process.ts";
import type { FieldName, Wide } from "./fields.ts";

export type Side = "local" | "hubspot";

/** A user's edit of one field. `who` is taken modulo the people there are. */
export interface UserEdit {
  readonly side: Side;
  readonly who: number;
  readonly field: FieldName;
  /** Blanks and capitals that HubSpot normalises, an emptied field, or what the other side refuses, where it refuses any. */
  readonly how: "plain" | "shouting" | "clear" | "refused";
}

export const faultKinds = [
  "429 of the ten seconds",
  "429 of the search",
  "423",
  "500",
  "502 page",
  "503",
  "reset before the effect",
  "reset after the effect",
  "timeout before the effect",
  "timeout after the effect",
  "answer cut short",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One worker at work: some rounds of its jobs, or a full pass. */
export interface Work {
  readonly kind: "work";
  readonly worker: 0 | 1;
  readonly what: "rounds" | "reconcile";
  /** Both workers at once, interleaved call by call. */
  readonly both: boolean;
  readonly fate: Fate;
  /** Just before this worker's n-th write, somebody edits the very field that it is about to write; 0 for never. */
  readonly collide: number;
  /** And before these of its next calls at HubSpot that field is edited there once more; the first comes right after it. */
  readonly again?: readonly number[];
  /** And the answer to that write is lost. */
  readonly lost?: boolean;
  /** Instead of an edit: the record is archived just before it is written to. */
  readonly vanish?: boolean;
  /** And before that, whoever stands still goes on: what it sends lands between this worker's read and its write. */
  readonly late?: boolean;
  readonly meanwhile: readonly { readonly call: number; readonly edit: UserEdit }[];
}

/**
 * `read-only`, `shadow`, `limited`: how the product is deployed meanwhile; `paused`: the sync is. Then there are edits,
 * and a worker at work; and then everything is as before.
 */
export const stageKinds = ["read-only", "shadow", "limited", "paused"] as const;

export interface Stage {
  readonly kind: "stage";
  readonly as: (typeof stageKinds)[number];
  readonly worker: 0 | 1;
  readonly what: "rounds" | "reconcile";
  readonly edits: readonly UserEdit[];
}

/** `replace-local`: the row goes and another with the same values comes, in one transaction, as imports do it. */
export type LifeEvent = "delete-local" | "replace-local" | "archive" | "restore" | "merge" | "erase";

/** One thing that happens. All of it is drawn before the run, so that any step can be left out. */
export type Step =
  | { readonly kind: "edit"; readonly edit: UserEdit }
  | {
      readonly kind: "edit-both";
      readonly who: number;
      readonly field: FieldName;
      readonly first: Side;
      readonly gap: number;
    }
  | {
      readonly kind: "create";
      readonly side: Side | "both";
      readonly soon?: readonly LifeEvent[];
      /** Once every feed is due: who comes upon them first. */
      readonly met?: Work;
    }
  | {
      readonly kind: "life";
      readonly event: LifeEvent;
      readonly who: number;
      readonly other: number;
      readonly soon?: readonly LifeEvent[];
    }
  /** Several people are edited in HubSpot, one after the other, and a search comes while the index knows some of them. */
  | {
      readonly kind: "burst";
      readonly who: number;
      readonly count: number;
      readonly gap: number;
      readonly worker: 0 | 1;
    }
  | { readonly kind: "deliver"; readonly worker: 0 | 1; readonly fate: Fate }
  | { readonly kind: "jump"; readonly ms: number }
  | {
      readonly kind: "fault";
      readonly fault: FaultKind;
      readonly times: number;
      readonly on: "reads" | "writes" | "any";
    }
  /** `older-copy`: both databases are lost, and are what they were at the last rest; then there is a reconciliation. */
  | { readonly kind: "rest" | "resolve" | "older-copy" }
  /** Whoever stands still goes on, alone or beside a worker's rounds. */
  | { readonly kind: "wake"; readonly beside?: 0 | 1 }
  | Stage
  | Work;

/** How this seed's world is set up. */
export interface Setup {
  readonly seed: number;
  readonly people: number;
  readonly webhooks: {
    readonly lose: number;
    readonly duplicate: number;
    readonly reorder: boolean;
    readonly maxDelay: number;
  };
  readonly searchLagMs: number;
  readonly latencyMs: number;
  readonly pollRemoteMs: number | false;
  readonly fromHubspot: "ignore" | "unlink" | "delete";
  readonly fromLocal: "ignore" | "unlink" | "archive";
  /** The account is connected by a login, and its tokens end after half an hour. Default: a token without an end. */
  readonly oauth?: true;
  readonly wide?: Wide;
}

export interface Script {
  readonly setup: Setup;
  readonly steps: readonly Step[];
}
