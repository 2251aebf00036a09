import { ApiError, objectNotFound } from "../base/api-error.ts";

export interface PropertyGroup {
  readonly name: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly archived: boolean;
}

/** The property groups of one object type in one portal. */
export class GroupRegistry {
  readonly #groups: Map<string, PropertyGroup> = new Map();

  constructor(names: Iterable<string>) {
    for (const name of names) this.#groups.set(name, { name, label: name, displayOrder: 0, archived: false });
  }

  list(archived: boolean): PropertyGroup[] {
    return [...this.#groups.values()].filter((group) => group.archived === archived);
  }

  has(name: string): boolean {
    return this.#groups.get(name)?.archived === false;
  }

  get(name: string): PropertyGroup {
    const group = this.#groups.get(name);
    if (group === undefined || group.archived) throw objectNotFound(`Property group '${name}' does not exist`);
    return group;
  }

  create(group: Omit<PropertyGroup, "archived">): PropertyGroup {
    if (this.has(group.name)) {
      throw new ApiError(409, `A property group named '${group.name}' already exists.`, {
        category: "OBJECT_ALREADY_EXISTS",
        subCategory: "Properties.GROUP_WITH_NAME_EXISTS",
      });
    }
    return this.#keep({ ...group, archived: false });
  }

  update(name: string, changes: Partial<Pick<PropertyGroup, "label" | "displayOrder">>): PropertyGroup {
    return this.#keep({ ...this.get(name), ...changes });
  }

  archive(name: string): void {
    this.#keep({ ...this.get(name), archived: true });
  }

  save(): PropertyGroup[] {
    return [...this.#groups.values()];
  }

  load(saved: readonly PropertyGroup[]): void {
    this.#groups.clear();
    for (const group of saved) this.#keep(group);
  }

  #keep(group: PropertyGroup): PropertyGroup {
    this.#groups.set(group.name, group);
    return group;
  }
}
