import type { AssociationType } from "../associations/definitions.ts";
import { ApiError, objectNotFound, validationError } from "../base/api-error.ts";
import type { RandomStream } from "../base/random.ts";
import type { PropertyDefinition } from "../properties/definition.ts";
import { unknownType } from "../types/known-types.ts";
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

interface PastSchema {
  /** Absent when there was none. */
  readonly schema?: Schema | undefined;
  readonly until: number;
}

export interface SavedSchemas {
  readonly lastId: number;
  readonly schemas: readonly Schema[];
  readonly past: readonly (readonly [string, PastSchema])[];
}

export interface SchemaWorld {
  readonly portalId: number;
  readonly random: RandomStream;
  /** How long single reads flip between old and new. */
  readonly flipFlop: () => number;
  readonly addType: (type: ObjectType) => ObjectStore;
  readonly store: (name: string) => ObjectStore | undefined;
  readonly associate: (from: string, to: string, name: string) => readonly AssociationType[];
}

/** The custom objects of one portal. */
export class SchemaRegistry {
  readonly #world: SchemaWorld;
  readonly #schemas: Map<string, Schema> = new Map();
  readonly #past: Map<string, PastSchema> = new Map();
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

  /**
   * What a single read is answered: for a while after a change HubSpot flips between old and new, where the schema may
   * not exist at all in the old (hubspot-facts §3).
   */
  seen(name: string, now: number): Schema {
    const schema = this.get(name);
    const past = this.#past.get(schema.typeId);
    if (past === undefined || now >= past.until || this.#world.random.next() < 0.5) return schema;
    if (past.schema === undefined) throw objectNotFound(`Object type ${name} does not exist`);
    return past.schema;
  }

  /** Whether a custom object's schema names this property. */
  uses(typeId: string, property: string): boolean {
    const schema = this.#schemas.get(typeId);
    if (schema === undefined || schema.archivedAt !== undefined) return false;
    const { primaryDisplayProperty, secondaryDisplayProperties, requiredProperties, searchableProperties } = schema;
    const lists = [secondaryDisplayProperties, requiredProperties, searchableProperties];
    return primaryDisplayProperty === property || lists.some((names) => names.includes(property));
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
    this.#keep({ ...schema, updatedAt: now, archivedAt: now });
  }

  save(): SavedSchemas {
    return { lastId: this.#lastId, schemas: [...this.#schemas.values()], past: [...this.#past] };
  }

  /** The object types come back empty: their stores hold their properties. */
  load({ lastId, schemas, past }: SavedSchemas): void {
    this.#lastId = lastId;
    for (const schema of schemas) {
      this.#schemas.set(schema.typeId, { ...schema, archivedAt: schema.archivedAt });
      this.#world.addType(typeOf(schema.typeId, schema.fullName, schema, []));
    }
    for (const [typeId, entry] of past) this.#past.set(typeId, entry);
  }

  #associate(from: string, name: string, to: string): readonly AssociationType[] {
    const target = this.#world.store(to);
    if (target === undefined) throw unknownType(to);
    return this.#world.associate(from, target.type.id, `${name}_to_${target.type.singular}`);
  }

  #keep(schema: Schema): Schema {
    const wait = this.#world.flipFlop();
    const before = this.#schemas.get(schema.typeId);
    if (wait > 0) this.#past.set(schema.typeId, { schema: before, until: schema.updatedAt + wait });
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
