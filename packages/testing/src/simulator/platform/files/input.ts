import { validationError } from "../../base/api-error.ts";
import { textOf } from "../../base/text-of.ts";
import { parseTime } from "../../properties/normalise.ts";
import { periodMs } from "../period.ts";
import type { FolderTree } from "./folder-tree.ts";

/** Hidden and sensitive ones exist, and cannot be made by API (hubspot-facts §7.5). */
const ACCESSES = ["PUBLIC_INDEXABLE", "PUBLIC_NOT_INDEXABLE", "PRIVATE"] as const;
const STRATEGIES = ["NONE", "REJECT", "RETURN_EXISTING"] as const;
const SCOPES = ["ENTIRE_PORTAL", "EXACT_FOLDER"] as const;

export type Access = (typeof ACCESSES)[number];

/** A file on its way in, by upload or by URL. */
export interface FileInput {
  readonly name: string;
  readonly extension: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly folderId: string | undefined;
  readonly access: Access;
  readonly overwrite: boolean;
  readonly strategy: (typeof STRATEGIES)[number];
  readonly scope: (typeof SCOPES)[number];
  readonly expiresAt: number | undefined;
}

export type FileOptions = Pick<FileInput, "access" | "overwrite" | "strategy" | "scope" | "expiresAt">;

/** The `options` of an upload, which are also fields of an import by URL. */
export function fileOptions(options: Readonly<Record<string, unknown>>, now: number): FileOptions {
  return {
    access: accessOf(options.access),
    overwrite: options.overwrite === true || options.overwrite === "true",
    strategy: oneOf(STRATEGIES, options.duplicateValidationStrategy ?? "NONE", "duplicateValidationStrategy"),
    scope: oneOf(SCOPES, options.duplicateValidationScope ?? "ENTIRE_PORTAL", "duplicateValidationScope"),
    expiresAt: expiry(options, now),
  };
}

export function accessOf(value: unknown): Access {
  if (value === undefined || value === null) throw validationError("access is required");
  return oneOf(ACCESSES, value, "access");
}

/** Exactly one of the two says where; a path is made where it is missing. `undefined` for the top. */
export function folderOf(folders: FolderTree, folderId: unknown, folderPath: unknown, now: number): string | undefined {
  if ((folderId === undefined) === (folderPath === undefined)) {
    throw validationError("Exactly one of folderId and folderPath is required");
  }
  return folderId === undefined ? folders.ensure(textOf(folderPath), now) : folders.get(textOf(folderId)).id;
}

/** `a.b.png` is `a.b` and `png`. */
export function splitName(full: string): { name: string; extension: string } {
  const dot = full.lastIndexOf(".");
  if (dot <= 0) return { name: full, extension: "" };
  return { name: full.slice(0, dot), extension: full.slice(dot + 1).toLowerCase() };
}

/** `expiresAt`, or `ttl` as an ISO 8601 period such as `P2W`. */
function expiry({ ttl, expiresAt }: Readonly<Record<string, unknown>>, now: number): number | undefined {
  if (expiresAt !== undefined && expiresAt !== null) return timeOf(expiresAt);
  if (ttl === undefined || ttl === null) return undefined;
  const life = periodMs(textOf(ttl));
  if (life === undefined) throw validationError(`ttl is no ISO 8601 period: ${textOf(ttl)}`);
  return now + life;
}

/** Milliseconds or an ISO time. */
export function timeOf(value: unknown): number {
  const time = parseTime(textOf(value));
  if (time === undefined) throw validationError(`Not a time: ${textOf(value)}`);
  return time;
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown, name: string): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw validationError(`${name} must be one of ${allowed.join(", ")}, got ${textOf(value)}`);
  return found;
}
