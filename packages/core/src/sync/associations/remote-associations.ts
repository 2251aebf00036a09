import type { AssociationType } from "../../model/association-types.ts";
import type { BatchOutcome } from "../../model/record.ts";
import type { Tenant } from "../../ports/ids.ts";
import type { Lane } from "../remote-port.ts";

/** A record at the other end, and everything it is associated as. */
export interface AssociatedRecord {
  readonly id: string;
  readonly types: readonly AssociationType[];
}

/** Between which objects, for whom. */
export interface AssociationPath {
  readonly tenant: Tenant;
  readonly from: string;
  readonly to: string;
  readonly lane: Lane;
  readonly signal?: AbortSignal;
}

/** One association in HubSpot, by the ids of both records. */
export interface AssociationWrite {
  readonly fromId: string;
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
  link(
    path: AssociationPath,
    type: AssociationType,
    writes: readonly AssociationWrite[],
  ): Promise<readonly BatchOutcome<unknown>[]>;
  unlink(
    path: AssociationPath,
    type: AssociationType,
    writes: readonly AssociationWrite[],
  ): Promise<readonly BatchOutcome<unknown>[]>;
}
