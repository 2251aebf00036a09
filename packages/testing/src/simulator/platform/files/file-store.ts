import { ApiError, objectNotFound } from "../../base/api-error.ts";
import { fromBase64, toBase64 } from "../../base/base64.ts";
import type { RandomStream } from "../../base/random.ts";
import type { PlatformWorld } from "../world.ts";
import { type Folder, FolderTree } from "./folder-tree.ts";
import { download } from "./import.ts";
import type { Access, FileInput } from "./input.ts";
import type { FileJob, UrlImport } from "./job.ts";
import { FileTasks, type SavedFileTask } from "./tasks.ts";

export interface StoredFile {
  readonly id: string;
  /** Without its extension. */
  readonly name: string;
  readonly extension: string;
  /** Content type. */
  readonly type: string;
  readonly folderId: string | undefined;
  readonly access: Access;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly usableInContent: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When it deletes itself. */
  readonly expiresAt: number | undefined;
}

export interface SavedFiles {
  readonly lastId: number;
  readonly folders: readonly Folder[];
  /** Their contents in Base64. */
  readonly files: readonly (Omit<StoredFile, "bytes"> & { readonly content: string })[];
  readonly tasks: readonly SavedFileTask[];
}

const FIRST_ID = 150_000_000_000;

/** The file manager of one account. */
export class FileStore {
  readonly folders: FolderTree;
  readonly tasks: FileTasks;
  readonly #random: RandomStream;
  readonly #world: PlatformWorld;
  readonly #files: Map<string, StoredFile> = new Map();
  #lastId: number = FIRST_ID;

  constructor(world: PlatformWorld, random: RandomStream) {
    this.#world = world;
    this.#random = random;
    this.folders = new FolderTree(() => this.#nextId());
    this.tasks = new FileTasks(world, random, (job) => this.#do(job));
  }

  /** In order of their ids; those whose time is over are gone. */
  all(): StoredFile[] {
    return [...this.#files.values()].filter((file) => this.#lives(file));
  }

  find(id: string): StoredFile | undefined {
    const file = this.#files.get(id);
    return file !== undefined && this.#lives(file) ? file : undefined;
  }

  get(id: string): StoredFile {
    const file = this.find(id);
    if (file === undefined) throw objectNotFound(`File ${id} does not exist`);
    return file;
  }

  /** E.g. `/docs/cat.png`. */
  pathOf({ folderId, name, extension }: StoredFile): string {
    return `${this.folders.pathOf(folderId)}/${fullName(name, extension)}`;
  }

  /** A new file, the one it overwrites, or the duplicate that was asked for instead. */
  put(input: FileInput): StoredFile {
    const { strategy, scope, folderId, bytes } = input;
    const duplicate = this.all().find(
      (file) => (scope === "ENTIRE_PORTAL" || file.folderId === folderId) && same(file.bytes, bytes),
    );
    if (duplicate !== undefined && strategy === "RETURN_EXISTING") return duplicate;
    if (duplicate !== undefined && strategy === "REJECT") {
      throw new ApiError(409, `A duplicate of this file exists. Existing ID: ${duplicate.id}`, {
        category: "CONFLICT",
      });
    }
    const now = this.#world.clock.now();
    const { name, extension, type, access, expiresAt } = input;
    const content = { type, access, bytes, expiresAt, updatedAt: now };
    const holder = this.#named(name, extension, folderId);
    if (holder !== undefined && input.overwrite) return this.#keep({ ...holder, ...content });
    return this.#keep({
      id: this.#nextId(),
      name: this.#freeName(name, extension, folderId),
      extension,
      folderId,
      usableInContent: true,
      createdAt: now,
      ...content,
    });
  }

  /** Another content under the same id. */
  replace(id: string, content: Pick<StoredFile, "bytes" | "type" | "access" | "expiresAt">): StoredFile {
    return this.#keep({ ...this.get(id), ...content, updatedAt: this.#world.clock.now() });
  }

  change(
    id: string,
    changes: Partial<Pick<StoredFile, "name" | "folderId" | "access" | "usableInContent" | "expiresAt">>,
  ): StoredFile {
    const changed = { ...this.get(id), ...changes, updatedAt: this.#world.clock.now() };
    const holder = this.#named(changed.name, changed.extension, changed.folderId);
    if (holder !== undefined && holder.id !== id) {
      throw new ApiError(409, `A file named ${fullName(changed.name, changed.extension)} already exists there`, {
        category: "CONFLICT",
      });
    }
    return this.#keep(changed);
  }

  delete(id: string): void {
    this.get(id);
    this.#files.delete(id);
  }

  /** With everything in it. */
  deleteFolder(id: string): void {
    const gone = new Set(this.folders.delete(id));
    for (const file of this.all()) if (file.folderId !== undefined && gone.has(file.folderId)) this.delete(file.id);
  }

  save(): SavedFiles {
    const files = this.all().map(({ bytes, ...file }) => ({ ...file, content: toBase64(bytes) }));
    return { lastId: this.#lastId, folders: this.folders.all(), files, tasks: this.tasks.save() };
  }

  load({ lastId, folders, files, tasks }: SavedFiles): void {
    this.#lastId = lastId;
    this.folders.load(folders);
    for (const { content, expiresAt, folderId, ...file } of files) {
      this.#keep({ ...file, expiresAt, folderId, bytes: fromBase64(content) });
    }
    this.tasks.load(tasks);
  }

  async #fetch({ file, url }: UrlImport): Promise<string> {
    return this.put({ ...file, ...(await download(this.#world, url)) }).id;
  }

  #do(job: FileJob): string | Promise<string> {
    if (job.kind === "import") return this.#fetch(job);
    return this.folders.change(job.id, job.changes, this.#world.clock.now()).id;
  }

  #lives({ expiresAt }: StoredFile): boolean {
    return expiresAt === undefined || expiresAt > this.#world.clock.now();
  }

  #named(name: string, extension: string, folderId: string | undefined): StoredFile | undefined {
    return this.all().find((file) => file.folderId === folderId && file.name === name && file.extension === extension);
  }

  /** A second `cat.png` of a folder is `cat-1.png`. */
  #freeName(name: string, extension: string, folderId: string | undefined): string {
    let free = name;
    for (let n = 1; this.#named(free, extension, folderId) !== undefined; n++) free = `${name}-${n}`;
    return free;
  }

  #nextId(): string {
    this.#lastId += 1 + this.#random.int(30);
    return String(this.#lastId);
  }

  #keep(file: StoredFile): StoredFile {
    this.#files.set(file.id, file);
    return file;
  }
}

export function fullName(name: string, extension: string): string {
  return extension === "" ? name : `${name}.${extension}`;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
