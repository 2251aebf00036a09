import { isSensitive, type PropertyDefinition } from "../properties/definition.ts";
import type { ObjectType } from "../types/object-type.ts";
import type { Change, PlainChange } from "./change.ts";
import type { ChangeSource } from "./record.ts";

export interface AnnouncerWorld {
  readonly type: () => ObjectType;
  readonly definition: (property: string) => PropertyDefinition | undefined;
  readonly emit: (change: Change) => void;
}

/** Tells of changes as they happen, or only once the batch they belong to stands. */
export class Announcer {
  readonly #world: AnnouncerWorld;
  #held: Change[] | undefined;

  constructor(world: AnnouncerWorld) {
    this.#world = world;
  }

  happened(kind: PlainChange, objectId: string, at: number, source: ChangeSource): void {
    this.send({ kind, type: this.#world.type(), objectId, at, source });
  }

  changed(objectId: string, patch: Readonly<Record<string, string>>, at: number, source: ChangeSource): void {
    for (const [propertyName, propertyValue] of Object.entries(patch)) {
      const value = { propertyName, propertyValue, isSensitive: isSensitive(this.#world.definition(propertyName)) };
      this.send({ kind: "propertyChange", type: this.#world.type(), objectId, at, source, ...value });
    }
  }

  send(change: Change): void {
    if (this.#held === undefined) this.#world.emit(change);
    else this.#held.push(change);
  }

  /** What `work` does is told of afterwards, and not at all when it throws. */
  holding(work: () => void): void {
    const held: Change[] = [];
    this.#held = held;
    try {
      work();
    } finally {
      this.#held = undefined;
    }
    for (const change of held) this.#world.emit(change);
  }
}
