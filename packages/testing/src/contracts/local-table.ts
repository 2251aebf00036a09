import type { LocalRecord, LocalSource, LocalValue, LocalWrite, LocalWriteResult, Tenant } from "@hubspoke/core/ports";
import { ContractViolation, holds, same } from "./check.ts";

/** What a row of the harness's table holds: `name` and `email` are text, `score` is a number, each may be null. */
export interface LocalTableRow {
  /** Not unique. */
  readonly name: string | null;
  /** Unique for a tenant: a second row with it is refused by the table itself. */
  readonly email: string | null;
  /** A whole number. */
  readonly score: number | null;
}

/** The host itself: edits by other programs, which go past the source. */
export interface LocalTable {
  /** Answers the new row's id. */
  insert(tenant: Tenant, row: Partial<LocalTableRow>): Promise<string>;
  /** As another program would: the source has to notice. */
  update(tenant: Tenant, id: string, change: Partial<LocalTableRow>): Promise<void>;
  /** A hard delete. */
  remove(tenant: Tenant, id: string): Promise<void>;
  /** Every live row of every tenant. */
  rows(): Promise<readonly (LocalTableRow & { readonly tenant: Tenant; readonly id: string })[]>;
}

/** A source over a table of the host's, with `name`, `email` and `score` as fields; `email` is unique for a tenant. */
export interface LocalSourceUnderTest {
  /** Over `table`, with its fields under their own names. */
  readonly source: LocalSource;
  /** The same rows from the other side. */
  readonly table: LocalTable;
}

/** Follows the feed until it has no more; at least once each, so the last word on an id counts. */
export async function drain(
  source: LocalSource,
  tenant: Tenant,
  cursor: string | null,
  limit = 3,
): Promise<{ readonly seen: ReadonlyMap<string, "live" | "deleted">; readonly cursor: string }> {
  const seen = new Map<string, "live" | "deleted">();
  let at = cursor;
  for (let pages = 0; pages < 1000; pages += 1) {
    const page = await source.changes(tenant, at, limit);
    holds(page.changes.length <= limit, "a page is no longer than its limit");
    for (const { id, deleted } of page.changes) seen.set(id, deleted ? "deleted" : "live");
    at = page.cursor;
    if (!page.more) return { seen, cursor: at };
  }
  throw new ContractViolation("the feed never says that there is no more");
}

export async function readOne(source: LocalSource, tenant: Tenant, id: string): Promise<LocalRecord> {
  const records = await source.read(tenant, [id]);
  same(
    records.map((record) => record.id),
    [id],
    "a record that is there is read",
  );
  return records[0] as LocalRecord;
}

export async function writeOne(source: LocalSource, tenant: Tenant, write: LocalWrite): Promise<LocalWriteResult> {
  const results = await source.write(tenant, [write]);
  same(results.length, 1, "every input is answered");
  return results[0] as LocalWriteResult;
}

export async function written(source: LocalSource, tenant: Tenant, write: LocalWrite): Promise<LocalRecord> {
  const result = await writeOne(source, tenant, write);
  if (result.outcome !== "written")
    throw new ContractViolation(`the write was expected to land, got ${result.outcome}`);
  return result.record;
}

export function update(record: LocalRecord, values: Readonly<Record<string, LocalValue>>): LocalWrite {
  return { kind: "update", id: record.id, expectedVersion: record.version, values };
}

export function create(idempotencyKey: string, values: Readonly<Record<string, LocalValue>>): LocalWrite {
  return { kind: "create", idempotencyKey, values };
}
