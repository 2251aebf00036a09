import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import type { Fields } from "./fields.ts";
import type { FileData } from "./files.ts";
import { given, type Rest } from "./rest.ts";

export interface ColumnMapping {
  /** Its name in the header, or its place as text where there is none. */
  readonly columnName: string;
  /** `0-1`, `2-345` … */
  readonly objectTypeId: string;
  /** null: the column is skipped. */
  readonly property: string | null;
  /** The column that says which record a row is: its id, or a unique property. */
  readonly identifies?: "id" | "unique";
}

/** Files to import, with what their columns mean. */
export interface ImportInput {
  /** What people see in HubSpot's list of imports. */
  readonly name: string;
  /** One upload with all of them: 512 MB or 1,048,576 rows a file (hubspot-facts §2.3). */
  readonly files: readonly {
    readonly fileName: string;
    readonly data: FileData;
    /** Default `CSV`. */
    readonly format?: "CSV" | "SPREADSHEET";
    /** Default true. */
    readonly hasHeader?: boolean;
    readonly columns: readonly ColumnMapping[];
  }[];
  /** By type id; default `UPSERT`. */
  readonly operations?: Readonly<Record<string, "CREATE" | "UPDATE" | "UPSERT">>;
  /** How dates in the files are written. Default: HubSpot's, `MONTH_DAY_YEAR`. */
  readonly dateFormat?: "MONTH_DAY_YEAR" | "DAY_MONTH_YEAR" | "YEAR_MONTH_DAY";
  /** Also makes a static list of the contacts that were imported. Default false. */
  readonly createContactList?: boolean;
}

/** How far an import is, and what it counted. */
export interface ImportRun {
  /** HubSpot's id of the import, decimal digits. */
  readonly id: string;
  /** As it was started with; null where HubSpot's answer has none. */
  readonly name: string | null;
  /** `DONE`, `FAILED` and `CANCELED` are final. `DEFERRED`: HubSpot runs few imports at once, and this one waits. */
  readonly state:
    | "STARTED"
    | "PROCESSING"
    | "DONE"
    | "FAILED"
    | "CANCELED"
    | "DEFERRED"
    | (string & Record<never, never>);
  /** `TOTAL_ROWS`, `CREATED_OBJECTS`, `UPDATED_OBJECTS`, `ERRORS` … */
  readonly counters: Readonly<Record<string, number>>;
  /** When HubSpot took it on; null where its answer has no date. */
  readonly createdAt: Date | null;
  /** The last change of state or counters; null where HubSpot's answer has no date. */
  readonly updatedAt: Date | null;
}

/** Why a row was not imported. Holds no value of the row: that may be anybody's data. */
export interface ImportError {
  readonly id: string | null;
  readonly errorType: string;
  readonly objectTypeId: string | null;
  readonly lineNumber: number | null;
  readonly column: number | null;
}

/** Files of rows: up to 1,048,576 rows or 512 MB each, 80 million rows a day (hubspot-facts §2.3). */
export interface ImportsApi {
  /** Answers at once; HubSpot goes on by itself. Not repeated when its outcome is unknown: look it up by `list`. */
  start(input: ImportInput, options?: CallOptions): Promise<ImportRun>;
  get(id: string, options?: CallOptions): Promise<ImportRun>;
  list(options?: CallOptions): AsyncIterable<ImportRun>;
  cancel(id: string, options?: UpdateOptions): Promise<void>;
  errors(id: string, options?: CallOptions): AsyncIterable<ImportError>;
}

const about = "imports";
const all = "/crm/imports/{version}";
const one = `${all}/{importId}` as const;

export function importsApi(rest: Rest): ImportsApi {
  const at = (importId: string) => ({ about, path: { importId } });
  return {
    start: async (input, options) => importRun(await rest.call(`POST ${all}`, { about, body: formOf(input), options })),
    get: async (id, options) => importRun(await rest.call(`GET ${one}`, { ...at(id), options })),
    async *list(options) {
      const request = { about, query: { limit: 100 }, options };
      for await (const entry of rest.pages(`GET ${all}`, request)) yield importRun(entry);
    },
    async cancel(id, options) {
      await rest.call(`POST ${one}/cancel`, { ...at(id), effect: "update", options });
    },
    async *errors(id, options) {
      const request = { ...at(id), query: { limit: 100 }, options };
      for await (const entry of rest.pages(`GET ${one}/errors`, request)) yield importError(entry);
    },
  };
}

function formOf(input: ImportInput): FormData {
  const form = new FormData();
  const { name, dateFormat, createContactList } = input;
  const request = given({
    name,
    dateFormat,
    createContactListFromImport: createContactList,
    importOperations: input.operations ?? operationsOf(input),
    files: input.files.map((file) => ({
      fileName: file.fileName,
      fileFormat: file.format ?? "CSV",
      fileImportPage: { hasHeader: file.hasHeader ?? true, columnMappings: file.columns.map(wireColumn) },
    })),
  });
  form.append("importRequest", JSON.stringify(request));
  for (const { data, fileName } of input.files) {
    form.append("files", data instanceof Blob ? data : new Blob([data], { type: "text/csv" }), fileName);
  }
  return form;
}

function operationsOf(input: ImportInput): Record<string, "UPSERT"> {
  const types = input.files.flatMap(({ columns }) => columns.map(({ objectTypeId }) => objectTypeId));
  return Object.fromEntries(types.map((type) => [type, "UPSERT"]));
}

function wireColumn({ columnName, objectTypeId, property, identifies }: ColumnMapping): unknown {
  const columnType =
    identifies === "id" ? "HUBSPOT_OBJECT_ID" : identifies === "unique" ? "HUBSPOT_ALTERNATE_ID" : undefined;
  return given({ columnName, columnObjectTypeId: objectTypeId, propertyName: property, columnType });
}

function importRun(from: Fields): ImportRun {
  const counters = from.object("metadata").object("counters");
  return {
    id: from.id(),
    name: from.textOrNull("importName"),
    state: from.text("state"),
    counters: Object.fromEntries(Object.keys(counters.raw).map((name) => [name, counters.number(name) ?? 0])),
    createdAt: from.date("createdAt"),
    updatedAt: from.date("updatedAt"),
  };
}

function importError(from: Fields): ImportError {
  return {
    id: from.idOrNull("id"),
    errorType: from.text("errorType"),
    objectTypeId: from.textOrNull("objectTypeId"),
    lineNumber: from.object("sourceData").number("lineNumber"),
    column: from.number("knownColumnNumber"),
  };
}
