import type { AssociationType } from "../associations/definitions.ts";
import { ApiError, objectNotFound, validationError } from "../base/api-error.ts";
import type { PropertyDefinition } from "../properties/definition.ts";
import { crmScopes, defineType, type ObjectType } from "../types/object-type.ts";
import type { ObjectStore } from "./object-store.ts";

export interface SchemaDraft {
  readonly name: string;
  readonly labels: { readonly singular: string; readonly plural: string };
  readonly primaryDisplayProperty: string;
  readonly secondaryDisplayProperties: readonly string[];
  readonly requiredProperties: readonly string[];
  readonly searchableProperties: readonly string[];
  readonly properties: readonly PropertyDefinition[];
  readonly associatedObjects: readonly string[];
}

export interface Schema extends Omit<SchemaDraft, "properties" | "associatedObjects"> {
  readonly typeId: string;
  readonly fullName: string;
  readonly associations: readonly AssociationType[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly archivedAt: number | undefined;
}

export interface SchemaWorld {
  readonly portalId: number;
  readonly addType: (type: ObjectType) => ObjectStore;
  readonly store: (name: string) => ObjectStore | undefined;
  readonly associate: (from: string, to: string, name: string) => readonly AssociationType[];
}

/** The custom objects of one portal. */
export class SchemaRegistry {
  readonly #world: SchemaWorld;
  readonly #schemas: Map<string, Schema> = new Map();
  #lastId = 1_000_000;

  constructor(world: SchemaWorld) {
    this.#world = world;
  }

  list(archived: boolean): Schema[] {
    return [...this.#schemas.values()].filter((schema) => (schema.archivedAt !== undefined) === archived);
  }

  /** By type id or by full name; a bare name is not enough (hubspot-facts §1.3). */
  get(name: string): Schema {
    const store = this.#world.store(name);
    const schema = store && this.#schemas.get(store.type.id);
    if (schema === undefined) throw objectNotFound(`Object type ${name} does not exist`);
    return schema;
  }

  create(draft: SchemaDraft, now: number): Schema {
    const fullName = `p${this.#world.portalId}_${draft.name}`;
    const taken = this.list(false).some((schema) => schema.name === draft.name || same(schema.labels, draft.labels));
    if (taken) {
      throw new ApiError(409, `An object type named '${draft.name}' already exists`, {
        category: "OBJECT_ALREADY_EXISTS",
      });
    }
    this.#lastId += 1;
    const typeId = `2-${this.#lastId}`;
    this.#world.addType(typeOf(typeId, fullName, draft, draft.properties));
    const { properties, associatedObjects, ...kept } = draft;
    const associations = associatedObjects.flatMap((name) => this.#associate(typeId, draft.name, name));
    return this.#keep({
      ...kept,
      typeId,
      fullName,
      associations,
      createdAt: now,
      updatedAt: now,
      archivedAt: undefined,
    });
  }

  update(name: string, changes: Partial<Schema>, now: number): Schema {
    const changed = { ...this.get(name), ...changes, updatedAt: now };
    const store = this.#world.store(changed.typeId)!;
    store.redefine(typeOf(changed.typeId, changed.fullName, changed, store.type.properties));
    return this.#keep(changed);
  }

  addAssociation(name: string, to: string, associationName: string, now: number): AssociationType {
    const schema = this.get(name);
    const added = this.#associate(schema.typeId, associationName, to);
    this.#keep({ ...schema, associations: [...schema.associations, ...added], updatedAt: now });
    return added[0]!;
  }

  removeAssociation(name: string, typeId: number, now: number): void {
    const schema = this.get(name);
    const associations = schema.associations.filter((association) => association.typeId !== typeId);
    this.#keep({ ...schema, associations, updatedAt: now });
  }

  /** A type that still has records stays (they must be deleted first). */
  archive(name: string, now: number): void {
    const schema = this.get(name);
    const size = this.#world.store(schema.typeId)?.records.size ?? 0;
    if (size > 0) throw validationError(`Object type ${schema.name} still has ${size} records and cannot be deleted`);
    this.#keep({ ...schema, archivedAt: now });
  }

  #associate(from: string, name: string, to: string): readonly AssociationType[] {
    const target = this.#world.store(to);
    if (target === undefined) throw validationError(`Unable to infer object type from: ${to}`);
    return this.#world.associate(from, target.type.id, `${name}_to_${target.type.singular}`);
  }

  #keep(schema: Schema): Schema {
    this.#schemas.set(schema.typeId, schema);
    return schema;
  }
}

function same(a: Schema["labels"], b: Schema["labels"]): boolean {
  return a.singular === b.singular || a.plural === b.plural;
}

function typeOf(
  typeId: string,
  fullName: string,
  draft: Omit<SchemaDraft, "properties" | "associatedObjects">,
  properties: readonly PropertyDefinition[],
): ObjectType {
  return defineType({
    id: typeId,
    name: fullName,
    singular: draft.name,
    aliases: [`p_${draft.name}`],
    named: "full",
    scopes: crmScopes("custom"),
    properties,
    required: draft.requiredProperties,
    queried: draft.searchableProperties,
    defaultProperties: [draft.primaryDisplayProperty],
  });
}
