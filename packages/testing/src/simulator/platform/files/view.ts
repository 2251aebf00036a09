import { pathSegment } from "../../base/path-segment.ts";
import type { Call } from "../../routing/call.ts";
import { linkTo } from "../download-routes.ts";
import { iso } from "../task.ts";
import { type FileStore, fullName, type StoredFile } from "./file-store.ts";
import type { Folder, FolderTree } from "./folder-tree.ts";

/** As HubSpot files the kinds of content. */
export function kindOf(type: string): string {
  if (type.startsWith("image/")) return "IMG";
  if (type.startsWith("audio/")) return "AUDIO";
  if (type.startsWith("video/")) return "MOVIE";
  return /^text\/|pdf|word|sheet|presentation|json/.test(type) ? "DOCUMENT" : "OTHER";
}

export function viewFile(call: Call, files: FileStore, file: StoredFile): Record<string, unknown> {
  const { id, name, extension, access, folderId, expiresAt } = file;
  const url = linkTo(call, `/hubfs/${call.portal.id}/${id}/${pathSegment(fullName(name, extension))}`);
  return {
    id,
    createdAt: iso(file.createdAt),
    updatedAt: iso(file.updatedAt),
    archived: false,
    ...(folderId === undefined ? {} : { parentFolderId: folderId }),
    name,
    path: files.pathOf(file),
    size: file.bytes.length,
    type: kindOf(file.type),
    extension,
    defaultHostingUrl: url,
    url,
    isUsableInContent: file.usableInContent,
    access,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

export function viewFolder(folders: FolderTree, folder: Folder): Record<string, unknown> {
  const { id, name, parentId, createdAt, updatedAt } = folder;
  return {
    id,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    archived: false,
    ...(parentId === undefined ? {} : { parentFolderId: parentId }),
    name,
    path: folders.pathOf(id),
  };
}
