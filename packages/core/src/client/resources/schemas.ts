import type { PropertyDefinition } from "../../model/property-definition.ts";
import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import { propertyDefinition } from "../property-catalogue.ts";
import type { Fields } from "./fields.ts";
import { createNamed } from "./lost-named.ts";
import type { PropertyInput } from "./properties.ts";
import type { Rest } from "./rest.ts";

/** A custom object of the account, with its properties and associations. */
export interface ObjectSchema {
  /** `2-345`: what `hs.objects(…)` takes. */
  readonly objectTypeId: `2-${number}`;
  /** `p62515_trunk` */
  readonly fullyQualifiedName: string;
  /** As it was declared, without the account: calls do not take it alone (400 "Unable to infer object type"). */
  readonly name: string;
  /** What people see: "Trunk", "Trunks". Empty texts where HubSpot's answer has none. */
  readonly labels: { readonly singular: string; readonly plural: string };
  /** What a record is called by in HubSpot. */
  readonly primaryDisplayProperty: string | null;
  /** A create without one of these is refused. */
  readonly requiredProperties: readonly string[];
  /** What free-text search looks in. */
  readonly searchableProperties: readonly string[];
  /** Shown beneath a record's name in HubSpot; internal names. */
  readonly secondaryDisplayProperties: readonly string[];
  /** Its own and those HubSpot gives every object. */
  readonly properties: readonly PropertyDefinition[];
  /** Objects it may be connected with. */
  readonly associations: readonly SchemaAssociation[];
  /** Out of use; HubSpot removes it for good later. */
  readonly archived: boolean;
}

export interface SchemaAssociation {
  readonly id: string;
  readonly fromObjectTypeId: string;
  readonly toObjectTypeId: string;
  readonly name: string | null;
}

/** A custom object to make. */
export interface SchemaInput {
  /** Letters, digits, underscores, a letter first. HubSpot puts `p{portal}_` before it, and it can never be changed. */
  readonly name: string;
  /** What people see: "Trunk", "Trunks". */
  readonly labels: { readonly singular: string; readonly plural: string };
  /** One of `properties`. */
  readonly primaryDisplayProperty: string;
  /** Its first properties; without `groupName` they go into the group HubSpot makes for the object. */
  readonly properties: readonly (Omit<PropertyInput, "groupName"> & { readonly groupName?: string })[];
  /** HubSpot refuses a create without these. Names of `properties`. */
  readonly requiredProperties?: readonly string[];
  /** Where free-text search looks. Names of `properties`. */
  readonly searchableProperties?: readonly string[];
  /** Shown beneath a record's name in HubSpot. Names of `properties`. */
  readonly secondaryDisplayProperties?: readonly string[];
  /** Objects it can be associated with: `CONTACT`, `COMPANY`, or type ids. */
  readonly associatedObjects?: readonly string[];
}

export type SchemaChanges = Partial<Omit<SchemaInput, "name" | "properties" | "associatedObjects">>;

/** Schemas of custom objects. `schema` is a type id (`2-345`) or a full name (`p62515_trunk`). */
export interface SchemasApi {
  list(options?: CallOptions & { readonly archived?: boolean }): Promise<readonly ObjectSchema[]>;
  get(schema: string, options?: CallOptions): Promise<ObjectSchema>;
  /** Where its answer is lost it is looked up by its name; if it is not there, that is UNKNOWN_OUTCOME. */
  create(input: SchemaInput, options?: CallOptions): Promise<ObjectSchema>;
  update(schema: string, changes: SchemaChanges, options?: UpdateOptions): Promise<void>;
  /** Refused while it has records. */
  archive(schema: string, options?: UpdateOptions): Promise<void>;
  addAssociation(
    schema: string,
    association: { readonly toObjectTypeId: string; readonly name: string },
    options?: CallOptions,
  ): Promise<SchemaAssociation>;
  removeAssociation(schema: string, associationId: string, options?: UpdateOptions): Promise<void>;
}

const about = "schemas";
const all = "/crm-object-schemas/{version}/schemas";
const one = `${all}/{objectType}` as const;

export function schemasApi(rest: Rest): SchemasApi {
  const named = (objectType: string) => ({ about, path: { objectType } });
  return {
    async list(options) {
      const answer = await rest.call(`GET ${all}`, { about, query: { archived: options?.archived }, options });
      return answer.objects("results").map(schemaOf);
    },
    get: async (schema, options) => schemaOf(await rest.call(`GET ${one}`, { ...named(schema), options })),
    create: (input, options) =>
      createNamed(rest, {
        send: () => rest.call(`POST ${all}`, { about, body: { ...listsOf(input), ...input }, options }),
        async find() {
          const schemas = (await rest.call(`GET ${all}`, { about, options })).objects("results");
          return schemas.find((schema) => schema.text("name") === input.name) ?? null;
        },
        read: schemaOf,
        values: { name: input.name, primaryDisplayProperty: input.primaryDisplayProperty },
        once: false,
      }),
    async update(schema, body, options) {
      await rest.call(`PATCH ${one}`, { ...named(schema), body, options });
    },
    async archive(schema, options) {
      await rest.call(`DELETE ${one}`, { ...named(schema), options });
    },
    async addAssociation(schema, { toObjectTypeId, name }, options) {
      const body = { fromObjectTypeId: schema, toObjectTypeId, name };
      return associationOf(await rest.call(`POST ${one}/associations`, { ...named(schema), body, options }));
    },
    async removeAssociation(objectType, associationId, options) {
      const path = { objectType, associationId };
      await rest.call(`DELETE ${one}/associations/{associationId}`, { about, path, options });
    },
  };
}

/** Marked as required by the specification, though live accounts do without (hubspot-facts §1.4). */
function listsOf(input: SchemaInput): Partial<SchemaInput> {
  return {
    requiredProperties: [],
    searchableProperties: [],
    secondaryDisplayProperties: [],
    associatedObjects: [],
    properties: input.properties,
  };
}

function schemaOf(from: Fields): ObjectSchema {
  const labels = from.object("labels");
  return {
    objectTypeId: from.id("objectTypeId") as ObjectSchema["objectTypeId"],
    fullyQualifiedName: from.text("fullyQualifiedName"),
    name: from.text("name"),
    labels: { singular: labels.text("singular"), plural: labels.text("plural") },
    primaryDisplayProperty: from.textOrNull("primaryDisplayProperty"),
    requiredProperties: from.texts("requiredProperties"),
    searchableProperties: from.texts("searchableProperties"),
    secondaryDisplayProperties: from.texts("secondaryDisplayProperties"),
    properties: from.objects("properties").flatMap(({ raw }) => propertyDefinition(raw) ?? []),
    associations: from.objects("associations").map(associationOf),
    archived: from.flag("archived"),
  };
}

function associationOf(from: Fields): SchemaAssociation {
  return {
    id: from.id(),
    fromObjectTypeId: from.text("fromObjectTypeId"),
    toObjectTypeId: from.text("toObjectTypeId"),
    name: from.textOrNull("name"),
  };
}
