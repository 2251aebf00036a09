import { ApiError, objectNotFound, validationError } from "../base/api-error.ts";
import { defineProperty, type PropertyDefinition, type PropertyDraft } from "../properties/definition.ts";

const MAX_UNIQUE = 10;
/** An archived property is purged after this long, values and all (hubspot-facts §7.2). */
const PURGED_MS = 90 * 86_400_000;

/** The property definitions of one object type in one portal. */
export class PropertyRegistry {
  readonly #label: string;
  readonly #byName: Map<string, PropertyDefinition> = new Map();
  readonly #initial: ReadonlySet<PropertyDefinition>;
  /** All live ones as JSON, until one of them changes: some hundred, and a client that starts asks for them. */
  #listed: string | undefined;

  constructor(label: string, initial: readonly PropertyDefinition[]) {
    this.#label = label;
    this.#initial = new Set(initial);
    for (const definition of initial) this.#byName.set(definition.name, definition);
  }

  /** A live definition. */
  find(name: string): PropertyDefinition | undefined {
    const found = this.#byName.get(name);
    return found?.archivedAt === undefined ? found : undefined;
  }

  get(name: string): PropertyDefinition {
    const found = this.find(name);
    if (found === undefined) throw objectNotFound(`Property with name '${name}' does not exist for ${this.#label}`);
    return found;
  }

  list(): PropertyDefinition[] {
    return [...this.#byName.values()].filter((definition) => definition.archivedAt === undefined);
  }

  /** `list()` as JSON; `view` is how one is shown, always the same. */
  listed(view: (definition: PropertyDefinition) => unknown): string {
    this.#listed ??= JSON.stringify(this.list().map(view));
    return this.#listed;
  }

  /** Archived ones that can still come back. */
  restorable(now: number): PropertyDefinition[] {
    return [...this.#byName.values()].filter(({ name }) => this.past(name, now) === "archived");
  }

  /** What a name that is free to be created has been before. */
  past(name: string, now: number): "archived" | "purged" | undefined {
    const archivedAt = this.#byName.get(name)?.archivedAt;
    if (archivedAt === undefined) return undefined;
    return now - archivedAt > PURGED_MS ? "purged" : "archived";
  }

  /** Creating a name that is archived restores it, values included (hubspot-facts §7.2). */
  create(draft: PropertyDraft, now: number): PropertyDefinition {
    const existing = this.#byName.get(draft.name);
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
    return [...this.#byName.values()].filter((one) => !(one.hubspotDefined && this.#initial.has(one)));
  }

  load(saved: readonly PropertyDefinition[]): void {
    // A definition that has been archived says so; JSON leaves the others' `undefined` out.
    for (const definition of saved) this.#put({ ...definition, archivedAt: definition.archivedAt });
  }

  #put(definition: PropertyDefinition): void {
    this.#byName.set(definition.name, definition);
    this.#listed = undefined;
  }

  #refuseEleventhUnique(): void {
    const unique = this.list().filter((definition) => definition.hasUniqueValue && !definition.hubspotDefined);
    if (unique.length >= MAX_UNIQUE) {
      throw validationError(`${this.#label} already has the maximum of ${MAX_UNIQUE} properties with unique values.`);
    }
  }
}
