import { ApiError, objectNotFound, validationError } from "../base/api-error.ts";
import { defineProperty, type PropertyDefinition, type PropertyDraft } from "../properties/definition.ts";

const MAX_UNIQUE = 10;
/** An archived property is purged after this long, values and all (hubspot-facts §7.2). */
const PURGED_MS = 90 * 86_400_000;

interface Definitions {
  readonly byName: Map<string, PropertyDefinition>;
  /** All live ones as JSON: some hundred, and a client that starts asks for them. */
  listed?: string | undefined;
  /** Of all live ones. */
  names?: readonly string[] | undefined;
}

/** What types begin with: one for all simulators, until one of them changes it for itself. */
const beginnings = new WeakMap<readonly PropertyDefinition[], Definitions>();

function beginningOf(initial: readonly PropertyDefinition[]): Definitions {
  const known = beginnings.get(initial);
  if (known !== undefined) return known;
  const made = { byName: new Map(initial.map((definition) => [definition.name, definition])) };
  beginnings.set(initial, made);
  return made;
}

/** The property definitions of one object type in one portal. */
export class PropertyRegistry {
  readonly #label: string;
  readonly #beginning: Definitions;
  #current: Definitions;

  constructor(label: string, initial: readonly PropertyDefinition[]) {
    this.#label = label;
    this.#beginning = beginningOf(initial);
    this.#current = this.#beginning;
  }

  /** A live definition. */
  find(name: string): PropertyDefinition | undefined {
    const found = this.#current.byName.get(name);
    return found?.archivedAt === undefined ? found : undefined;
  }

  get(name: string): PropertyDefinition {
    const found = this.find(name);
    if (found === undefined) throw objectNotFound(`Property with name '${name}' does not exist for ${this.#label}`);
    return found;
  }

  list(): PropertyDefinition[] {
    return [...this.#current.byName.values()].filter((definition) => definition.archivedAt === undefined);
  }

  names(): readonly string[] {
    this.#current.names ??= this.list().map(({ name }) => name);
    return this.#current.names;
  }

  /** `list()` as JSON; `view` is how one is shown, always the same. */
  listed(view: (definition: PropertyDefinition) => unknown): string {
    this.#current.listed ??= JSON.stringify(this.list().map(view));
    return this.#current.listed;
  }

  /** Archived ones that can still come back. */
  restorable(now: number): PropertyDefinition[] {
    return [...this.#current.byName.values()].filter(({ name }) => this.past(name, now) === "archived");
  }

  /** What a name that is free to be created has been before. */
  past(name: string, now: number): "archived" | "purged" | undefined {
    const archivedAt = this.#current.byName.get(name)?.archivedAt;
    if (archivedAt === undefined) return undefined;
    return now - archivedAt > PURGED_MS ? "purged" : "archived";
  }

  /** Creating a name that is archived restores it, values included (hubspot-facts §7.2). */
  create(draft: PropertyDraft, now: number): PropertyDefinition {
    const existing = this.#current.byName.get(draft.name);
    if (existing !== undefined && existing.archivedAt === undefined) {
      throw new ApiError(409, `A property named '${draft.name}' already exists.`, {
        category: "OBJECT_ALREADY_EXISTS",
        subCategory: "Properties.PROPERTY_WITH_NAME_EXISTS",
      });
    }
    if (draft.hasUniqueValue) this.#refuseEleventhUnique();
    const created = defineProperty({ ...draft, createdAt: now, updatedAt: now, archivedAt: undefined });
    this.#put(created);
    return created;
  }

  update(name: string, changes: Partial<PropertyDefinition>, now: number): PropertyDefinition {
    const updated = { ...this.get(name), ...changes, updatedAt: now };
    this.#put(updated);
    return updated;
  }

  archive(name: string, now: number): void {
    const definition = this.get(name);
    if (definition.hubspotDefined) {
      throw new ApiError(400, `Property '${name}' is defined by HubSpot and cannot be deleted.`, {
        category: "VALIDATION_ERROR",
        subCategory: "Properties.CANNOT_DELETE_HUBSPOT_DEFINED_PROPERTY",
      });
    }
    this.#put({ ...definition, archivedAt: now });
  }

  /** Definitions that are not HubSpot's own, or no longer as HubSpot has them. */
  save(): PropertyDefinition[] {
    return [...this.#current.byName.values()].filter(
      (one) => !(one.hubspotDefined && this.#beginning.byName.get(one.name) === one),
    );
  }

  load(saved: readonly PropertyDefinition[]): void {
    // A definition that has been archived says so; JSON leaves the others' `undefined` out.
    for (const definition of saved) this.#put({ ...definition, archivedAt: definition.archivedAt });
  }

  #put(definition: PropertyDefinition): void {
    if (this.#current === this.#beginning) this.#current = { byName: new Map(this.#beginning.byName) };
    this.#current.byName.set(definition.name, definition);
    this.#current.listed = undefined;
    this.#current.names = undefined;
  }

  #refuseEleventhUnique(): void {
    const unique = this.list().filter((definition) => definition.hasUniqueValue && !definition.hubspotDefined);
    if (unique.length >= MAX_UNIQUE) {
      throw validationError(`${this.#label} already has the maximum of ${MAX_UNIQUE} properties with unique values.`);
    }
  }
}
