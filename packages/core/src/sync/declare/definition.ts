import type { FieldRule, TieRule } from "../../conflict/types.ts";
import type { Transform } from "../../mapping/transform.ts";
import type { IsPulled, NotPulled, PropertiesOf } from "../../model/object-properties.ts";
import type { ObjectType } from "../../model/object-type.ts";
import type { LocalSource, LocalValue } from "../../ports/local-source.ts";
import type { AssociationSpecs } from "../associations/association.ts";
import type { TimetableTiming } from "../timetable-port.ts";
import type { FieldSpec } from "./field.ts";

/** A calendar word or an interval, alone or with its place in the calendar of a time zone. */
export type SyncTiming = TimetableTiming["every"] | TimetableTiming;

/** Declared fields by their local names. */
export type FieldSpecs = Readonly<Record<string, FieldSpec>>;

/** Text of each declared property, null when it is empty. */
export type HubspotValues = Readonly<Record<string, string | null>>;

/** Of fields that name what pulled types `M` do not have: nothing, so that they do not compile. Of others: anything. */
export type NoUnknownFields<F extends FieldSpecs, M> =
  IsPulled<M> extends true
    ? {
        readonly [N in keyof F]: Unknown<F[N]["properties"][number], M> extends never
          ? unknown
          : NotPulled<Unknown<F[N]["properties"][number], M>>;
      }
    : unknown;

/** Names that are written out and are none of `M`'s. */
type Unknown<P extends string, M> = P extends unknown
  ? string extends P
    ? never
    : P extends keyof M
      ? never
      : P
  : never;

/** What is synced with what. `defineSync` checks it; the portal's own properties are checked at the first run. */
export interface SyncDefinition<F extends FieldSpecs = FieldSpecs, O extends ObjectType = ObjectType> {
  /** Stable: links, cursors and logs are kept under it. Letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** What is synced in HubSpot: `contacts`, `deals`, or a custom object such as `2-345`. */
  readonly object: O;
  /** Your side: `kyselySource(db, { … })`, or one of your own. */
  readonly local: LocalSource;
  /** Local fields by which a record of one side is recognised on the other at first contact, tried in order. */
  readonly match: readonly (keyof F & string)[];
  /**
   * Local field to HubSpot property, by `field(…)`, `codec(…)` and their kin. What is not here is never read or
   * written.
   */
  readonly fields: F & NoUnknownFields<F, PropertiesOf<O>>;
  /** Which side wins where both changed a field since they last agreed. */
  readonly conflict?: {
    /** For fields that declare no owner or rule. Default `review`. */
    readonly default?: FieldRule;
    /** For edits whose order is unknown. Default `review`. */
    readonly tie?: TieRule;
  };
  /**
   * Which side may get new records. Default both. Creating in HubSpot needs a match property that is unique there (a
   * contact's e-mail is), so that a create whose answer was lost is found again; `"at-least-once"` creates without one.
   */
  readonly create?: { readonly inHubspot?: boolean | "at-least-once"; readonly inLocal?: boolean };
  /** What the end of a record on one side means for the other. Merges, erasures and restores are none. */
  readonly deletes?: {
    /** A record archived or gone in HubSpot. Default `unlink`: the local one stays and is not synced any more. */
    readonly fromHubspot?: "ignore" | "unlink" | "delete";
    /** A record deleted locally. Default `ignore`. */
    readonly fromLocal?: "ignore" | "unlink" | "archive";
  };
  /**
   * Local fields that name records of other syncs, as associations in HubSpot: `{ company: { sync: "companies",
   * localField: "company_id" } }`. A reference to a record that is not linked yet waits until it is.
   */
  readonly associations?: AssociationSpecs;
  /** Which records take part; others are left alone, whatever became of one side. `hubspot.properties` are read to be judged by `accept`. */
  readonly filters?: {
    readonly hubspot?: { readonly properties: readonly string[]; readonly accept: (values: HubspotValues) => boolean };
    readonly local?: (values: Readonly<Record<string, LocalValue>>) => boolean;
  };
  /**
   * Never write to HubSpot. Where a write of before, whose answer was lost, turns out to have covered a user's edit there,
   * that edit is kept on the local side, if the rule takes it, and travels when something may again. Where it cannot be,
   * `conflicts` has both values, by the rule `read-only`.
   */
  readonly readOnly?: boolean;
  /** Plan and count, write to neither side. */
  readonly shadow?: boolean;
  /**
   * At most this many records are written in HubSpot per run, and associations; between runs by each batch of a hundred
   * changes. What is over waits: for the next full pass, or between runs for a minute. Archives are not counted:
   * `breaker` and `deletes` limit those.
   */
  readonly limitWrites?: number;
  /**
   * Stops a run that would change or delete more than `share` of the linked records, once past `atLeast`, and what comes
   * between runs from deleting so many within an hour. Default 0.5 and 100.
   */
  readonly breaker?: { readonly share?: number; readonly atLeast?: number };
  /**
   * Lets tenants map fields while everything runs, by `sync.for(tenant).mappings`: a stored mapping replaces the field
   * of its name or adds one. With transforms of your own beside the standard ones.
   */
  readonly mappings?: true | { readonly transforms?: Readonly<Record<string, Transform>> };
  /**
   * When changes travel. Default `realtime`: as webhooks and polls bring them. `5m`, `1h`, `1d` and `1mo` let them gather
   * and work them off then; each tenant can be given another timing while everything runs.
   */
  readonly schedule?: "realtime" | SyncTiming;
  /** When a full pass proves both sides equal and repairs what drifted. Default never: call `reconcile()` yourself. */
  readonly reconcile?: SyncTiming;
  /** How often either side is asked what changed, where nothing tells. */
  readonly poll?: {
    /** How often local changes are asked for. Default 5 s. */
    readonly localMs?: number;
    /** How often HubSpot is searched for changes; `false` relies on webhooks and reconciliation. Default 60 s. */
    readonly remoteMs?: number | false;
  };
}

/**
 * The local fields a declaration names: its own, and those that name records of other syncs. What a source can be confined
 * to, so that nothing else of a table is ever read: `kyselySource(db, { table, tenantColumn, fields: localFields(declared) })`.
 */
export function localFields({ fields, associations = {} }: Pick<SyncDefinition, "fields" | "associations">): string[] {
  return [...new Set([...Object.keys(fields), ...Object.values(associations).map(({ localField }) => localField)])];
}

/** A definition that passed the checks, with its defaults filled in. */
export interface DeclaredSync {
  /** Links, cursors and logs are kept under it. */
  readonly name: string;
  /** The canonical name: `contacts`, also where it was declared by its type id. */
  readonly object: string;
  /** Asked for one tenant at a time. */
  readonly local: LocalSource;
  /** Local fields, at least one, tried in order at first contact. */
  readonly match: readonly string[];
  /** By local name, as declared; a tenant's stored mappings come over them. */
  readonly fields: Readonly<Record<string, FieldSpec>>;
  /** Both `review` where nothing was declared. */
  readonly conflict: { readonly default: FieldRule; readonly tie: TieRule };
  /** Both true where nothing was declared; `inLocal` is false for a source that is read-only. */
  readonly create: { readonly inHubspot: boolean | "at-least-once"; readonly inLocal: boolean };
  /** `unlink` and `ignore` where nothing was declared. */
  readonly deletes: {
    readonly fromHubspot: "ignore" | "unlink" | "delete";
    readonly fromLocal: "ignore" | "unlink" | "archive";
  };
  /** By their own names; empty where none were declared. */
  readonly associations: AssociationSpecs;
  /** Empty where every record takes part. */
  readonly filters: NonNullable<SyncDefinition["filters"]>;
  /** True: no write to HubSpot, associations included. Default false. */
  readonly readOnly: boolean;
  /** True: counts and logs what it would do, and writes to neither side. Default false. */
  readonly shadow: boolean;
  /** Records a run may write in HubSpot; Infinity where none was set. */
  readonly limitWrites: number;
  /** `share` of the linked records, 0.5 where none was set, once past `atLeast` records, 100. */
  readonly breaker: { readonly share: number; readonly atLeast: number };
  /** Null where fields are as declared and nothing else. */
  readonly mappings: { readonly transforms: Readonly<Record<string, Transform>> } | null;
  /** `realtime`, or when gathered changes are worked off; a tenant's own timing goes before it. */
  readonly schedule: "realtime" | TimetableTiming;
  /** Null: no full pass comes by itself, unless a tenant is given one. */
  readonly reconcile: TimetableTiming | null;
  /**
   * Milliseconds: 5,000 and 60,000 where none were set; `remoteMs` false asks HubSpot for nothing between full passes.
   */
  readonly poll: { readonly localMs: number; readonly remoteMs: number | false };
}
