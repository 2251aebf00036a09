import type { Direction } from "../../conflict/types.ts";
import type { AssociationType } from "../../model/association-types.ts";

/** A local field that names a record of another sync, and the association in HubSpot that says the same. */
export interface AssociationSpec {
  /** The sync of the other record's object, by name. It may be declared later. */
  readonly sync: string;
  /** The local field that holds the other record's local id; null or `""` where there is none. */
  readonly localField: string;
  /**
   * What the association is called in HubSpot: `primary`, `plain` (no label), or a label of the account. Default
   * `primary` where the pair of objects has one (contact and company), else `plain`.
   */
  readonly label?: string;
  /** Default `both`. */
  readonly direction?: Direction;
  /** Whose word stands when both sides changed. Default `hubspot`. */
  readonly owner?: "hubspot" | "local";
}

/** Declared associations by the local field that holds the other record's id. */
export type AssociationSpecs = Readonly<Record<string, AssociationSpec>>;

/** An association whose type the portal has told. */
export interface BoundAssociation {
  readonly name: string;
  readonly sync: string;
  /** The object at the other end. */
  readonly object: string;
  readonly localField: string;
  readonly direction: Direction;
  readonly owner: "hubspot" | "local";
  readonly type: AssociationType;
  readonly kind: "primary" | "plain" | "label";
}

/** Under which name an association's base and conflicts are kept. No column is called so. */
export function fieldNameOf({ name }: Pick<BoundAssociation, "name">): string {
  return `@${name}`;
}

/** Under which type its bases are made. Under another, given to it in a new version, nothing was agreed on yet. */
export function typeOf({ type }: Pick<BoundAssociation, "type">): string {
  return `${type.category} ${type.typeId}`;
}
