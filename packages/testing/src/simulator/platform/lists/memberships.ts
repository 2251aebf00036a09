/** When a record came to a list, the first time and the last. */
export interface Membership {
  readonly first: number;
  readonly last: number;
}

export interface SavedMemberships {
  readonly members: readonly (readonly [string, Membership])[];
  /** When those who left had come first. */
  readonly past: readonly (readonly [string, number])[];
  readonly lastAddedAt: number | undefined;
  readonly lastRemovedAt: number | undefined;
}

/** Who is on one list. */
export class Memberships {
  readonly #members: Map<string, Membership> = new Map();
  readonly #past: Map<string, number> = new Map();
  lastAddedAt: number | undefined;
  lastRemovedAt: number | undefined;

  get ids(): string[] {
    return [...this.#members.keys()];
  }

  get(recordId: string): Membership | undefined {
    return this.#members.get(recordId);
  }

  /** @returns whether it was not there before */
  add(recordId: string, now: number): boolean {
    if (this.#members.has(recordId)) return false;
    this.#members.set(recordId, { first: this.#past.get(recordId) ?? now, last: now });
    this.lastAddedAt = now;
    return true;
  }

  /** @returns whether it was there */
  remove(recordId: string, now: number): boolean {
    const before = this.#members.get(recordId);
    if (before === undefined) return false;
    this.#members.delete(recordId);
    this.#past.set(recordId, before.first);
    this.lastRemovedAt = now;
    return true;
  }

  save(): SavedMemberships {
    return {
      members: [...this.#members],
      past: [...this.#past],
      lastAddedAt: this.lastAddedAt,
      lastRemovedAt: this.lastRemovedAt,
    };
  }

  load({ members, past, lastAddedAt, lastRemovedAt }: SavedMemberships): void {
    for (const [id, membership] of members) this.#members.set(id, membership);
    for (const [id, first] of past) this.#past.set(id, first);
    this.lastAddedAt = lastAddedAt;
    this.lastRemovedAt = lastRemovedAt;
  }

  /** The survivor of a merge takes the place of those it was made of. */
  takeOver(merged: readonly string[], survivor: string): void {
    const places = merged.flatMap((id) => this.#members.get(id) ?? []);
    const [place] = places;
    if (place === undefined) return;
    for (const id of merged) this.#members.delete(id);
    this.#members.set(survivor, place);
  }
}
