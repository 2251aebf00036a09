import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotValidationError } from "../errors/hubspot-errors.ts";
import { type Picked, propertyKnowledge, type WritableProperties } from "../model/object-properties.ts";
import { decodeProperty, encodeProperty, type PropertyKind, type PropertyValue } from "../model/property-value.ts";
import type { BatchOutcome } from "../model/record.ts";
import { hubspotTime } from "../util/hubspot-time.ts";
import type { Mutable } from "../util/mutable.ts";
import type { HubSpotRecord } from "./objects-api.ts";
import { propertyText, type WireRecord } from "./wire.ts";

/** How a property's text becomes a value; undefined where nobody knows. */
export type KindOf = (name: string) => PropertyKind | undefined;

/** The record with the `names` that were asked for, as values. */
export function typedRecord<M, K extends string>(
  record: WireRecord,
  names: readonly string[],
  kindOf: KindOf,
): HubSpotRecord<M, K> {
  const properties: Record<string, PropertyValue | null> = {};
  for (const name of names) {
    properties[name] = decodeProperty(
      kindOf(name),
      propertyText(record, name) ?? record.propertiesWithHistory?.[name]?.[0]?.value,
    );
  }
  const typed: Mutable<HubSpotRecord<M, K>> = {
    id: record.id,
    properties: properties as Picked<M, K>,
    createdAt: date(record.createdAt),
    updatedAt: date(record.updatedAt),
    archived: record.archived,
  };
  if (record.propertiesWithHistory !== undefined) typed.history = record.propertiesWithHistory;
  const archivedAt = date(record.archivedAt);
  if (archivedAt !== null) typed.archivedAt = archivedAt;
  if (record.url !== undefined) typed.url = record.url;
  if (record.warnings !== undefined) typed.warnings = record.warnings;
  return typed;
}

export function typedOutcome<M, K extends string>(
  outcome: BatchOutcome<WireRecord>,
  names: readonly string[],
  kindOf: KindOf,
): BatchOutcome<HubSpotRecord<M, K>> {
  return outcome.ok ? { ...outcome, value: typedRecord<M, K>(outcome.value, names, kindOf) } : outcome;
}

/**
 * The properties that a read names. Programs without types may have left them out. Errors: INPUT_INVALID.
 */
export function readNames<K extends string>(
  object: string,
  options: { readonly properties: readonly K[] } | undefined,
): readonly K[] {
  if (Array.isArray(options?.properties)) return options.properties;
  throw new HubspokeError("INPUT_INVALID", `a read of ${object} names its properties: { properties: ["…"] }`, {
    details: { object },
  });
}

/** Where a method takes the values of a write: `update(id, values)`, or `{ properties: values }` as a create's input does. */
export type WrittenShape = "direct" | "input";

/**
 * Names of the properties a write sets. Errors: INPUT_INVALID where the values stand somewhere else, VALIDATION_FAILED for
 * one HubSpot computes.
 */
export function writtenNames<M>(object: string, properties: WritableProperties<M>, shape: WrittenShape): string[] {
  if (typeof properties !== "object" || properties === null) throw misplaced(object, ["…"], shape);
  const inner: unknown = (properties as Readonly<Record<string, unknown>>).properties;
  if (typeof inner === "object" && inner !== null && !Array.isArray(inner) && !(inner instanceof Date))
    throw misplaced(object, Object.keys(inner), "direct");
  const { readOnly } = propertyKnowledge(object);
  const names = Object.keys(properties).filter((name) => valueIn(properties, name) !== undefined);
  const computed = names.find((name) => readOnly.has(name));
  if (computed === undefined) return names;
  throw new HubSpotValidationError(
    "VALIDATION_FAILED",
    `VALIDATION_FAILED: property "${computed}" is computed by HubSpot and cannot be written`,
    { reasons: [{ property: computed, code: "READ_ONLY_VALUE" }] },
  );
}

/** Says where the values belong, by the names they have. */
function misplaced(object: string, names: readonly string[], shape: WrittenShape): HubspokeError {
  const values = `{ ${names.slice(0, 3).join(", ") || "…"}${names.length > 3 ? ", …" : ""} }`;
  const inputs = `create and batches take { properties: ${values} }`;
  const right = shape === "input" ? inputs : `update(id, ${values}) and upsert take them directly; ${inputs}`;
  return new HubspokeError(
    "INPUT_INVALID",
    `the values of this write of ${object} stand in the wrong place: ${right}`,
    {
      details: { object },
    },
  );
}

/** The values of a write as HubSpot's text. Errors: INPUT_INVALID for a value without text. */
export function writtenText<M>(properties: WritableProperties<M>, kindOf: KindOf): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name of Object.keys(properties)) {
    const value = valueIn(properties, name);
    if (value !== undefined) out[name] = encodeProperty(name, value, kindOf(name));
  }
  return out;
}

function valueIn(properties: object, name: string): PropertyValue | null | undefined {
  return (properties as Readonly<Record<string, PropertyValue | null | undefined>>)[name];
}

/** Errors: INPUT_INVALID for what is no record id: an e-mail address belongs into `idProperty`, and never into a URL. */
export function requireId(id: string): void {
  if (/^\d{1,20}$/.test(id)) return;
  throw new HubspokeError(
    "INPUT_INVALID",
    "INPUT_INVALID: a record id is a text of digits; to find a record by another value pass idProperty",
  );
}

function date(text: string | undefined): Date | null {
  const at = text === undefined || text === "" ? Number.NaN : hubspotTime(text);
  return Number.isNaN(at) ? null : new Date(at);
}
