import type { AssociationType } from "../../model/association-types.ts";
import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import { labelledType } from "./association-wire.ts";
import { given, type Rest } from "./rest.ts";

export type LabelledType = AssociationType & { readonly label: string | null };

/** The types of a pair of objects. An account has up to 50 labels a pair; the next is refused (hubspot-facts §2.3). */
export interface AssociationLabels {
  /** HubSpot's own types and the account's labels; a label of null is the type without one. */
  list(options?: CallOptions): Promise<readonly LabelledType[]>;
  /** Answers the new types: one, or one per direction when the label reads differently backwards. */
  create(
    label: { readonly name: string; readonly label: string; readonly inverseLabel?: string },
    options?: CallOptions,
  ): Promise<readonly LabelledType[]>;
  rename(typeId: number, label: string, inverseLabel?: string, options?: UpdateOptions): Promise<void>;
  delete(typeId: number, options?: UpdateOptions): Promise<void>;
}

const route = "/crm/associations/{version}/{fromType}/{toType}/labels";

export function associationLabels(rest: Rest, from: string, to: string): AssociationLabels {
  const base = { about: from, path: { fromType: from, toType: to } };
  return {
    async list(options) {
      return (await rest.call(`GET ${route}`, { ...base, options })).objects("results").map(labelledType);
    },
    async create(label, options) {
      return (await rest.call(`POST ${route}`, { ...base, body: label, options })).objects("results").map(labelledType);
    },
    async rename(typeId, label, inverseLabel, options) {
      const body = given({ associationTypeId: typeId, label, inverseLabel });
      await rest.call(`PUT ${route}`, { ...base, body, options });
    },
    async delete(typeId, options) {
      const path = { ...base.path, typeId: String(typeId) };
      await rest.call(`DELETE ${route}/{typeId}`, { ...base, path, options });
    },
  };
}
