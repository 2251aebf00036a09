import type { AssociationType } from "../../model/association-types.ts";
import type { Fields } from "./fields.ts";

/** A record at the other end, with everything it is associated as. */
export interface LinkedRecord {
  /** HubSpot's `toObjectId`, as text. */
  readonly toId: string;
  /** Every way the two are connected. `label` is null for HubSpot's unlabelled type of the pair. */
  readonly types: readonly (AssociationType & { readonly label: string | null })[];
}

/** One association to make or remove, by the ids of both records. */
export interface Link {
  /** Record id of the first object in the call. */
  readonly fromId: string;
  /** Record id of the second. */
  readonly toId: string;
  /** Absent: HubSpot's default type of the pair, without a label. */
  readonly types?: readonly AssociationType[];
}

export function linkedRecord(entry: Fields): LinkedRecord {
  return { toId: entry.id("toObjectId"), types: entry.objects("associationTypes").map(labelledType) };
}

export function labelledType(from: Fields): AssociationType & { readonly label: string | null } {
  return { category: from.text("category"), typeId: from.number("typeId") ?? 0, label: from.textOrNull("label") };
}

export function wireType({ category, typeId }: AssociationType): unknown {
  return { associationCategory: category, associationTypeId: typeId };
}
