import { HubSpotAuthError, HubSpotValidationError } from "../errors/hubspot-errors.ts";
import { list, object, text } from "../http/error-body.ts";
import { propertyKnowledge } from "../model/object-properties.ts";
import { canonicalObject } from "../model/object-type.ts";
import type { PropertyDefinition } from "../model/property-definition.ts";
import { type PropertyKind, propertyKindOf } from "../model/property-value.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { bounded } from "../util/bounded.ts";
import { didYouMean } from "../util/did-you-mean.ts";
import { SingleFlight } from "../util/single-flight.ts";
import { malformed } from "./wire.ts";

/** A name the portal did not have is asked for again after this time, by a clock that may have been set back: somebody may have made the property meanwhile. */
const askAgainMs = 60_000;

interface Known {
  /** By name. null: the token may not read property definitions. */
  readonly definitions: ReadonlyMap<string, PropertyDefinition> | null;
  readonly at: EpochMs;
}

export interface CatalogueOptions {
  readonly clock: Clock;
  readonly fetch: (tenant: Tenant, objectType: string) => Promise<readonly PropertyDefinition[]>;
  readonly logger?: Logger;
}

/**
 * Which properties a portal has. HubSpot leaves unknown names out of an answer without a word, so a misspelt
 * property would read as one that is always empty. Names this library knows are not asked about; the first other name
 * costs one call per tenant and object.
 */
export class PropertyCatalogue {
  readonly #options: CatalogueOptions;
  readonly #known = bounded<string, Known>(5_000);
  readonly #asking = new SingleFlight<Known>();

  constructor(options: CatalogueOptions) {
    this.#options = options;
  }

  /** True when `names` need no look at the portal, so that the caller can go on without waiting. */
  knows(objectType: string, names: readonly string[]): boolean {
    const { kinds } = propertyKnowledge(objectType);
    return names.every((name) => Object.hasOwn(kinds, name) || isPseudo(name));
  }

  /** Errors: PROPERTY_UNKNOWN with the nearest name that exists. */
  async require(tenant: Tenant, objectType: string, names: readonly string[]): Promise<void> {
    const { kinds } = propertyKnowledge(objectType);
    const asked = names.filter((name) => !Object.hasOwn(kinds, name) && !isPseudo(name));
    if (asked.length === 0) return;
    let known = await this.#look(tenant, objectType, false);
    const missing = (): string | undefined =>
      asked.find((name) => known.definitions !== null && !known.definitions.has(name));
    if (missing() !== undefined && Math.abs(this.#options.clock.now() - known.at) >= askAgainMs) {
      known = await this.#look(tenant, objectType, true);
    }
    const unknown = missing();
    if (unknown !== undefined) throw propertyUnknown(objectType, unknown, known.definitions?.keys() ?? []);
  }

  /**
   * Whether records can be read by this property. HubSpot takes a contact's `email` although its definition
   * does not call it unique. A token that may not read definitions is told no.
   */
  async isUnique(tenant: Tenant, objectType: string, name: string): Promise<boolean> {
    if (name === "hs_object_id" || (name === "email" && canonicalObject(objectType) === "contacts")) return true;
    return (await this.#look(tenant, objectType, false)).definitions?.get(name)?.unique === true;
  }

  /** Names of the properties of which no two records share a value. Without definitions: those that certainly are. */
  async uniqueNames(tenant: Tenant, objectType: string): Promise<ReadonlySet<string>> {
    const known = canonicalObject(objectType) === "contacts" ? ["email"] : [];
    const { definitions } = await this.#look(tenant, objectType, false);
    return new Set([...known, ...[...(definitions?.values() ?? [])].flatMap((one) => (one.unique ? one.name : []))]);
  }

  /** How a property's text becomes a value, as far as `require` has already found out. */
  kindOf(tenant: Tenant, objectType: string, name: string): PropertyKind | undefined {
    const { kinds } = propertyKnowledge(objectType);
    if (Object.hasOwn(kinds, name)) return kinds[name];
    const definition = this.#known.get(keyOf(tenant, objectType))?.definitions?.get(name);
    return definition === undefined ? undefined : propertyKindOf(definition);
  }

  /** Drops what is remembered of an object: its properties are being changed. */
  forget(tenant: Tenant, objectType: string): void {
    this.#known.delete(keyOf(tenant, objectType));
  }

  #look(tenant: Tenant, objectType: string, again: boolean): Promise<Known> {
    const key = keyOf(tenant, objectType);
    const known = again ? undefined : this.#known.get(key);
    if (known !== undefined) return Promise.resolve(known);
    return this.#asking.run(key, async () => {
      const at = this.#options.clock.now();
      const found = { definitions: await this.#fetch(tenant, objectType), at };
      this.#known.set(key, found);
      return found;
    });
  }

  async #fetch(tenant: Tenant, objectType: string): Promise<Known["definitions"]> {
    try {
      const found = await this.#options.fetch(tenant, objectType);
      return new Map(found.map((property) => [property.name, property]));
    } catch (error) {
      // Reading records does not need the schema scope, and must not begin to because of a spelling check.
      if (!(error instanceof HubSpotAuthError) || error.code !== "AUTH_SCOPE_MISSING") throw error;
      this.#options.logger?.warn("hubspot.properties_unchecked", { tenant, object: objectType });
      return null;
    }
  }
}

export function propertyUnknown(objectType: string, name: string, names: Iterable<string>): HubSpotValidationError {
  const near = didYouMean(name, names);
  const hint =
    near === undefined ? "check its internal name in HubSpot's property settings" : `did you mean "${near}"?`;
  const safe = /^[a-z][a-z0-9_]{0,99}$/i.test(name) ? name : "(not a property name)";
  return new HubSpotValidationError(
    "PROPERTY_UNKNOWN",
    `PROPERTY_UNKNOWN: ${canonicalObject(objectType)} has no property "${safe}" in this account; ${hint}`,
    {
      reasons: [{ property: safe, code: "PROPERTY_DOESNT_EXIST" }],
      details: near === undefined ? {} : { suggestion: near },
    },
  );
}

/** Property definitions of an answer of `/crm/properties/{version}/{objectType}`. */
export function propertyDefinitions(body: unknown): PropertyDefinition[] {
  const results = object(body).results;
  if (!Array.isArray(results)) throw malformed("GET /crm/properties/{version}/{objectType}", "no results");
  return results.flatMap((value) => propertyDefinition(value) ?? []);
}

/** One definition; null for what has no name. */
export function propertyDefinition(value: unknown): PropertyDefinition | null {
  const from = object(value);
  const name = text(from.name);
  if (name === null) return null;
  const calculated = from.calculated === true;
  return {
    name,
    label: text(from.label) ?? name,
    type: text(from.type) ?? "string",
    fieldType: text(from.fieldType) ?? "text",
    groupName: text(from.groupName) ?? "",
    readOnly: calculated || object(from.modificationMetadata).readOnlyValue === true,
    unique: from.hasUniqueValue === true,
    calculated,
    archived: from.archived === true,
    options: list(from.options).flatMap((option) => text(object(option).value) ?? []),
  };
}

function keyOf(tenant: Tenant, objectType: string): string {
  return JSON.stringify([tenant, canonicalObject(objectType)]);
}

/** `associations.{type}` is no property but may be searched like one. */
function isPseudo(name: string): boolean {
  return name.startsWith("associations.");
}
