import { objectNotFound, validationError } from "../base/api-error.ts";
import { type AssociationDefinitions, type AssociationType, keyOf } from "./definitions.ts";

/** How many records one record may be associated with by one type, as an admin has set it. */
export interface AssociationLimit {
  readonly type: AssociationType;
  readonly max: number;
}

/** The association limits that an account sets for itself, below HubSpot's own. */
export class AssociationLimits {
  readonly #definitions: AssociationDefinitions;
  readonly #ceiling: () => number;
  readonly #limits: Map<string, AssociationLimit> = new Map();

  constructor(definitions: AssociationDefinitions, ceiling: () => number) {
    this.#definitions = definitions;
    this.#ceiling = ceiling;
  }

  list(): AssociationLimit[] {
    return [...this.#limits.values()];
  }

  between(from: string, to: string): AssociationLimit[] {
    return this.list().filter(({ type }) => type.from === from && type.to === to);
  }

  set(type: AssociationType, max: number): AssociationLimit {
    this.#refuseInvalid(type, max);
    const limit = { type, max };
    this.#limits.set(placeOf(type), limit);
    return limit;
  }

  need(type: AssociationType): AssociationLimit {
    const limit = this.#limits.get(placeOf(type));
    if (limit === undefined) throw objectNotFound(`Association type ${type.typeId} has no configured limit`);
    return limit;
  }

  purge(type: AssociationType): void {
    this.#limits.delete(placeOf(type));
  }

  /** HubSpot's own limit where the account set none. */
  maxOf(type: AssociationType): number {
    return this.#limits.get(placeOf(type))?.max ?? this.#ceiling();
  }

  load(saved: readonly AssociationLimit[]): void {
    for (const limit of saved) this.#limits.set(placeOf(limit.type), limit);
  }

  /** A label's limit is never above that of the plain association, whichever of them is set. */
  #refuseInvalid(type: AssociationType, max: number): void {
    const others = this.between(type.from, type.to);
    const plain = this.#definitions.unlabelled(type.from, type.to);
    const isPlain = plain !== undefined && keyOf(plain) === keyOf(type);
    const highest = isPlain || plain === undefined ? this.#ceiling() : this.maxOf(plain);
    const labels = others.filter((other) => keyOf(other.type) !== keyOf(type)).map((other) => other.max);
    const lowest = isPlain ? Math.max(1, ...labels) : 1;
    if (Number.isInteger(max) && max >= lowest && max <= highest) return;
    throw validationError(`maxToObjectIds must be between ${lowest} and ${highest}, got ${max}`);
  }
}

function placeOf(type: AssociationType): string {
  return `${type.from}>${type.to}:${keyOf(type)}`;
}
