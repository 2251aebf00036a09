import { validationError } from "../../base/api-error.ts";
import { textOf } from "../../base/text-of.ts";
import { TaskError } from "../task.ts";
import { askOutside, type PlatformWorld } from "../world.ts";
import type { FolderTree } from "./folder-tree.ts";
import { type FileInput, fileOptions, folderOf, splitName } from "./input.ts";
import type { UrlImport } from "./job.ts";

/** Checks a body; its folder is made at once. */
export function readUrlImport(folders: FolderTree, body: Readonly<Record<string, unknown>>, now: number): UrlImport {
  const url = urlOf(body.url);
  const options = fileOptions(body, now);
  const inFolder = body.folderId !== undefined || body.folderPath !== undefined;
  const folderId = inFolder ? folderOf(folders, body.folderId, body.folderPath, now) : undefined;
  const full = body.name === undefined ? (url.pathname.split("/").at(-1) ?? "file") : textOf(body.name);
  return { kind: "import", url: url.href, file: { ...options, folderId, ...splitName(full) } };
}

function urlOf(value: unknown): URL {
  const text = textOf(value);
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw validationError(`url is not valid: ${text}`);
  return new URL(text);
}

export async function download(world: PlatformWorld, url: string): Promise<Pick<FileInput, "bytes" | "type">> {
  const response = await askOutside(world, new Request(url)).catch((error: unknown) => {
    throw new TaskError("UPLOAD_ERROR", `The URL could not be read: ${String(error)}`);
  });
  if (!response.ok) throw new TaskError("UPLOAD_ERROR", `The URL answered ${response.status}`);
  const type = response.headers.get("content-type")?.split(";")[0] ?? "application/octet-stream";
  return { bytes: new Uint8Array(await response.arrayBuffer()), type };
}
