import { validationError } from "../base/api-error.ts";
import { type AssociationDefinitions, type AssociationType, keyOf } from "./definitions.ts";
import type { AssociationLimits } from "./limits.ts";

/** One end of an association. */
export interface Node {
  readonly type: string;
  readonly id: string;
}

/** A type of association that appeared or went between two records, in one direction. */
export interface AssociationChange {
  readonly from: Node;
  readonly to: Node;
  readonly association: AssociationType;
  readonly removed: boolean;
}

export type SavedGraph = readonly (readonly [string, readonly (readonly [string, readonly AssociationType[]])[]])[];

type Types = Map<string, AssociationType>;

const NOBODY: ReadonlyMap<string, Types> = new Map();

/**
 * Who is associated with whom, in both directions. A labelled association always has the plain one beside it, and a
 * record has at most one primary association of a type.
 */
export class AssociationGraph {
  readonly #definitions: AssociationDefinitions;
  readonly #limits: AssociationLimits;
  readonly #changed: (change: AssociationChange) => void;
  readonly #edges: Map<string, Map<string, Types>> = new Map();

  constructor(
    definitions: AssociationDefinitions,
    limits: AssociationLimits,
    changed: (change: AssociationChange) => void,
  ) {
    this.#definitions = definitions;
    this.#limits = limits;
    this.#changed = changed;
  }

  /** The ids of the given type that are associated with a record, each with its types. */
  neighbours(from: Node, toType: string): ReadonlyMap<string, ReadonlyMap<string, AssociationType>> {
    return this.#edges.get(edgeKey(from, toType)) ?? NOBODY;
  }

  typesBetween(from: Node, to: Node): readonly AssociationType[] {
    return [...(this.neighbours(from, to.type).get(to.id)?.values() ?? [])];
  }

  /** Adds types to those that two records have already. */
  link(from: Node, to: Node, types: readonly AssociationType[]): void {
    const all = this.#withPlain(from, to, types);
    this.#refuseFull(from, to, all);
    for (const type of all) this.#add(from, to, type);
    this.#electPrimary(from, to);
  }

  /** Makes these the only types two records have: labels that are not named are gone (hubspot-facts §7.4). */
  replace(from: Node, to: Node, types: readonly AssociationType[]): void {
    const all = this.#withPlain(from, to, types);
    this.#refuseFull(from, to, all);
    const kept = new Set(all.map(keyOf));
    for (const type of this.typesBetween(from, to)) if (!kept.has(keyOf(type))) this.#remove(from, to, type);
    this.link(from, to, types);
  }

  /** Removing the plain type removes every label with it (hubspot-facts §7.4). */
  unlink(from: Node, to: Node, types: readonly AssociationType[] | "all"): void {
    const all = types === "all" || types.some((type) => type.label === null);
    for (const type of all ? this.typesBetween(from, to) : types) this.#remove(from, to, type);
  }

  /** Forgets a record without a word: its deletion says enough. */
  forget(node: Node): void {
    for (const toType of this.#typesFrom(node)) {
      for (const [id, types] of this.neighbours(node, toType)) {
        for (const type of types.values()) this.#drop({ type: toType, id }, node, inverseKey(type));
      }
      this.#edges.delete(edgeKey(node, toType));
    }
  }

  /** The survivor of a merge takes over what the merged records had. */
  takeOver(before: Node, survivor: Node): void {
    for (const toType of this.#typesFrom(before)) {
      for (const [id, types] of this.neighbours(before, toType)) {
        if (id === survivor.id && toType === survivor.type) continue;
        for (const type of types.values()) {
          const taken = type.primary && this.#primaryOf(survivor, toType, type) !== undefined;
          if (!taken) this.#put(survivor, { type: toType, id }, type);
        }
      }
    }
    this.forget(before);
  }

  /** Both directions of everything: `[edge, [[neighbour, types]]]`. */
  save(): SavedGraph {
    return [...this.#edges].map(([edge, neighbours]) => [
      edge,
      [...neighbours].map(([id, types]) => [id, [...types.values()]] as const),
    ]);
  }

  load(saved: SavedGraph): void {
    for (const [edge, neighbours] of saved) {
      const restored = neighbours.map(
        ([id, types]) => [id, new Map(types.map((type) => [keyOf(type), type]))] as const,
      );
      this.#edges.set(edge, new Map(restored));
    }
  }

  #withPlain(from: Node, to: Node, types: readonly AssociationType[]): readonly AssociationType[] {
    const plain = this.#definitions.unlabelled(from.type, to.type);
    return plain === undefined ? types : [plain, ...types];
  }

  /** Checked from both sides before anything is written: each side has limits of its own. */
  #refuseFull(from: Node, to: Node, types: readonly AssociationType[]): void {
    for (const type of types) {
      this.#refuseOneMore(from, to, type);
      const inverse = this.#definitions.find(to.type, from.type, type.category, type.inverse);
      if (inverse !== undefined) this.#refuseOneMore(to, from, inverse);
    }
  }

  #refuseOneMore(from: Node, to: Node, type: AssociationType): void {
    const present = this.neighbours(from, to.type);
    const max = this.#limits.maxOf(type);
    // A primary takes the place of another.
    if (present.size < max || type.primary || present.get(to.id)?.has(keyOf(type))) return;
    let count = 0;
    for (const types of present.values()) if (types.has(keyOf(type))) count++;
    if (count < max) return;
    throw validationError(`${from.type} ${from.id} has the maximum of ${max} associations of type ${type.typeId}`, [
      { message: "Too many associations", code: "ASSOCIATIONS_LIMIT_EXCEEDED" },
    ]);
  }

  #add(from: Node, to: Node, type: AssociationType): void {
    const present = this.neighbours(from, to.type);
    if (present.get(to.id)?.has(keyOf(type))) return;
    if (type.primary) this.#dethrone(from, to, type);
    this.#put(from, to, type);
    this.#tell(from, to, type, false);
  }

  #remove(from: Node, to: Node, type: AssociationType): void {
    if (!this.#drop(from, to, keyOf(type))) return;
    this.#drop(to, from, inverseKey(type));
    this.#tell(from, to, type, true);
  }

  /** Both directions fire, each with its own type (hubspot-facts §5.1). */
  #tell(from: Node, to: Node, type: AssociationType, removed: boolean): void {
    this.#changed({ from, to, association: type, removed });
    const inverse = this.#definitions.find(to.type, from.type, type.category, type.inverse);
    if (inverse !== undefined) this.#changed({ from: to, to: from, association: inverse, removed });
  }

  /** The first company of a contact, deal or ticket becomes its primary one. */
  #electPrimary(from: Node, to: Node): void {
    for (const [a, b] of [
      [from, to],
      [to, from],
    ] as const) {
      const primary = this.#definitions.between(a.type, b.type).find((type) => type.primary);
      if (primary === undefined || !ownsPrimary(a, b)) continue;
      if (this.#primaryOf(a, b.type, primary) === undefined) this.#add(a, b, primary);
    }
  }

  /** A new primary takes the place of the old one, whose plain association stays. */
  #dethrone(from: Node, to: Node, type: AssociationType): void {
    const [owner, other] = ownsPrimary(from, to) ? [from, to] : [to, from];
    const seen = owner === from ? type : this.#definitions.find(owner.type, other.type, type.category, type.inverse);
    if (seen === undefined) return;
    const old = this.#primaryOf(owner, other.type, seen);
    if (old !== undefined && old !== other.id) this.#remove(owner, { type: other.type, id: old }, seen);
  }

  #primaryOf(owner: Node, toType: string, type: AssociationType): string | undefined {
    for (const [id, types] of this.neighbours(owner, toType)) if (types.has(keyOf(type))) return id;
    return undefined;
  }

  #put(from: Node, to: Node, type: AssociationType): void {
    this.#typesOf(from, to).set(keyOf(type), type);
    const inverse = this.#definitions.find(to.type, from.type, type.category, type.inverse);
    if (inverse !== undefined) this.#typesOf(to, from).set(keyOf(inverse), inverse);
  }

  #typesOf(from: Node, to: Node): Types {
    const key = edgeKey(from, to.type);
    const neighbours = this.#edges.get(key) ?? new Map<string, Types>();
    this.#edges.set(key, neighbours);
    const types = neighbours.get(to.id) ?? new Map<string, AssociationType>();
    neighbours.set(to.id, types);
    return types;
  }

  #drop(from: Node, to: Node, key: string): boolean {
    const neighbours = this.#edges.get(edgeKey(from, to.type));
    const types = neighbours?.get(to.id);
    if (neighbours === undefined || types === undefined || !types.delete(key)) return false;
    if (types.size === 0) neighbours.delete(to.id);
    return true;
  }

  #typesFrom(node: Node): string[] {
    const prefix = `${node.type}/${node.id}>`;
    return this.#definitions.typesFrom(node.type).filter((type) => this.#edges.has(prefix + type));
  }
}

function edgeKey(from: Node, toType: string): string {
  return `${from.type}/${from.id}>${toType}`;
}

function inverseKey(type: AssociationType): string {
  return `${type.category}:${type.inverse}`;
}

/** Contacts, deals and tickets have a primary company; companies have no primary anything. */
function ownsPrimary(owner: Node, other: Node): boolean {
  return owner.type !== "0-2" && other.type === "0-2";
}
