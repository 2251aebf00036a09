import { ApiError, objectNotFound, validationError } from "../base/api-error.ts";
import { STANDARD_PAIRS } from "./standard-pairs.ts";

export type AssociationCategory = "HUBSPOT_DEFINED" | "USER_DEFINED" | "INTEGRATOR_DEFINED";

/** One direction of one kind of association. Numbers alone are not unique: the category belongs to the key. */
export interface AssociationType {
  readonly category: AssociationCategory;
  readonly typeId: number;
  readonly from: string;
  readonly to: string;
  readonly label: string | null;
  readonly name: string;
  /** The type number seen from the other side. */
  readonly inverse: number;
  /** At most one of a record's associations may have it. */
  readonly primary: boolean;
}

export interface SavedDefinitions {
  readonly lastTypeId: number;
  readonly types: readonly AssociationType[];
}

export function keyOf(type: Pick<AssociationType, "category" | "typeId">): string {
  return `${type.category}:${type.typeId}`;
}

/** The association types of one portal, HubSpot's own and those that users define. */
export class AssociationDefinitions {
  readonly #byPair: Map<string, AssociationType[]> = new Map();
  readonly #labelsPerPair: () => number;
  #lastTypeId = 0;

  constructor(labelsPerPair: () => number) {
    this.#labelsPerPair = labelsPerPair;
    for (const { from, to, id, inverse, label = null, inverseLabel = label, primary = false } of STANDARD_PAIRS) {
      const common = { category: "HUBSPOT_DEFINED", name: "", primary } as const;
      this.#add({ ...common, from, to, typeId: id, inverse, label });
      if (from !== to || id !== inverse) {
        this.#add({ ...common, from: to, to: from, typeId: inverse, inverse: id, label: inverseLabel });
      }
    }
  }

  between(from: string, to: string): readonly AssociationType[] {
    return this.#byPair.get(`${from}>${to}`) ?? [];
  }

  /** The types that records of `from` can be associated with. */
  typesFrom(from: string): string[] {
    const prefix = `${from}>`;
    return [...this.#byPair.keys()].filter((pair) => pair.startsWith(prefix)).map((pair) => pair.slice(prefix.length));
  }

  find(from: string, to: string, category: string, typeId: number): AssociationType | undefined {
    return this.between(from, to).find((type) => type.category === category && type.typeId === typeId);
  }

  get(from: string, to: string, category: string, typeId: number): AssociationType {
    const found = this.find(from, to, category, typeId);
    if (found !== undefined) return found;
    throw validationError(`Association type ${category} ${typeId} does not exist between ${from} and ${to}`);
  }

  /** The one type of these two numbers that starts at `from`: a create names no object type to go to. */
  startingAt(from: string, category: string, typeId: number): AssociationType {
    for (const to of this.typesFrom(from)) {
      const found = this.find(from, to, category, typeId);
      if (found !== undefined) return found;
    }
    throw validationError(`Association type ${category} ${typeId} does not exist for ${from}`);
  }

  /** The type of a plain association; `undefined` for a pair that has labelled ones only, or none. */
  unlabelled(from: string, to: string): AssociationType | undefined {
    return this.between(from, to).find((type) => type.label === null);
  }

  /** Both directions of a new label; the inverse has a label of its own or the same. */
  defineLabel(from: string, to: string, name: string, label: string, inverseLabel: string): AssociationType[] {
    const own = this.#ownLabels(from, to);
    const max = this.#labelsPerPair();
    // Live accounts answer 437 for the 51st; the guide speaks of ten (hubspot-facts §2.3).
    if (own.length >= max) {
      throw new ApiError(437, `The limit of ${max} association labels between ${from} and ${to} is reached`, {
        category: "VALIDATION_ERROR",
      });
    }
    if (own.some((type) => type.label === label || type.name === name)) {
      throw new ApiError(409, `An association label '${label}' already exists`, { category: "OBJECT_ALREADY_EXISTS" });
    }
    return this.#definePair(from, to, name, label, inverseLabel);
  }

  /** Pairs that have labels of the account's own. */
  labelledPairs(): { from: string; to: string; labels: readonly AssociationType[] }[] {
    return [...this.#byPair.keys()].flatMap((pair) => {
      const [from = "", to = ""] = pair.split(">");
      const labels = this.#ownLabels(from, to);
      return labels.length === 0 ? [] : [{ from, to, labels }];
    });
  }

  #ownLabels(from: string, to: string): readonly AssociationType[] {
    return this.between(from, to).filter((type) => type.category !== "HUBSPOT_DEFINED" && type.label !== null);
  }

  /** What a schema's `associatedObjects` get: a plain association of the user's own. */
  definePlain(from: string, to: string, name: string): AssociationType[] {
    return this.#definePair(from, to, name, null, null);
  }

  rename(from: string, to: string, typeId: number, label: string, inverseLabel: string | undefined): void {
    const type = this.#ownLabel(from, to, typeId);
    this.#replace({ ...type, label });
    if (inverseLabel === undefined) return;
    const inverse = this.find(to, from, type.category, type.inverse);
    if (inverse !== undefined && inverse !== type) this.#replace({ ...inverse, label: inverseLabel });
  }

  remove(from: string, to: string, typeId: number): AssociationType {
    const type = this.#ownLabel(from, to, typeId);
    for (const [a, b, id] of [
      [from, to, type.typeId],
      [to, from, type.inverse],
    ] as const) {
      const kept = this.between(a, b).filter((other) => other.category !== type.category || other.typeId !== id);
      this.#byPair.set(`${a}>${b}`, kept);
    }
    return type;
  }

  /** The types that are not HubSpot's. */
  save(): SavedDefinitions {
    const types = [...this.#byPair.values()].flat().filter(({ category }) => category !== "HUBSPOT_DEFINED");
    return { lastTypeId: this.#lastTypeId, types };
  }

  load({ lastTypeId, types }: SavedDefinitions): void {
    this.#lastTypeId = lastTypeId;
    for (const type of types) this.#add(type);
  }

  #ownLabel(from: string, to: string, typeId: number): AssociationType {
    const type = this.between(from, to).find((t) => t.category === "USER_DEFINED" && t.typeId === typeId);
    if (type === undefined)
      throw objectNotFound(`Association label ${typeId} does not exist between ${from} and ${to}`);
    return type;
  }

  #definePair(from: string, to: string, name: string, label: string | null, inverseLabel: string | null) {
    this.#lastTypeId += 1;
    const typeId = this.#lastTypeId;
    const same = from === to && label === inverseLabel;
    if (!same) this.#lastTypeId += 1;
    const inverse = this.#lastTypeId;
    const common = { category: "USER_DEFINED", name, primary: false } as const;
    const forward: AssociationType = { ...common, from, to, typeId, inverse, label };
    this.#add(forward);
    if (same) return [forward];
    const backward: AssociationType = {
      ...common,
      from: to,
      to: from,
      typeId: inverse,
      inverse: typeId,
      label: inverseLabel,
    };
    this.#add(backward);
    return [forward, backward];
  }

  #add(type: AssociationType): void {
    this.#byPair.set(`${type.from}>${type.to}`, [...this.between(type.from, type.to), type]);
  }

  #replace(changed: AssociationType): void {
    const others = this.between(changed.from, changed.to);
    this.#byPair.set(
      `${changed.from}>${changed.to}`,
      others.map((type) => (keyOf(type) === keyOf(changed) ? changed : type)),
    );
  }
}
