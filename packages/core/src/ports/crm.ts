import type { Lane } from "../model/lane.ts";
import type { BatchOutcome, RawRecord } from "../model/record.ts";
import type { PortalId, Tenant } from "./ids.ts";

/** For whom, how urgently, until when. */
export interface CrmScope {
  readonly tenant: Tenant;
  readonly lane: Lane;
  readonly signal?: AbortSignal;
}

/** A record by its object's name or type id, and its id. */
export interface CrmRef {
  readonly object: string;
  readonly id: string;
}

/**
 * HubSpot as the services write it: text in, text out. Duties: a create is never sent twice by itself and rejects with
 * UNKNOWN_OUTCOME when nobody can say what became of it; a unique value that is taken is CONFLICT; updates repeat.
 */
export interface CrmPort {
  portalOf(tenant: Tenant): Promise<PortalId>;
  /** With the associations HubSpot has a type of its own for; answers those it has none for, which `link` makes. */
  create(
    scope: CrmScope,
    object: string,
    properties: Readonly<Record<string, string>>,
    to: readonly CrmRef[],
  ): Promise<{ readonly record: RawRecord; readonly unlinked: readonly CrmRef[] }>;
  update(scope: CrmScope, object: string, id: string, properties: Readonly<Record<string, string>>): Promise<RawRecord>;
  /** Many at once, each with its outcome; by record id, or by a unique property. */
  updateMany(
    scope: CrmScope,
    object: string,
    rows: readonly { readonly id: string; readonly properties: Readonly<Record<string, string>> }[],
    idProperty?: string,
  ): Promise<readonly BatchOutcome<RawRecord>[]>;
  /** Those that exist. */
  read(
    scope: CrmScope,
    object: string,
    ids: readonly string[],
    properties: readonly string[],
  ): Promise<readonly RawRecord[]>;
  /** By a unique property: consistent with the last write, which no search is. */
  findBy(
    scope: CrmScope,
    object: string,
    property: string,
    value: string,
    properties: readonly string[],
  ): Promise<RawRecord | null>;
  /** Ids of everything of an object that the record is associated with. */
  linked(scope: CrmScope, from: CrmRef, to: string): Promise<readonly string[]>;
  /** HubSpot's default association; repeating it changes nothing. */
  link(scope: CrmScope, from: CrmRef, to: CrmRef): Promise<void>;
  /** Whether records are found by this property. A token that may not read definitions is told no. */
  isUnique(tenant: Tenant, object: string, property: string): Promise<boolean>;
  /** Makes a hidden text property with unique values, and its group. `refused`: no scope, no room among the ten, or there is another of that name. */
  makeUnique(
    scope: CrmScope,
    object: string,
    property: {
      readonly name: string;
      readonly label: string;
      readonly groupName: string;
      readonly groupLabel: string;
    },
  ): Promise<"made" | "refused">;
}
