import type { ObjectType } from "../../model/object-type.ts";
import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import type { Fields } from "./fields.ts";
import type { Rest } from "./rest.ts";

export interface PropertyGroup {
  readonly name: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly archived: boolean;
}

export interface PropertyGroupsApi {
  list(options?: CallOptions): Promise<readonly PropertyGroup[]>;
  get(name: string, options?: CallOptions): Promise<PropertyGroup>;
  create(
    group: { readonly name: string; readonly label: string; readonly displayOrder?: number },
    options?: CallOptions,
  ): Promise<PropertyGroup>;
  update(
    name: string,
    changes: { readonly label?: string; readonly displayOrder?: number },
    options?: UpdateOptions,
  ): Promise<PropertyGroup>;
  archive(name: string, options?: UpdateOptions): Promise<void>;
}

const all = "/crm/properties/{version}/{objectType}/groups";

export function propertyGroupsApi(rest: Rest, object: ObjectType): PropertyGroupsApi {
  const base = { about: object, path: { objectType: object as string } };
  const named = (groupName: string) => ({ ...base, path: { ...base.path, groupName } });
  return {
    list: async (options) => (await rest.call(`GET ${all}`, { ...base, options })).objects("results").map(group),
    get: async (name, options) => group(await rest.call(`GET ${all}/{groupName}`, { ...named(name), options })),
    create: async (body, options) => group(await rest.call(`POST ${all}`, { ...base, body, options })),
    update: async (name, body, options) =>
      group(await rest.call(`PATCH ${all}/{groupName}`, { ...named(name), body, options })),
    async archive(name, options) {
      await rest.call(`DELETE ${all}/{groupName}`, { ...named(name), options });
    },
  };
}

function group(from: Fields): PropertyGroup {
  return {
    name: from.id("name"),
    label: from.text("label"),
    displayOrder: from.number("displayOrder") ?? -1,
    archived: from.flag("archived"),
  };
}
