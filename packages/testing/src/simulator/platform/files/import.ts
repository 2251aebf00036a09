import { validationError } from "../../base/api-error.ts";
import { startTask, type Task, TaskError } from "../task.ts";
import { askOutside, type PlatformWorld, taskTime } from "../world.ts";
import type { FileStore } from "./file-store.ts";
import { fileOptions, folderOf, splitName } from "./input.ts";

/** Fetches a file in the background. The task's result is the file's id. */
export function importFromUrl(
  world: PlatformWorld,
  files: FileStore,
  body: Readonly<Record<string, unknown>>,
): Task<unknown> {
  const url = urlOf(body.url);
  const options = fileOptions(body, world.clock.now());
  const inFolder = body.folderId !== undefined || body.folderPath !== undefined;
  const folderId = inFolder ? folderOf(files.folders, body.folderId, body.folderPath, world.clock.now()) : undefined;
  const full = body.name === undefined ? (url.pathname.split("/").at(-1) ?? "file") : String(body.name);
  const { name, extension } = splitName(full);
  const task = startTask<unknown>(files.random.uuid(), world.clock, taskTime(world, files.random), async () => {
    const { bytes, type } = await download(world, url);
    return files.save({ ...options, folderId, name, extension, bytes, type }).id;
  });
  files.tasks.set(task.id, task);
  return task;
}

function urlOf(value: unknown): URL {
  const text = String(value ?? "");
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw validationError(`url is not valid: ${text}`);
  return new URL(text);
}

async function download(world: PlatformWorld, url: URL): Promise<{ bytes: Uint8Array<ArrayBuffer>; type: string }> {
  const response = await askOutside(world, new Request(url)).catch((error: unknown) => {
    throw new TaskError("UPLOAD_ERROR", `The URL could not be read: ${String(error)}`);
  });
  if (!response.ok) throw new TaskError("UPLOAD_ERROR", `The URL answered ${response.status}`);
  const type = response.headers.get("content-type")?.split(";")[0] ?? "application/octet-stream";
  return { bytes: new Uint8Array(await response.arrayBuffer()), type };
}
