import type { Call, Reply, Route } from "../../routing/call.ts";
import { jsonField, multipartForm } from "../../routing/form.ts";
import { pageOf } from "../paging.ts";
import { iso } from "../task.ts";
import type { ImportRun, Imports } from "./imports.ts";
import { readImport } from "./request.ts";
import type { RowError } from "./run.ts";

const MAX_PAGE = 100;
const USUAL_PAGE = 20;

export const IMPORT_ROUTES: readonly Route[] = [
  route("POST", "", start),
  route("GET", "", list),
  route("GET", "/{importId}", (call) => ({ status: 200, body: viewImport(runOf(call)) })),
  route("POST", "/{importId}/cancel", cancel),
  route("GET", "/{importId}/errors", errors),
];

function route(method: string, path: string, handle: (call: Call) => Reply | Promise<Reply>): Route {
  const paths = { dated: `/crm/imports/{version}${path}`, legacy: [`/crm/v3/imports${path}`] };
  return { method, ...paths, access: method === "GET" ? "read" : "write", scopes: ["crm.import"], handle };
}

function importsOf({ services, portal }: Call): Imports {
  return services.platform.of(portal).imports;
}

function runOf(call: Call): ImportRun {
  return importsOf(call).get(call.params.importId ?? "");
}

async function start(call: Call): Promise<Reply> {
  const form = await multipartForm(call.request);
  const uploads = form.files.filter(({ field }) => field === "files");
  const request = readImport(jsonField(form, "importRequest"), uploads, call.portal);
  return { status: 200, body: viewImport(importsOf(call).start(request, uploads)) };
}

function list(call: Call): Reply {
  const page = pageOf(importsOf(call).all(), call.request.query, MAX_PAGE, USUAL_PAGE);
  return { status: 200, body: { ...page, results: page.results.map(viewImport) } };
}

function cancel(call: Call): Reply {
  importsOf(call).cancel(call.params.importId ?? "");
  const at = iso(call.services.now());
  return { status: 200, body: { status: "COMPLETE", requestedAt: at, startedAt: at, completedAt: at } };
}

function errors(call: Call): Reply {
  const { task, fileIds, request } = runOf(call);
  const page = pageOf(task.result?.errors ?? [], call.request.query, MAX_PAGE, USUAL_PAGE);
  const from = Number(call.request.query.get("after") ?? 0);
  const results = page.results.map((error, at) => ({
    id: String(from + at + 1),
    createdAt: task.completedAt,
    ...viewError(error, fileIds[request.files.findIndex(({ name }) => name === error.file)]),
  }));
  return { status: 200, body: { ...page, results } };
}

function viewError(error: RowError, fileId: string | undefined): Record<string, unknown> {
  const { type, message, objectTypeId, column, value, line, cells } = error;
  return {
    errorType: type,
    errorMessage: message,
    objectTypeId,
    ...(value === undefined ? {} : { invalidValue: value, invalidValueToDisplay: value }),
    ...(column === undefined ? {} : { knownColumnNumber: column + 1 }),
    sourceData: { lineNumber: line, rowData: cells, fileId: Number(fileId), containsEncryptedProperties: false },
  };
}

const STATES = { PENDING: "STARTED", PROCESSING: "PROCESSING", COMPLETE: "DONE", CANCELED: "CANCELED" } as const;

function viewImport({ id, request, task, fileIds }: ImportRun): Record<string, unknown> {
  const listId = task.result?.listId;
  const types = new Set(request.files.flatMap(({ columns }) => columns.map(({ objectTypeId }) => objectTypeId)));
  return {
    id,
    state: STATES[task.status],
    createdAt: iso(task.requestedAt),
    updatedAt: iso(task.completedAt ?? task.startedAt ?? task.requestedAt),
    importName: request.name,
    importSource: "API",
    importRequestJson: request.raw,
    optOutImport: false,
    mappedObjectTypeIds: [...types],
    metadata: {
      counters: countersOf(task.result),
      fileIds,
      objectLists: listId === undefined ? [] : [{ listId, objectType: "CONTACT" }],
    },
  };
}

function countersOf(outcome: ImportRun["task"]["result"]): Record<string, number> {
  if (outcome === undefined) return {};
  return {
    TOTAL_ROWS: outcome.rows,
    CREATED_OBJECTS: outcome.created,
    UPDATED_OBJECTS: outcome.updated,
    UNIQUE_OBJECTS_WRITTEN: outcome.written,
    PROPERTY_VALUES_EMITTED: outcome.values,
    ERRORS: outcome.errors.length,
  };
}
