import type { Column, Words } from "./database/words.ts";
import { wordsOf } from "./database/words-of.ts";
import { attempt, invalid } from "./failures.ts";
import type { FieldKind, FieldSpec, HostDb, KyselySourceOptions, TimeFormat } from "./options.ts";

export interface Field {
  readonly name: string;
  readonly column: string;
  /** Its name in a row that is read, so that no column of the host's can be taken for another. */
  readonly alias: string;
  readonly kind: FieldKind;
  /** The column's, as the database calls it. */
  readonly type: string;
}

/** The options, checked against the table as it is. */
export interface Layout {
  readonly table: string;
  readonly tenant: string;
  readonly id: string;
  /** The database gives new rows their id. */
  readonly idIsGenerated: boolean;
  /** An index of the id alone is known to be there. */
  readonly idIsKey: boolean;
  readonly fields: readonly Field[];
  /** A write is followed by a read of the row, in one transaction: only then is its version known. */
  readonly isPartitioned: boolean;
  readonly deletedAt: { readonly column: string; readonly format: TimeFormat } | null;
  readonly createdKey: string | null;
  readonly words: Words;
  /** Of a column that is there. */
  readonly typeOf: (column: string) => string;
}

/** Reads the table's columns and refuses what the declaration gets wrong, all of it by name. */
export async function layoutOf(db: HostDb, options: KyselySourceOptions): Promise<Layout> {
  const { table } = options;
  const columns = await columnsOf(db, table);
  if (columns.length === 0) throw invalid(table, "there is no such table");
  const named = namedColumns(options);
  const missing = Object.values(named).filter((name) => !columns.some((column) => column.name === name));
  if (missing.length > 0) throw invalid(table, `it has no column ${missing.map(quoted).join(", ")}`);
  const words = wordsOf(db);
  const typeOf = (name: string) => columns.find((column) => column.name === name)?.type ?? "";
  for (const name of [named.tenant, named.id]) {
    const problem = words.unfitKey(typeOf(name));
    if (problem !== null) throw invalid(table, `${quoted(name)} ${problem}`);
  }
  const id = columns.find((column) => column.name === named.id);
  if (named.createdKey !== undefined) await requireUnique(db, table, named.tenant, named.createdKey);
  return {
    table,
    words,
    typeOf,
    tenant: named.tenant,
    id: named.id,
    idIsGenerated: id?.generated ?? false,
    idIsKey: id?.key ?? false,
    isPartitioned: columns.some((column) => column.partitioned),
    fields: fieldsOf(options, columns, new Set(Object.values(named))),
    deletedAt:
      named.deletedAt === undefined ? null : { column: named.deletedAt, format: options.deletedAtFormat ?? "iso" },
    createdKey: named.createdKey ?? null,
  };
}

export async function columnsOf(db: HostDb, table: string): Promise<readonly Column[]> {
  return attempt(table, "describe the table", () => wordsOf(db).columns(db, table));
}

/** Columns with a meaning of their own: never a field, so no write can reach them. */
function namedColumns(options: KyselySourceOptions): {
  readonly tenant: string;
  readonly id: string;
  readonly [role: string]: string;
} {
  const optional = {
    updatedAt: options.updatedAtColumn,
    version: options.versionColumn,
    deletedAt: options.deletedAtColumn,
    createdKey: options.createdKeyColumn,
  };
  const given = Object.entries(optional).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { tenant: options.tenantColumn, id: options.idColumn ?? "id", ...Object.fromEntries(given) };
}

function fieldsOf(
  options: KyselySourceOptions,
  columns: readonly Column[],
  reserved: ReadonlySet<string>,
): readonly Field[] {
  const { table, fields } = options;
  const specs: readonly (readonly [string, FieldSpec])[] =
    fields === undefined
      ? columns
          .filter(({ name, type }) => !reserved.has(name) && !/blob|bytea/.test(type))
          .map(({ name }) => [name, {}])
      : Array.isArray(fields)
        ? (fields as readonly string[]).map((name) => [name, {}])
        : Object.entries(fields as Readonly<Record<string, FieldSpec>>);
  if (specs.length === 0) throw invalid(table, "no field is left to sync");
  return specs.map(([name, spec], index) => {
    const column = spec.column ?? name;
    if (reserved.has(column))
      throw invalid(table, `field ${quoted(name)} is the column ${quoted(column)}, which has a role of its own`);
    const found = columns.find((one) => one.name === column);
    if (found === undefined)
      throw invalid(table, `field ${quoted(name)} needs the column ${quoted(column)}, which is not there`);
    const kind = spec.kind ?? (/bool/.test(found.type) ? "boolean" : "plain");
    return { name, column, alias: `f${index}`, kind, type: found.type };
  });
}

/** Without the index two racing creates would both be first. */
async function requireUnique(db: HostDb, table: string, tenant: string, key: string): Promise<void> {
  const indexes = await attempt(table, "list its indexes", () => wordsOf(db).uniqueIndexes(db, table));
  const wanted = [key, [tenant, key].toSorted().join()];
  const fits = indexes.some((columns) => wanted.includes(columns.toSorted().join()));
  if (!fits) throw invalid(table, `${quoted(key)} needs a unique index, alone or together with ${quoted(tenant)}`);
}

function quoted(name: string): string {
  return `"${name}"`;
}
