import { ApiError, objectNotFound, validationError } from "../../base/api-error.ts";

export interface Folder {
  readonly id: string;
  readonly name: string;
  /** Absent at the top. */
  readonly parentId: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface FolderChanges {
  readonly name?: string;
  readonly parentId?: string;
}

/** The folders of one account's file manager. */
export class FolderTree {
  readonly #nextId: () => string;
  readonly #folders: Map<string, Folder> = new Map();

  constructor(nextId: () => string) {
    this.#nextId = nextId;
  }

  all(): Folder[] {
    return [...this.#folders.values()];
  }

  get(id: string): Folder {
    const folder = this.#folders.get(id);
    if (folder === undefined) throw objectNotFound(`Folder ${id} does not exist`);
    return folder;
  }

  /** By id, or by path (`/docs/2026`). */
  locate(idOrPath: string): Folder {
    if (/^\d+$/.test(idOrPath)) return this.get(idOrPath);
    const wanted = `/${segments(idOrPath).join("/")}`;
    const found = this.all().find((folder) => this.pathOf(folder.id) === wanted);
    if (found === undefined) throw objectNotFound(`Folder ${wanted} does not exist`);
    return found;
  }

  /** E.g. `/docs/2026`; empty for the top. */
  pathOf(id: string | undefined): string {
    if (id === undefined) return "";
    const { name, parentId } = this.get(id);
    return `${this.pathOf(parentId)}/${name}`;
  }

  create(name: string, parentId: string | undefined, now: number): Folder {
    if (parentId !== undefined) this.get(parentId);
    this.#refuseTaken(name, parentId, undefined);
    return this.#keep({ id: this.#nextId(), name, parentId, createdAt: now, updatedAt: now });
  }

  /** The folder at a path; what is missing of it is made. `undefined` for the top. */
  ensure(path: string, now: number): string | undefined {
    let parentId: string | undefined;
    for (const name of segments(path)) {
      const inside = parentId;
      const found = this.all().find((folder) => folder.parentId === inside && folder.name === name);
      parentId = (found ?? this.create(name, parentId, now)).id;
    }
    return parentId;
  }

  change(id: string, changes: FolderChanges, now: number): Folder {
    const changed = { ...this.get(id), ...changes, updatedAt: now };
    for (let up = changed.parentId; up !== undefined; up = this.get(up).parentId) {
      if (up === id) throw validationError("A folder cannot be moved into itself");
    }
    this.#refuseTaken(changed.name, changed.parentId, id);
    return this.#keep(changed);
  }

  /** @returns the ids of all folders that went: itself and what it held */
  delete(id: string): string[] {
    this.get(id);
    const inside = this.all().filter((folder) => folder.parentId === id);
    const gone = inside.flatMap((folder) => this.delete(folder.id));
    this.#folders.delete(id);
    return [id, ...gone];
  }

  load(folders: readonly Folder[]): void {
    for (const folder of folders) this.#keep(folder);
  }

  #refuseTaken(name: string, parentId: string | undefined, self: string | undefined): void {
    if (name === "" || name.includes("/")) throw validationError("A folder needs a name without slashes");
    const taken = this.all().some(
      (folder) => folder.id !== self && folder.parentId === parentId && folder.name === name,
    );
    if (taken) throw new ApiError(409, `A folder named ${name} already exists there`, { category: "CONFLICT" });
  }

  #keep(folder: Folder): Folder {
    this.#folders.set(folder.id, folder);
    return folder;
  }
}

function segments(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}
