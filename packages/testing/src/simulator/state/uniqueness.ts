import { validationError } from "../base/api-error.ts";
import type { ObjectType } from "../types/object-type.ts";
import type { PropertyRegistry } from "./property-registry.ts";
import type { SimRecord } from "./record.ts";
import type { RecordTable } from "./record-table.ts";
import { alreadyExists, uniqueValueTaken } from "./store-errors.ts";

export interface UniquenessWorld {
  readonly portalId: number;
  readonly type: () => ObjectType;
  readonly properties: PropertyRegistry;
  readonly records: RecordTable;
  readonly erasureBlocksEmail: () => boolean;
}

/** Which values a record may not have because another has them, or somebody who was erased had. */
export class Uniqueness {
  readonly #world: UniquenessWorld;
  readonly #erased: Set<string> = new Set();

  constructor(world: UniquenessWorld) {
    this.#world = world;
  }

  /** `self` is absent for a record that does not exist yet. */
  refuse(patch: Readonly<Record<string, string>>, self: SimRecord | undefined): void {
    for (const [name, value] of Object.entries(patch)) {
      if (value === "") continue;
      if (name === "email") this.#refuseErased(value);
      if (this.#world.properties.find(name)?.hasUniqueValue) this.#refuseTaken(name, name, value, self);
      // A second address of one person is as unique as the first (hubspot-facts §7.3).
      if (name !== "hs_additional_emails") continue;
      for (const email of value.split(";")) this.#refuseTaken(name, "email", email, self);
    }
  }

  erased(email: string): void {
    this.#erased.add(email.toLowerCase());
  }

  /** The addresses that were erased. */
  save(): string[] {
    return [...this.#erased];
  }

  #refuseErased(email: string): void {
    if (!this.#world.erasureBlocksEmail() || !this.#erased.has(email.toLowerCase())) return;
    throw validationError("This email address was deleted for privacy and cannot be used");
  }

  #refuseTaken(name: string, index: string, value: string, self: SimRecord | undefined): void {
    const holder = this.#world.records.findBy(index, value);
    if (holder === undefined || holder === self) return;
    const type = this.#world.type();
    if (self === undefined && name === type.naturalKey) throw alreadyExists(type, holder.id);
    throw uniqueValueTaken(this.#world.portalId, type, name, value, self?.id ?? "0", holder.id);
  }
}
