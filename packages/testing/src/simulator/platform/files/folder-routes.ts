import { validationError } from "../../base/api-error.ts";
import { type Call, jsonBody, type Reply, type Route } from "../../routing/call.ts";
import { linkTo } from "../download-routes.ts";
import { pageOf } from "../paging.ts";
import { startTask, viewTask } from "../task.ts";
import { taskTime } from "../world.ts";
import type { Folder } from "./folder-tree.ts";
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
    return shown(call, changed(call, located(call).id, jsonBody(call.request)), 200);
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
  const parent = parentPath === undefined ? parentFolderId : folders.ensure(String(parentPath), now);
  return shown(call, folders.create(String(name ?? ""), parent === undefined ? undefined : String(parent), now), 201);
}

function changed(call: Call, id: string, body: Record<string, unknown>): Folder {
  const { name, parentFolderId } = body;
  const changes = {
    ...(name === undefined ? {} : { name: String(name) }),
    ...(parentFolderId === undefined ? {} : { parentId: String(parentFolderId) }),
  };
  return filesOf(call).folders.change(id, changes, call.services.now());
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
  const { id } = files.folders.get(String(body.id ?? ""));
  const { world } = call.services.platform;
  const task = startTask<unknown>(files.random.uuid(), world.clock, taskTime(world, files.random), () => {
    return changed(call, id, body).id;
  });
  files.tasks.set(task.id, task);
  const status = linkTo(call, `${call.request.path}/tasks/${task.id}/status`);
  return { status: 202, body: { id: task.id, links: { status } } };
}

function updateStatus(call: Call): Reply {
  const files = filesOf(call);
  const taskId = call.params.taskId ?? "";
  const task = files.tasks.get(taskId);
  if (task === undefined) throw validationError(`Task ${taskId} does not exist`);
  const folder =
    typeof task.result === "string" ? viewFolder(files.folders, files.folders.get(task.result)) : undefined;
  return { status: 200, body: { taskId, ...viewTask(task, folder) } };
}
