import { HubSpotUnavailableError } from "../errors/hubspot-errors.ts";
import { list, object, text } from "../http/error-body.ts";
import type { NormalisationWarning, PropertyVersion, RawRecord } from "../model/record.ts";
import type { Mutable } from "../util/mutable.ts";

/** A record as it came, with what batch answers add. */
export interface WireRecord extends RawRecord {
  readonly traceId?: string;
  /** Upserts: whether it was created. */
  readonly created?: boolean;
}

/** A per-item failure of a 207 answer. */
export interface ItemError {
  readonly body: unknown;
  readonly ids: readonly string[];
  readonly traceIds: readonly string[];
}

export interface BatchAnswer {
  readonly records: readonly WireRecord[];
  readonly errors: readonly ItemError[];
  /** An earlier attempt may have taken effect: what this answer did not create, that one may have. */
  readonly repeated?: boolean;
}

/** Whether a body is a record. */
export function isRecord(body: unknown): boolean {
  return isId(object(body).id);
}

/** Whether a body has records as its `results`. */
export function hasRecords(body: unknown): boolean {
  const { results } = object(body);
  return Array.isArray(results) && results.every(isRecord);
}

function isId(value: unknown): value is string {
  return typeof value === "string" && /^\d{1,20}$/.test(value);
}

/** Reads a record. Errors: HUBSPOT_RESPONSE_INVALID when it has no id, which is a number in text. */
export function wireRecord(value: unknown, route: string): WireRecord {
  const from = object(value);
  const { id } = from;
  if (!isId(id)) throw malformed(route, "a record without an id");
  const history = from.propertiesWithHistory;
  const archivedAt = text(from.archivedAt);
  const url = text(from.url);
  const traceId = text(from.objectWriteTraceId);
  const created = from.new;
  const warnings = from.warnings === undefined ? [] : list(from.warnings).flatMap(warning);
  const record: Mutable<WireRecord> = {
    id,
    properties: values(from.properties),
    createdAt: text(from.createdAt) ?? "",
    updatedAt: text(from.updatedAt) ?? "",
    archived: from.archived === true,
  };
  if (typeof history === "object" && history !== null) record.propertiesWithHistory = versions(history);
  if (archivedAt !== null) record.archivedAt = archivedAt;
  if (url !== null) record.url = url;
  if (warnings.length > 0) record.warnings = warnings;
  if (traceId !== null) record.traceId = traceId;
  if (typeof created === "boolean") record.created = created;
  return record;
}

/**
 * A property's text; null where the answer lacks it. Read by its name alone, `constructor`, which is a fine name for a
 * property, would give what every object has of that name.
 */
export function propertyText({ properties }: Pick<RawRecord, "properties">, name: string): string | null {
  const value: unknown = properties[name];
  return typeof value === "string" ? value : null;
}

/** `results` of a list, search or batch answer. */
export function wireRecords(body: unknown, route: string): WireRecord[] {
  const results = object(body).results;
  if (!Array.isArray(results)) throw malformed(route, "no results");
  return results.map((each) => wireRecord(each, route));
}

/** `errors` of a batch answer. */
export function itemErrors(body: unknown): ItemError[] {
  return list(object(body).errors).map((each) => {
    const context = object(object(each).context);
    const texts = (name: string): string[] =>
      [...list(context[name]), context[name]].flatMap((value) => text(value) ?? []);
    return { body: each, ids: texts("ids"), traceIds: texts("objectWriteTraceId") };
  });
}

/** `paging.next.after`, or null on the last page. */
export function nextPage(body: unknown): string | null {
  const after = object(object(object(body).paging).next).after;
  return typeof after === "string" && after !== "" ? after : typeof after === "number" ? String(after) : null;
}

/** A page whose next page is itself. */
export function leadsNowhere(route: string): HubSpotUnavailableError {
  return malformed(route, "a page that leads no further");
}

export function malformed(route: string, what: string): HubSpotUnavailableError {
  return new HubSpotUnavailableError(
    "HUBSPOT_RESPONSE_INVALID",
    `HUBSPOT_RESPONSE_INVALID: ${route} answered success with ${what}; check baseUrl and proxies`,
    { route },
  );
}

function values(value: unknown): Record<string, string | null> {
  const from = object(value);
  for (const name in from) {
    const each = from[name];
    if (each !== null && typeof each !== "string") return texts(from);
  }
  // As HubSpot sends them: nothing is copied.
  return from as Record<string, string | null>;
}

function texts(from: Readonly<Record<string, unknown>>): Record<string, string | null> {
  const out: Record<string, string | null> = {};
  for (const name of Object.keys(from)) {
    const each = from[name];
    out[name] = each === null || each === undefined ? null : typeof each === "string" ? each : String(each);
  }
  return out;
}

function versions(value: unknown): Record<string, PropertyVersion[]> {
  const from = object(value);
  return Object.fromEntries(Object.keys(from).map((name) => [name, list(from[name]).map(version)]));
}

function version(value: unknown): PropertyVersion {
  const from = object(value);
  const sourceType = text(from.sourceType);
  const sourceId = text(from.sourceId);
  return {
    value: text(from.value) ?? "",
    timestamp: text(from.timestamp) ?? "",
    ...(sourceType === null ? {} : { sourceType }),
    ...(sourceId === null ? {} : { sourceId }),
  };
}

function warning(value: unknown): NormalisationWarning[] {
  const context = object(object(value).context);
  const first = (name: string): string | null => text(context[name]) ?? text(list(context[name])[0]);
  const propertyName = first("propertyName");
  const normalizedValue = first("normalizedValue");
  return propertyName === null || normalizedValue === null ? [] : [{ propertyName, normalizedValue }];
}
