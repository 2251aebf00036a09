import type { Fields } from "./fields.ts";

/** A file in HubSpot's file store. */
export interface HubSpotFile {
  /** Decimal digits: what notes and calls take among their attachments. */
  readonly id: string;
  /** Without folders and, as HubSpot keeps it, without its extension. */
  readonly name: string;
  /** Without the dot. */
  readonly extension: string | null;
  /** `IMG`, `DOCUMENT`, `AUDIO`, `MOVIE`, `OTHER` */
  readonly type: string;
  /** Bytes. */
  readonly size: number | null;
  /** Folders and name. */
  readonly path: string;
  /** Null: the root. */
  readonly parentFolderId: string | null;
  /** `PUBLIC_INDEXABLE`, `PUBLIC_NOT_INDEXABLE` or `PRIVATE`. */
  readonly access: string;
  /** Not readable for PRIVATE files: ask for a signed address. */
  readonly url: string | null;
  /** Null where HubSpot's answer has no date. */
  readonly createdAt: Date | null;
  /** Null where HubSpot's answer has no date. */
  readonly updatedAt: Date | null;
  /** When HubSpot removes it by itself; null: never. */
  readonly expiresAt: Date | null;
}

export interface SignedUrl {
  readonly url: string;
  readonly expiresAt: Date | null;
  readonly name: string;
  readonly size: number | null;
}

/** An import by address: `COMPLETE` has `file`, or the codes of what went wrong. */
export interface ImportedFile {
  readonly status: "PENDING" | "PROCESSING" | "COMPLETE" | "CANCELED" | (string & Record<never, never>);
  readonly file: HubSpotFile | null;
  readonly errors: readonly string[];
}

export function storedFile(from: Fields): HubSpotFile {
  return {
    id: from.id(),
    name: from.text("name"),
    extension: from.textOrNull("extension"),
    type: from.text("type"),
    size: from.number("size"),
    path: from.text("path"),
    parentFolderId: from.idOrNull("parentFolderId"),
    access: from.text("access"),
    url: from.textOrNull("url"),
    createdAt: from.date("createdAt"),
    updatedAt: from.date("updatedAt"),
    expiresAt: from.date("expiresAt"),
  };
}

export function signedUrl(from: Fields): SignedUrl {
  return {
    url: from.id("url"),
    expiresAt: from.date("expiresAt"),
    name: from.text("name"),
    size: from.number("size"),
  };
}

export function importedFile(from: Fields): ImportedFile {
  return {
    status: from.text("status"),
    file: from.has("result") ? storedFile(from.object("result")) : null,
    errors: from.objects("errors").map((error) => error.textOrNull("category") ?? "UNKNOWN"),
  };
}
