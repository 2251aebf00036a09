import type { AssociationType } from "../../model/association-types.ts";
import type { Lane } from "../../model/lane.ts";
import type { BatchOutcome } from "../../model/record.ts";
import type { Tenant } from "../../ports/ids.ts";

/** A record at the other end, and everything it is associated as. */
export interface AssociatedRecord {
  /** HubSpot's record id. */
  readonly id: string;
  /** At least one; a pair may be associated in several ways at once. */
  readonly types: readonly AssociationType[];
}

/** Between which objects, for whom. */
export interface AssociationPath {
  /** Whose credentials, and so whose account. */
  readonly tenant: Tenant;
  /** Type id or canonical name: `contacts`, `2-345`. */
  readonly from: string;
  /** The object at the other end; types of the way back have other ids. */
  readonly to: string;
  /** Which lane of the rate budget the calls wait in. */
  readonly lane: Lane;
  /** Ends the calls with ABORTED. */
  readonly signal?: AbortSignal;
}

/** One association in HubSpot, by the ids of both records. */
export interface AssociationWrite {
  /** A record of `from`. */
  readonly fromId: string;
  /** A record of `to`. */
  readonly toId: string;
}

/**
 * All that the engine asks of HubSpot about associations. Duties: `link` keeps the types a pair has; `unlink` takes one
 * type off and leaves the others; both may be repeated; every write has exactly one outcome, in input order.
 */
export interface RemoteAssociations {
  /** The types a pair of objects may be associated as; a label of null is the type without one. */
  types(path: AssociationPath): Promise<readonly (AssociationType & { readonly label: string | null })[]>;
  /** By record id; a record without associations has an empty list. */
  read(path: AssociationPath, ids: readonly string[]): Promise<ReadonlyMap<string, readonly AssociatedRecord[]>>;
  /** Outcomes in input order. Adds the type beside those a pair has. */
  link(
    path: AssociationPath,
    type: AssociationType,
    writes: readonly AssociationWrite[],
  ): Promise<readonly BatchOutcome<unknown>[]>;
  /** Outcomes in input order. A pair without the type is one that succeeded. */
  unlink(
    path: AssociationPath,
    type: AssociationType,
    writes: readonly AssociationWrite[],
  ): Promise<readonly BatchOutcome<unknown>[]>;
}
