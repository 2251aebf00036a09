import type { CallOptions } from "../objects-api.ts";
import type { Rest } from "./rest.ts";

/** What to export, as HubSpot's exports take it. */
export interface ExportInput {
  /** `VIEW`: records by filters. `LIST`: those of a list. */
  readonly exportType: "VIEW" | "LIST";
  /** What the export and its file are called in HubSpot. */
  readonly exportName: string;
  /** `XLS` is the old format: 65,536 rows a sheet. */
  readonly format: "CSV" | "XLS" | "XLSX";
  /** Of the column headings: HubSpot's code in capitals, such as `EN` or `DE`. */
  readonly language: string;
  /** As HubSpot's exports name it: `CONTACT`, `COMPANY`, or a type id such as `2-345`. */
  readonly objectType: string;
  /** Columns, by the properties' internal names. */
  readonly objectProperties: readonly string[];
  /** Exactly for `LIST`. */
  readonly listId?: string;
  /** Adds columns with the ids of associated records of this object, or of several. */
  readonly associatedObjectType?: string | readonly string[];
  /** For `VIEW`: the body of a search. */
  readonly publicCrmSearchRequest?: unknown;
  readonly [more: string]: unknown;
}

export interface ExportStatus {
  readonly status: "PENDING" | "PROCESSING" | "COMPLETE" | "CANCELED" | (string & Record<never, never>);
  /** Where the file is for five minutes; every look gives a new address. null until it is complete. */
  readonly url: string | null;
}

export interface ExportInfo {
  readonly id: string;
  readonly name: string | null;
  readonly state: string;
  readonly objectType: string | null;
  readonly recordCount: number | null;
}

export interface ExportsApi {
  /** Answers the task's id. */
  start(input: ExportInput, options?: CallOptions): Promise<string>;
  status(taskId: string, options?: CallOptions): Promise<ExportStatus>;
  get(id: string, options?: CallOptions): Promise<ExportInfo>;
}

const about = "exports";
const all = "/crm/exports/{version}/export";

export function exportsApi(rest: Rest): ExportsApi {
  return {
    start: async (body, options) => (await rest.call(`POST ${all}/async`, { about, body, options })).id(),
    async status(taskId, options) {
      const route = `GET ${all}/async/tasks/{taskId}/status` as const;
      const from = await rest.call(route, { about, path: { taskId }, options });
      return { status: from.text("status"), url: from.textOrNull("result") };
    },
    async get(exportId, options) {
      const from = await rest.call(`GET ${all}/{exportId}`, { about, path: { exportId }, options });
      return {
        id: from.id(),
        name: from.textOrNull("exportName"),
        state: from.text("exportState"),
        objectType: from.textOrNull("objectType"),
        recordCount: from.number("recordCount"),
      };
    },
  };
}
