import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotValidationError } from "../errors/hubspot-errors.ts";
import { type Picked, propertyKnowledge, type WritableProperties } from "../model/object-properties.ts";
import { decodeProperty, encodeProperty, type PropertyValue } from "../model/property-value.ts";
import type { BatchOutcome } from "../model/record.ts";
import type { HubSpotRecord } from "./objects-api.ts";
import type { WireRecord } from "./wire.ts";

/** The record with the `names` that were asked for, as values. */
export function typedRecord<M, K extends string>(
  object: string,
  record: WireRecord,
  names: readonly string[],
): HubSpotRecord<M, K> {
  const { kinds } = propertyKnowledge(object);
  const properties: Record<string, PropertyValue | null> = {};
  for (const name of names) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    properties[name] = decodeProperty(
      kind,
      record.properties[name] ?? record.propertiesWithHistory?.[name]?.[0]?.value,
    );
  }
  const archivedAt = date(record.archivedAt);
  return {
    id: record.id,
    properties: properties as Picked<M, K>,
    createdAt: date(record.createdAt),
    updatedAt: date(record.updatedAt),
    archived: record.archived,
    ...(record.propertiesWithHistory === undefined ? {} : { history: record.propertiesWithHistory }),
    ...(archivedAt === null ? {} : { archivedAt }),
    ...(record.url === undefined ? {} : { url: record.url }),
    ...(record.warnings === undefined ? {} : { warnings: record.warnings }),
  };
}

export function typedOutcome<M, K extends string>(
  object: string,
  outcome: BatchOutcome<WireRecord>,
  names: readonly string[],
): BatchOutcome<HubSpotRecord<M, K>> {
  return outcome.ok ? { ...outcome, value: typedRecord<M, K>(object, outcome.value, names) } : outcome;
}

/** Values to write as HubSpot's text. Errors: VALIDATION_FAILED for a property HubSpot computes, INPUT_INVALID for a value without text. */
export function writtenText<M>(object: string, properties: WritableProperties<M>): Record<string, string> {
  const { readOnly } = propertyKnowledge(object);
  const out: Record<string, string> = {};
  for (const name of Object.keys(properties)) {
    const value = (properties as Readonly<Record<string, PropertyValue | null | undefined>>)[name];
    if (value === undefined) continue;
    if (readOnly.has(name)) {
      throw new HubSpotValidationError(
        "VALIDATION_FAILED",
        `VALIDATION_FAILED: property "${name}" is computed by HubSpot and cannot be written`,
        {
          reasons: [{ property: name, code: "READ_ONLY_VALUE" }],
        },
      );
    }
    out[name] = encodeProperty(name, value);
  }
  return out;
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
  const at = text === undefined || text === "" ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at);
}
