import type { FolderChanges } from "./folder-tree.ts";
import type { FileInput } from "./input.ts";

/** A file to be fetched. */
export interface UrlImport {
  readonly kind: "import";
  readonly url: string;
  readonly file: Omit<FileInput, "bytes" | "type">;
}

/** What the file manager does in the background. Its result is the id of the file or folder. */
export type FileJob = UrlImport | { readonly kind: "folder"; readonly id: string; readonly changes: FolderChanges };
