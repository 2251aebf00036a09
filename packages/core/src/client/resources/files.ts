import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import {
  type HubSpotFile,
  type ImportedFile,
  importedFile,
  type SignedUrl,
  signedUrl,
  storedFile,
} from "./file-answers.ts";
import { given, type Rest } from "./rest.ts";

export type FileAccess = "PUBLIC_INDEXABLE" | "PUBLIC_NOT_INDEXABLE" | "PRIVATE";

/** Where a file goes and who may see it. One of the two folder fields is required (hubspot-facts §7.5). */
export type FilePlace = {
  readonly access: FileAccess;
  /** How long it is kept, as an ISO 8601 period: `P3M`. */
  readonly ttl?: string;
  /** Replaces a file of the same name in the same folder. */
  readonly overwrite?: boolean;
  /** What to do about a file with the same content; default `NONE`. */
  readonly duplicates?: "NONE" | "REJECT" | "RETURN_EXISTING";
  readonly duplicatesIn?: "ENTIRE_PORTAL" | "EXACT_FOLDER";
} & ({ readonly folderPath: string } | { readonly folderId: string });

export type FileData = Blob | Uint8Array<ArrayBuffer> | string;

/** A file to upload: its bytes, its name, where it goes and who may see it. */
export type FileUpload = FilePlace & {
  readonly data: FileData;
  /** With its extension. */
  readonly fileName: string;
  readonly contentType?: string;
};

export type FileImport = FilePlace & {
  readonly url: string;
  readonly name?: string;
};

export interface FilesApi {
  /**
   * One file. An upload whose answer is lost is not repeated, unless `overwrite` or `duplicates: "RETURN_EXISTING"`
   * make a second one harmless.
   */
  upload(file: FileUpload, options?: CallOptions): Promise<HubSpotFile>;
  get(id: string, options?: CallOptions): Promise<HubSpotFile>;
  /** An address that opens a PRIVATE file for a while; its `url` does not. */
  signedUrl(
    id: string,
    options?: CallOptions & {
      /** Seconds the address works. */
      readonly expiresIn?: number;
      /** Images only. */
      readonly size?: "thumb" | "icon" | "medium" | "preview";
      readonly upscale?: boolean;
    },
  ): Promise<SignedUrl>;
  /** HubSpot fetches the address itself, later. Answers the task's id, for `importStatus`. */
  importFromUrl(file: FileImport, options?: CallOptions): Promise<string>;
  importStatus(taskId: string, options?: CallOptions): Promise<ImportedFile>;
  /** Other contents under the same id and address. */
  replace(
    id: string,
    file: { readonly data: FileData; readonly fileName: string; readonly contentType?: string } & {
      readonly access: FileAccess;
    },
    options?: UpdateOptions,
  ): Promise<HubSpotFile>;
  delete(id: string, options?: UpdateOptions): Promise<void>;
  /** Erased for good within 7 days. */
  gdprDelete(id: string, options?: UpdateOptions): Promise<void>;
}

const about = "files";
const all = "/files/{version}/files";
const one = `${all}/{fileId}` as const;
const importing = `${all}/import-from-url/async` as const;

export function filesApi(rest: Rest): FilesApi {
  const at = (fileId: string) => ({ about, path: { fileId } });
  return {
    async upload(file, options) {
      const form = formOf(file, wireOptions(file));
      if ("folderId" in file) form.append("folderId", file.folderId);
      else form.append("folderPath", file.folderPath);
      const harmless = file.overwrite === true || file.duplicates === "RETURN_EXISTING";
      const effect = harmless ? "update" : "create";
      return storedFile(await rest.call(`POST ${all}`, { about, body: form, effect, options }));
    },
    get: async (id, options) => storedFile(await rest.call(`GET ${one}`, { ...at(id), options })),
    async signedUrl(id, options = {}) {
      const { expiresIn, size, upscale } = options;
      const query = { expirationSeconds: expiresIn, size, upscale };
      return signedUrl(await rest.call(`GET ${one}/signed-url`, { ...at(id), query, options }));
    },
    async importFromUrl(file, options) {
      const { url, name } = file;
      const where = "folderId" in file ? { folderId: file.folderId } : { folderPath: file.folderPath };
      const body = given({ ...wireOptions(file), ...where, url, name });
      return (await rest.call(`POST ${importing}`, { about, body, options })).id();
    },
    importStatus: async (taskId, options) =>
      importedFile(await rest.call(`GET ${importing}/tasks/{taskId}/status`, { about, path: { taskId }, options })),
    async replace(id, file, options) {
      return storedFile(
        await rest.call(`PUT ${one}`, { ...at(id), body: formOf(file, { access: file.access }), options }),
      );
    },
    async delete(id, options) {
      await rest.call(`DELETE ${one}`, { ...at(id), options });
    },
    async gdprDelete(id, options) {
      await rest.call(`DELETE ${one}/gdpr-delete`, { ...at(id), options });
    },
  };
}

/** Three of these are marked as required for imports (hubspot-facts §1.4). */
function wireOptions(file: FilePlace): Record<string, unknown> {
  return given({
    access: file.access,
    ttl: file.ttl,
    overwrite: file.overwrite ?? false,
    duplicateValidationStrategy: file.duplicates ?? "NONE",
    duplicateValidationScope: file.duplicatesIn ?? "ENTIRE_PORTAL",
  });
}

function formOf(
  file: { readonly data: FileData; readonly fileName: string; readonly contentType?: string },
  options: unknown,
): FormData {
  const form = new FormData();
  const type = file.contentType ?? "application/octet-stream";
  const blob = file.data instanceof Blob ? file.data : new Blob([file.data], { type });
  form.append("file", blob, file.fileName);
  form.append("fileName", file.fileName);
  form.append("options", JSON.stringify(options));
  return form;
}
