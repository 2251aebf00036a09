import type { ObjectType } from "../../model/object-type.ts";
import type { PropertyDefinition } from "../../model/property-definition.ts";
import type { BatchOutcome } from "../../model/record.ts";
import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import { propertyDefinition, propertyDefinitions } from "../property-catalogue.ts";
import { malformed } from "../wire.ts";
import { createNamed } from "./lost-named.ts";
import { namedBatch } from "./named-batch.ts";
import { type PropertyGroupsApi, propertyGroupsApi } from "./property-groups.ts";
import { given, type Rest } from "./rest.ts";

export interface PropertyOption {
  readonly value: string;
  readonly label: string;
  /** Default: the place in the list. */
  readonly displayOrder?: number;
  readonly hidden?: boolean;
}

/** A property to make. */
export interface PropertyInput {
  /** Lower case letters, digits, underscores. An archived property of this name comes back with its values (hubspot-facts §7.2). */
  readonly name: string;
  /** What people see. */
  readonly label: string;
  /** What a value is. Cannot be changed into just any other later. */
  readonly type: "string" | "number" | "date" | "datetime" | "enumeration" | "bool" | (string & Record<never, never>);
  /** How it is entered; has to fit `type`. */
  readonly fieldType:
    | "text"
    | "textarea"
    | "number"
    | "date"
    | "select"
    | "radio"
    | "checkbox"
    | "booleancheckbox"
    | "phonenumber"
    | (string & Record<never, never>);
  /** An existing group of the object. */
  readonly groupName: string;
  /** Help text that people see beside the field in HubSpot. */
  readonly description?: string;
  /** Of an enumeration. */
  readonly options?: readonly PropertyOption[];
  /** No two records share a value; at most ten such properties per object. Cannot be changed later. */
  readonly hasUniqueValue?: boolean;
  /** Not shown in HubSpot; the API reads and writes it all the same. Default false. */
  readonly hidden?: boolean;
  /** May stand in forms. Default false. */
  readonly formField?: boolean;
}

/** The properties of one object. */
export interface PropertiesApi {
  list(options?: CallOptions & { readonly archived?: boolean }): Promise<readonly PropertyDefinition[]>;
  get(name: string, options?: CallOptions): Promise<PropertyDefinition>;
  /** Where its answer is lost it is looked up by its name, and sent again if it is not there. */
  create(input: PropertyInput, options?: CallOptions): Promise<PropertyDefinition>;
  update(
    name: string,
    changes: Partial<Omit<PropertyInput, "name" | "hasUniqueValue">>,
    options?: UpdateOptions,
  ): Promise<PropertyDefinition>;
  /** Its values stay for 90 days. Refused while something uses the property. */
  archive(name: string, options?: UpdateOptions): Promise<void>;
  /** Any number; each has its outcome. HubSpot has no batch update of properties. */
  batchCreate(inputs: readonly PropertyInput[], options?: CallOptions): Promise<BatchOutcome<PropertyDefinition>[]>;
  batchRead(names: readonly string[], options?: CallOptions): Promise<BatchOutcome<PropertyDefinition>[]>;
  batchArchive(names: readonly string[], options?: UpdateOptions): Promise<void>;
  readonly groups: PropertyGroupsApi;
}

const all = "/crm/properties/{version}/{objectType}";

/** `changed` is told before and after every change, so that nothing remembered outlives it. */
export function propertiesApi(rest: Rest, object: ObjectType, changed: () => void): PropertiesApi {
  const base = { about: object, path: { objectType: object as string } };
  const named = (propertyName: string) => ({ ...base, path: { ...base.path, propertyName } });
  const change = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } finally {
      changed();
    }
  };
  return {
    async list(options) {
      const query = { archived: options?.archived };
      return propertyDefinitions(await rest.body(`GET ${all}`, { ...base, query, options }));
    },
    get: async (name, options) => definition(await rest.body(`GET ${all}/{propertyName}`, { ...named(name), options })),
    create: (input, options) =>
      change(() => {
        const { name, label, type, fieldType, groupName } = input;
        return createNamed(rest, {
          send: () => rest.call(`POST ${all}`, { ...base, body: wire(input), options }),
          find: () => rest.call(`GET ${all}/{propertyName}`, { ...named(name), options }),
          read: ({ raw }) => definition(raw),
          values: { label, type, fieldType, groupName },
          // 409 PROPERTY_WITH_NAME_EXISTS (hubspot-facts §6).
          once: true,
        });
      }),
    update: (name, changes, options) =>
      change(async () => {
        const request = { ...named(name), body: wire(changes), options };
        return definition(await rest.body(`PATCH ${all}/{propertyName}`, request));
      }),
    archive: (name, options) =>
      change(async () => {
        await rest.call(`DELETE ${all}/{propertyName}`, { ...named(name), options });
      }),
    batchCreate: (inputs, options) =>
      change(() =>
        namedBatch({
          names: inputs.map(({ name }) => name),
          send: (part) =>
            rest.body(`POST ${all}/batch/create`, {
              ...base,
              body: { inputs: part.map((index) => wire(inputs[index] as PropertyInput)) },
              options,
            }),
          read: propertyDefinition,
        }),
      ),
    batchRead: (names, options) =>
      namedBatch({
        names,
        send: (part) =>
          rest.body(`POST ${all}/batch/read`, {
            ...base,
            body: { archived: false, inputs: part.map((index) => ({ name: names[index] })) },
            options,
          }),
        read: propertyDefinition,
      }),
    batchArchive: (names, options) =>
      change(async () => {
        const inputs = names.map((name) => ({ name }));
        if (inputs.length > 0) await rest.call(`POST ${all}/batch/archive`, { ...base, body: { inputs }, options });
      }),
    groups: propertyGroupsApi(rest, object),
  };
}

/** HubSpot wants every field of an option (hubspot-facts §1.4). */
function wire(input: Partial<PropertyInput>): unknown {
  const options = input.options?.map((option, place) => ({ displayOrder: place, hidden: false, ...option }));
  return given({ ...input, options });
}

function definition(body: unknown): PropertyDefinition {
  const found = propertyDefinition(body);
  if (found === null) throw malformed(`GET ${all}/{propertyName}`, "a property without a name");
  return found;
}
