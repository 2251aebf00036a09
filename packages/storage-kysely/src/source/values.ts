import type { LocalValue } from "@hubspoke/core/ports";
import { failed } from "./failures.ts";
import type { FieldKind, TimeFormat } from "./options.ts";

/** What a driver takes as a parameter everywhere: no booleans, no arrays, no dates. */
export type SqlValue = string | number | null;

interface Stored {
  readonly kind: FieldKind;
  readonly type: string;
}

const isText = (type: string): boolean => /char|clob|text/.test(type) && !/int/.test(type);

/** The stored form of a value in a column of this type; undefined when the kind can not hold it. */
export function toSql({ kind, type }: Stored, value: LocalValue): SqlValue | undefined {
  if (value === null) return null;
  if (kind === "boolean") return typeof value === "boolean" ? Number(value) : undefined;
  if (kind === "list") return Array.isArray(value) ? JSON.stringify(value) : undefined;
  if (typeof value === "string") return value;
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  // SQLite would make "5.0" of it, as drivers give it every number as a real one.
  return isText(type) ? String(value) : value;
}

export function fromSql(kind: FieldKind, value: unknown, table: string, field: string): LocalValue {
  if (value === null || value === undefined) return null;
  if (kind === "boolean") {
    if (typeof value === "boolean") return value;
    if (value === 0 || value === 1 || value === 0n || value === 1n) return Number(value) === 1;
    throw failed(table, `field "${field}" is declared boolean and holds something else than 0 and 1`);
  }
  if (kind === "list") return listFrom(value, table, field);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return value.toISOString();
  throw failed(table, `field "${field}" holds bytes or a structure; leave it out of \`fields\``);
}

function listFrom(value: unknown, table: string, field: string): readonly string[] {
  const parsed = typeof value === "string" ? parseJson(value) : value;
  if (Array.isArray(parsed) && parsed.every((one) => typeof one === "string")) return parsed;
  throw failed(table, `field "${field}" is declared a list and holds something else than a JSON list of texts`);
}

/** Undefined for what is not JSON: the caller says whose text it was. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Milliseconds in the form a column of times has. Text forms sort as the times do. */
export function timeToSql(format: TimeFormat, ms: number): string | number {
  if (format === "ms") return ms;
  if (format === "s") return Math.floor(ms / 1000);
  const iso = new Date(ms).toISOString();
  return format === "iso" ? iso : iso.slice(0, 19).replace("T", " ");
}

export function timeFromSql(format: TimeFormat, value: unknown): number | null {
  if (value instanceof Date) return value.getTime();
  if (typeof value === "number" || typeof value === "bigint") return Number(value) * (format === "s" ? 1000 : 1);
  if (typeof value !== "string") return null;
  const ms = Date.parse(format === "sql" && !value.includes("T") ? `${value.replace(" ", "T")}Z` : value);
  return Number.isNaN(ms) ? null : ms;
}
