import { validationError } from "../../base/api-error.ts";
import { optionalText, textOf } from "../../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route } from "../../routing/call.ts";
import { linkTo } from "../download-routes.ts";
import { pageOf } from "../paging.ts";
import { viewTask } from "../task.ts";
import type { Folder, FolderChanges } from "./folder-tree.ts";
import { filesOf, route } from "./routes.ts";
import { findIn } from "./search.ts";
import { viewFolder } from "./view.ts";

export const FOLDER_ROUTES: readonly Route[] = [
  route("POST", "/folders", create),
  route("GET", "/folders/search", search),
  // Gone in 2026-09 (hubspot-facts §1.4).
  route("POST", "/folders/update/async", updateLater, { versions: ["2026-03"] }),
  route("GET", "/folders/update/async/tasks/{taskId}/status", updateStatus, { versions: ["2026-03"] }),
  route("GET", "/folders/{folder}", (call) => shown(call, located(call), 200)),
  route("PATCH", "/folders/{folder}", (call) => {
    const changes = changesOf(jsonBody(call.request));
    return shown(call, filesOf(call).folders.change(located(call).id, changes, call.services.now()), 200);
  }),
  route("DELETE", "/folders/{folder}", (call) => {
    filesOf(call).deleteFolder(located(call).id);
    return { status: 204 };
  }),
];

function located(call: Call): Folder {
  return filesOf(call).folders.locate(call.params.folder ?? "");
}

function shown(call: Call, folder: Folder, status: number): Reply {
  return { status, body: viewFolder(filesOf(call).folders, folder) };
}

function create(call: Call): Reply {
  const { name, parentFolderId, parentPath } = jsonBody(call.request);
  if (parentFolderId !== undefined && parentPath !== undefined) {
    throw validationError("Only one of parentFolderId and parentPath can be given");
  }
  const { folders } = filesOf(call);
  const now = call.services.now();
  const [folderName, parentId] = [textOf(name), optionalText(parentFolderId)];
  const parent = parentPath === undefined ? parentId : folders.ensure(textOf(parentPath), now);
  return shown(call, folders.create(folderName, parent, now), 201);
}

function changesOf({ name, parentFolderId }: Record<string, unknown>): FolderChanges {
  return {
    ...(name === undefined || name === null ? {} : { name: textOf(name) }),
    ...(parentFolderId === undefined || parentFolderId === null ? {} : { parentId: textOf(parentFolderId) }),
  };
}

function search(call: Call): Reply {
  const { folders } = filesOf(call);
  const all = folders
    .all()
    .map((folder) => ({ ...folder, folder, path: folders.pathOf(folder.id), parentFolderId: folder.parentId }));
  const page = pageOf(findIn(all, call.request.query), call.request.query, 100, 20);
  return { status: 200, body: { ...page, results: page.results.map(({ folder }) => viewFolder(folders, folder)) } };
}

function updateLater(call: Call): Reply {
  const body = jsonBody(call.request);
  const files = filesOf(call);
  const { id } = files.folders.get(textOf(body.id));
  const task = files.tasks.start({ kind: "folder", id, changes: changesOf(body) });
  const status = linkTo(call, `${call.request.path}/tasks/${task.id}/status`);
  return { status: 202, body: { id: task.id, links: { status } } };
}

function updateStatus(call: Call): Reply {
  const files = filesOf(call);
  const taskId = call.params.taskId ?? "";
  const task = files.tasks.get(taskId);
  if (task === undefined) throw validationError(`Task ${taskId} does not exist`);
  const folder = task.result === undefined ? undefined : viewFolder(files.folders, files.folders.get(task.result));
  return { status: 200, body: { taskId, ...viewTask(task, folder) } };
}
