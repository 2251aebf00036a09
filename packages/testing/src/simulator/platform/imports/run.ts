import { ApiError } from "../../base/api-error.ts";
import type { ObjectStore } from "../../state/object-store.ts";
import type { Portal } from "../../state/portal.ts";
import type { ChangeSource, SimRecord } from "../../state/record.ts";
import type { ColumnMapping, ImportFile, ImportRequest } from "./request.ts";

/** One thing that was wrong with one row. */
export interface RowError {
  readonly file: string;
  readonly line: number;
  readonly cells: readonly string[];
  readonly type: string;
  readonly message: string;
  readonly objectTypeId: string;
  readonly column: number | undefined;
  readonly value: string | undefined;
}

export interface ImportOutcome {
  readonly created: number;
  readonly updated: number;
  readonly rows: number;
  readonly values: number;
  /** How many records. */
  readonly written: number;
  readonly contacts: readonly string[];
  readonly errors: readonly RowError[];
}

interface Tally {
  created: number;
  updated: number;
  rows: number;
  values: number;
  readonly written: Set<string>;
  readonly contacts: Set<string>;
  readonly errors: RowError[];
}

/** Writes every row that can be written. A bad value costs itself, not its row. */
export function runImport(portal: Portal, request: ImportRequest, source: ChangeSource): ImportOutcome {
  const tally: Tally = {
    created: 0,
    updated: 0,
    rows: 0,
    values: 0,
    written: new Set(),
    contacts: new Set(),
    errors: [],
  };
  for (const file of request.files) {
    for (const row of file.rows) {
      tally.rows++;
      importRow(portal, request, file, row, source, tally);
    }
  }
  return { ...tally, written: tally.written.size, contacts: [...tally.contacts] };
}

type Row = ImportFile["rows"][number];

function importRow(
  portal: Portal,
  request: ImportRequest,
  file: ImportFile,
  row: Row,
  source: ChangeSource,
  tally: Tally,
): void {
  const fail = (objectTypeId: string, type: string, message: string, mapping?: ColumnMapping) => {
    const where = { column: mapping?.column, value: mapping && row.cells[mapping.column] };
    tally.errors.push({ file: file.name, line: row.line, cells: row.cells, type, message, objectTypeId, ...where });
  };
  if (row.cells.length !== file.width) {
    const message = `The row has ${row.cells.length} columns, expected ${file.width}`;
    fail(file.columns[0]?.objectTypeId ?? "", "INCORRECT_NUMBER_OF_COLUMNS", message);
    return;
  }
  const ends: { store: ObjectStore; record: SimRecord }[] = [];
  for (const typeId of new Set(file.columns.map(({ objectTypeId }) => objectTypeId))) {
    const store = portal.store(typeId)!;
    const columns = file.columns.filter(({ objectTypeId }) => objectTypeId === typeId);
    const operation = request.operations[typeId] ?? "UPSERT";
    const record = writeRow(
      store,
      columns,
      row,
      operation,
      request.dateFormat,
      source,
      tally,
      (type, message, mapping) => fail(typeId, type, message, mapping),
    );
    if (record === undefined) continue;
    ends.push({ store, record });
    tally.written.add(`${typeId}:${record.id}`);
    if (store === portal.contacts) tally.contacts.add(record.id);
  }
  associate(portal, ends, source);
}

type Fail = (type: string, message: string, mapping?: ColumnMapping) => void;

function writeRow(
  store: ObjectStore,
  columns: readonly ColumnMapping[],
  { cells }: Row,
  operation: string,
  order: ImportRequest["dateFormat"],
  source: ChangeSource,
  tally: Tally,
  fail: Fail,
): SimRecord | undefined {
  const cell = ({ column }: ColumnMapping) => cells[column] ?? "";
  const found = find(store, columns, cell);
  if (found === "missing") {
    fail(
      "INVALID_OBJECT_ID",
      "No record has this id",
      columns.find(({ kind }) => kind === "HUBSPOT_OBJECT_ID"),
    );
    return undefined;
  }
  if (found !== undefined && operation === "CREATE") {
    fail("CREATE_ONLY_IMPORT", `Record ${found.id} exists already`);
    return undefined;
  }
  if (found === undefined && operation === "UPDATE") {
    fail("UPDATE_ONLY_IMPORT", "No record matches this row");
    return undefined;
  }
  const filled = columns.filter((mapping) => mapping.kind !== "HUBSPOT_OBJECT_ID" && cell(mapping) !== "");
  const write = (mappings: readonly ColumnMapping[]) => {
    const values = Object.fromEntries(
      mappings.map(({ property, column }) => [property, typed(store, property, cells[column] ?? "", order)]),
    );
    const { record } = found === undefined ? store.create(values, source) : store.update(found, values, source);
    if (found === undefined) tally.created++;
    else tally.updated++;
    tally.values += mappings.length;
    return record;
  };
  try {
    return write(filled);
  } catch (error) {
    const bad = report(error, filled, fail);
    const good = filled.filter(({ property }) => !bad.has(property));
    if (bad.size === 0 || good.length === 0) return undefined;
    try {
      return write(good);
    } catch (again) {
      report(again, good, fail);
      return undefined;
    }
  }
}

/** Dates as people write them, in the order that the import names. */
function typed(store: ObjectStore, property: string, text: string, order: ImportRequest["dateFormat"]): string {
  const written = /^(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})$/.exec(text.trim());
  if (written === null || !isTime(store.properties.find(property)?.type)) return text;
  const [, a = "", b = "", c = ""] = written;
  const [year, month, day] =
    order === "YEAR_MONTH_DAY" ? [a, b, c] : order === "DAY_MONTH_YEAR" ? [c, b, a] : [c, a, b];
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

function isTime(type: string | undefined): boolean {
  return type === "date" || type === "datetime";
}

/** Notes what was wrong. @returns the properties that were */
function report(error: unknown, columns: readonly ColumnMapping[], fail: Fail): Set<string> {
  if (!(error instanceof ApiError)) throw error;
  const bad = new Set<string>();
  for (const { code = "", message, context } of error.fields.errors ?? []) {
    const [name = ""] = context?.propertyName ?? [];
    const mapping = columns.find(({ property }) => property === name);
    if (mapping !== undefined) bad.add(name);
    fail(ERROR_TYPES[code] ?? "FAILED_VALIDATION", message, mapping);
  }
  if (bad.size === 0 && (error.fields.errors ?? []).length === 0) {
    const taken = error.status === 409 || /already has that value/.test(error.message);
    fail(taken ? "DUPLICATE_UNIQUE_PROPERTY_VALUE" : "FAILED_VALIDATION", error.message);
  }
  return bad;
}

const ERROR_TYPES: Readonly<Record<string, string>> = {
  INVALID_EMAIL: "INVALID_EMAIL",
  INVALID_OPTION: "INVALID_ENUMERATION_OPTION",
  INVALID_INTEGER: "COULD_NOT_PARSE_NUMBER",
  INVALID_DATE: "COULD_NOT_PARSE_DATE",
  PROPERTY_DOESNT_EXIST: "PROPERTY_DEFINITION_NOT_FOUND",
  MISSING_REQUIRED_PROPERTY: "MISSING_REQUIRED_PROPERTY",
};

/** By id, by a unique property that was named as a key, or by the type's natural key. */
function find(
  store: ObjectStore,
  columns: readonly ColumnMapping[],
  cell: (mapping: ColumnMapping) => string,
): SimRecord | "missing" | undefined {
  const byId = columns.find(({ kind }) => kind === "HUBSPOT_OBJECT_ID");
  if (byId !== undefined && cell(byId) !== "") {
    const record = store.records.resolve(cell(byId));
    return record === undefined || record.archivedAt !== undefined ? "missing" : record;
  }
  for (const mapping of columns) {
    const isKey = mapping.kind === "HUBSPOT_ALTERNATE_ID" || mapping.property === store.type.naturalKey;
    const found = isKey && cell(mapping) !== "" ? store.records.findBy(mapping.property, cell(mapping)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Records of one row belong together. */
function associate(
  portal: Portal,
  ends: readonly { store: ObjectStore; record: SimRecord }[],
  source: ChangeSource,
): void {
  const [first, ...others] = ends;
  if (first === undefined) return;
  for (const other of others) {
    const plain = portal.associations.definitions.unlabelled(first.store.type.id, other.store.type.id);
    if (plain === undefined) continue;
    portal.associations.as(source, (graph) =>
      graph.link(
        { type: first.store.type.id, id: first.record.id },
        { type: other.store.type.id, id: other.record.id },
        [plain],
      ),
    );
  }
}
