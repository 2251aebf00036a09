import { validationError } from "../../base/api-error.ts";
import { textOf } from "../../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route } from "../../routing/call.ts";
import { jsonField, multipartForm, type UploadedFile } from "../../routing/form.ts";
import { accessDenied, linkTo } from "../download-routes.ts";
import { pageOf, wholeNumber } from "../paging.ts";
import { requireSpecFields } from "../spec-fields.ts";
import { iso, viewTask } from "../task.ts";
import { type FileStore, fullName } from "./file-store.ts";
import { readUrlImport } from "./import.ts";
import { accessOf, fileOptions, folderOf, splitName, timeOf } from "./input.ts";
import { findIn } from "./search.ts";
import { kindOf, viewFile } from "./view.ts";

const SCOPES = {
  read: ["files", "files.ui_hidden.read", "files.ui_hidden.write"],
  write: ["files", "files.ui_hidden.write"],
};

export const FILE_ROUTES: readonly Route[] = [
  route("POST", "/files", upload),
  route("GET", "/files/search", search),
  route("GET", "/files/stat/{path}", stat),
  route("POST", "/files/import-from-url/async", importFile),
  route("GET", "/files/import-from-url/async/tasks/{taskId}/status", importStatus),
  route("GET", "/files/{fileId}", (call) => ok(viewFile(call, filesOf(call), fileOf(call)))),
  route("PUT", "/files/{fileId}", replace),
  route("PATCH", "/files/{fileId}", change),
  route("DELETE", "/files/{fileId}", remove),
  route("DELETE", "/files/{fileId}/gdpr-delete", remove),
  route("GET", "/files/{fileId}/signed-url", signedUrl),
  { method: "GET", legacy: ["/hubfs/{portalId}/{fileId}/{name}"], access: "open", handle: content },
];

export function route(
  method: string,
  path: string,
  handle: (call: Call) => Reply | Promise<Reply>,
  more: Partial<Route> = {},
): Route {
  const access = method === "GET" ? "read" : "write";
  const paths = { dated: `/files/{version}${path}`, legacy: [`/files/v3${path}`] };
  return { method, ...paths, access, scopes: SCOPES[access], handle, ...more };
}

export function filesOf({ services, portal }: Call): FileStore {
  return services.platform.of(portal).files;
}

function fileOf(call: Call): ReturnType<FileStore["get"]> {
  return filesOf(call).get(call.params.fileId ?? "");
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** One file a request; `options` is JSON in a field (hubspot-facts §7.5). */
async function upload(call: Call): Promise<Reply> {
  const form = await multipartForm(call.request);
  const file = onlyFile(form.files);
  const now = call.services.now();
  const options = fileOptions(jsonField(form, "options"), now);
  const files = filesOf(call);
  const folderId = folderOf(files.folders, form.fields.get("folderId"), form.fields.get("folderPath"), now);
  const { name, extension } = splitName(form.fields.get("fileName") ?? file.name);
  const saved = files.put({
    ...options,
    name,
    extension: extension === "" ? splitName(file.name).extension : extension,
    type: file.type === "" ? "application/octet-stream" : file.type,
    bytes: file.bytes,
    folderId,
  });
  return { status: 201, body: viewFile(call, files, saved) };
}

function onlyFile(files: readonly (UploadedFile & { field: string })[]): UploadedFile {
  const [file, ...others] = files.filter(({ field }) => field === "file");
  if (file === undefined) throw validationError("file is required");
  if (others.length > 0) throw validationError("Only one file can be uploaded in a request");
  return file;
}

async function replace(call: Call): Promise<Reply> {
  const form = await multipartForm(call.request);
  const { bytes, type } = onlyFile(form.files);
  const { access, expiresAt } = fileOptions(jsonField(form, "options"), call.services.now());
  const files = filesOf(call);
  return ok(viewFile(call, files, files.replace(call.params.fileId ?? "", { bytes, type, access, expiresAt })));
}

function change(call: Call): Reply {
  const body = jsonBody(call.request);
  requireSpecFields(call, body, ["clearExpires"]);
  const files = filesOf(call);
  const { parentFolderId, parentFolderPath, name, access, isUsableInContent, expiresAt, clearExpires } = body;
  const now = call.services.now();
  const moves = parentFolderId !== undefined || parentFolderPath !== undefined;
  const changes = {
    ...(moves ? { folderId: folderOf(files.folders, parentFolderId, parentFolderPath, now) } : {}),
    ...(name === undefined || name === null ? {} : { name: textOf(name) }),
    ...(access === undefined ? {} : { access: accessOf(access) }),
    ...(isUsableInContent === undefined ? {} : { usableInContent: isUsableInContent === true }),
    ...(expiresAt === undefined ? {} : { expiresAt: timeOf(expiresAt) }),
    ...(clearExpires === true ? { expiresAt: undefined } : {}),
  };
  return ok(viewFile(call, files, files.change(call.params.fileId ?? "", changes)));
}

function remove(call: Call): Reply {
  filesOf(call).delete(call.params.fileId ?? "");
  return { status: 204 };
}

function search(call: Call): Reply {
  const files = filesOf(call);
  const found = findIn(
    files.all().map((file) => ({
      ...file,
      file,
      path: files.pathOf(file),
      parentFolderId: file.folderId,
      size: file.bytes.length,
      type: kindOf(file.type),
      isUsableInContent: file.usableInContent,
    })),
    call.request.query,
  );
  const page = pageOf(found, call.request.query, 100, 20);
  return ok({ ...page, results: page.results.map(({ file }) => viewFile(call, files, file)) });
}

/** By path; answers with the file, or with the folder. */
function stat(call: Call): Reply {
  const files = filesOf(call);
  const path = `/${(call.params.path ?? "").replace(/^\/+/, "")}`;
  const file = files.all().find((one) => files.pathOf(one) === path);
  if (file !== undefined) return ok({ file: viewFile(call, files, file) });
  const { id, name } = files.folders.locate(path);
  return ok({ folder: { id, name, path } });
}

function signedUrl(call: Call): Reply {
  const { query } = call.request;
  const file = fileOf(call);
  const now = call.services.now();
  const seconds = wholeNumber(query.get("expirationSeconds"), 3_600, "expirationSeconds");
  const expiresAt = now + seconds * 1_000;
  const path = call.services.platform.downloads.issue(
    {
      name: fullName(file.name, file.extension),
      type: file.type,
      source: { kind: "file", portalId: call.portal.id, id: file.id },
      expiresAt,
    },
    now,
  );
  const { name, extension, type, bytes } = file;
  const shown = { name, extension, type: kindOf(type), size: bytes.length };
  return ok({ url: linkTo(call, path), expiresAt: iso(expiresAt), ...shown });
}

/** The `url` of a file: open to all, or, when the file is private, to nobody. */
function content(call: Call): Reply {
  const { params, services } = call;
  for (const portal of services.portals()) {
    if (String(portal.id) !== params.portalId) continue;
    const file = services.platform.of(portal).files.find(params.fileId ?? "");
    if (file === undefined || file.access === "PRIVATE") return accessDenied();
    return { status: 200, raw: { type: file.type, bytes: file.bytes } };
  }
  return accessDenied();
}

function importFile(call: Call): Reply {
  const body = jsonBody(call.request);
  requireSpecFields(call, body, ["duplicateValidationScope", "duplicateValidationStrategy", "overwrite"]);
  const files = filesOf(call);
  const task = files.tasks.start(readUrlImport(files.folders, body, call.services.now()));
  const status = linkTo(call, `${call.request.path}/tasks/${task.id}/status`);
  return { status: 202, body: { id: task.id, links: { status } } };
}

function importStatus(call: Call): Reply {
  const files = filesOf(call);
  const taskId = call.params.taskId ?? "";
  const task = files.tasks.get(taskId);
  if (task === undefined) throw validationError(`Task ${taskId} does not exist`);
  const file = task.result === undefined ? undefined : files.find(task.result);
  return ok({ taskId, ...viewTask(task, file && viewFile(call, files, file)) });
}
