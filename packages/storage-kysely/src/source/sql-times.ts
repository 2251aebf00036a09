import { type RawBuilder, sql } from "kysely";
import type { TimeFormat } from "./options.ts";

/** The database's clock in milliseconds: a source has no other. */
export const nowMs: RawBuilder<unknown> = sql`cast(round(unixepoch('subsec') * 1000) as integer)`;

const patterns = { iso: "%Y-%m-%dT%H:%M:%fZ", sql: "%Y-%m-%d %H:%M:%S" } as const;

export function nowIn(format: TimeFormat): RawBuilder<unknown> {
  if (format === "ms") return nowMs;
  return format === "s" ? sql`unixepoch()` : sql`strftime(${sql.lit(patterns[format])}, 'now')`;
}

/** Now, but after what the column holds even when both fall into one tick of the clock: the time may be the version. */
export function nowAfter(format: TimeFormat, column: RawBuilder<unknown>): RawBuilder<unknown> {
  if (format === "ms") return sql`max(${nowMs}, coalesce(${column}, 0) + 1)`;
  if (format === "s") return sql`max(unixepoch(), coalesce(${column}, 0))`;
  const step = sql.lit(format === "iso" ? "+0.001 seconds" : "+0 seconds");
  return sql`max(${nowIn(format)}, coalesce(strftime(${sql.lit(patterns[format])}, ${column}, ${step}), ''))`;
}
