import { validationError } from "../../base/api-error.ts";
import { textOf } from "../../base/text-of.ts";
import type { UploadedFile } from "../../routing/form.ts";
import type { Portal } from "../../state/portal.ts";
import { unknownType } from "../../types/known-types.ts";
import { parseCsv } from "../csv.ts";
import { notSimulated } from "../not-simulated.ts";

const DATE_FORMATS = ["MONTH_DAY_YEAR", "DAY_MONTH_YEAR", "YEAR_MONTH_DAY"] as const;

export type ImportOperation = "CREATE" | "UPDATE" | "UPSERT";

export interface ColumnMapping {
  readonly column: number;
  readonly objectTypeId: string;
  readonly property: string;
  /** What identifies a record: its id, or a unique property. */
  readonly kind: "STANDARD" | "HUBSPOT_OBJECT_ID" | "HUBSPOT_ALTERNATE_ID";
}

export interface ImportFile {
  readonly name: string;
  readonly columns: readonly ColumnMapping[];
  /** How many cells a row should have. */
  readonly width: number;
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

export interface ImportRequest {
  readonly name: string;
  /** By type id. */
  readonly operations: Readonly<Record<string, ImportOperation>>;
  readonly files: readonly ImportFile[];
  readonly listOfContacts: boolean;
  readonly dateFormat: (typeof DATE_FORMATS)[number];
  readonly raw: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Checks an `importRequest` against the files that came with it. */
export function readImport(raw: Fields, uploads: readonly UploadedFile[], portal: Portal): ImportRequest {
  const name = textOf(raw.name);
  if (name === "") throw validationError("importRequest.name is required");
  const files = array(raw.files, "importRequest.files").map((file) => readFile(object(file, "file"), uploads, portal));
  if (files.length === 0) throw validationError("importRequest.files is empty");
  return {
    name,
    operations: operationsOf(object(raw.importOperations ?? {}, "importOperations"), portal),
    files,
    dateFormat: dateFormatOf(raw.dateFormat ?? "MONTH_DAY_YEAR"),
    listOfContacts: raw.createContactListFromImport === true,
    raw,
  };
}

function dateFormatOf(value: unknown): ImportRequest["dateFormat"] {
  const found = DATE_FORMATS.find((known) => known === value);
  if (found === undefined) throw validationError(`Unknown dateFormat ${textOf(value)}`);
  return found;
}

function operationsOf(raw: Fields, portal: Portal): Record<string, ImportOperation> {
  const known: readonly ImportOperation[] = ["CREATE", "UPDATE", "UPSERT"];
  return Object.fromEntries(
    Object.entries(raw).map(([type, value]) => {
      const operation = known.find((one) => one === value);
      if (operation === undefined) throw validationError(`Unknown import operation ${textOf(value)} for ${type}`);
      return [typeIdOf(type, portal), operation];
    }),
  );
}

function readFile(raw: Fields, uploads: readonly UploadedFile[], portal: Portal): ImportFile {
  const name = textOf(raw.fileName);
  const upload = uploads.find((file) => file.name === name);
  if (upload === undefined) throw validationError(`No file named ${name} came with the request`);
  const format = raw.fileFormat ?? "CSV";
  if (format === "SPREADSHEET") throw notSimulated("The import of spreadsheets");
  if (format !== "CSV") throw validationError(`Unknown fileFormat ${textOf(format)}`);
  const page = object(raw.fileImportPage, "fileImportPage");
  const rows = parseCsv(new TextDecoder().decode(upload.bytes)).map((cells, at) => ({ line: at + 1, cells }));
  const header = page.hasHeader === false ? undefined : rows.shift()?.cells;
  const columns = array(page.columnMappings, "columnMappings").flatMap((mapping, at) =>
    readMapping(object(mapping, "columnMapping"), at, header, portal),
  );
  return { name, columns, rows, width: header?.length ?? rows[0]?.cells.length ?? 0 };
}

/** With a header, columns are found by their names; without one, by their places. Unmapped ones are skipped. */
function readMapping(raw: Fields, at: number, header: readonly string[] | undefined, portal: Portal): ColumnMapping[] {
  const property = raw.propertyName;
  const kind = raw.columnType ?? raw.idColumnType ?? "STANDARD";
  if (kind !== "STANDARD" && kind !== "HUBSPOT_OBJECT_ID" && kind !== "HUBSPOT_ALTERNATE_ID") {
    throw notSimulated(`The import column type ${textOf(kind)}`);
  }
  const column = header === undefined ? at : header.indexOf(textOf(raw.columnName));
  if (column < 0) throw validationError(`The file has no column named ${textOf(raw.columnName)}`);
  if ((property === undefined || property === null) && kind !== "HUBSPOT_OBJECT_ID") return [];
  const objectTypeId = typeIdOf(textOf(raw.columnObjectTypeId), portal);
  const name = textOf(property ?? "hs_object_id");
  if (portal.store(objectTypeId)?.properties.find(name) === undefined) {
    throw validationError(`Property "${name}" does not exist for object type ${objectTypeId}`);
  }
  return [{ column, objectTypeId, property: name, kind }];
}

function typeIdOf(name: string, portal: Portal): string {
  const store = portal.store(name);
  if (store === undefined) throw unknownType(name);
  return store.type.id;
}

function object(value: unknown, what: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw validationError(`${what} must be an object`);
}

function array(value: unknown, what: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw validationError(`${what} must be an array`);
}
