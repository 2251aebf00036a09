import { refProperty, type SyncedField } from "../script/fields.ts";
import type { LifeEvent } from "../script/steps.ts";
import type { Lead } from "../world/crm.ts";
import type { TrueEdit } from "./reference.ts";

/** Somebody known on one side or on both, and everything that users did to them. */
export interface Person {
  readonly ref: string;
  /** By what is edited by itself: a field, or an element of a list. */
  readonly edits: Map<string, TrueEdit[]>;
  /** Moments at which both sides held the same, likewise. */
  readonly rests: Map<string, number[]>;
  /** Moments at which they differed and waited for review, likewise. */
  readonly waits: Map<string, number[]>;
  /** Fields that came out of an older copy of the databases waiting for review, with sides that differ by blanks alone. */
  readonly parked: Set<string>;
  /** Fields that came out of one with a value that the other side refuses: nobody knows what stands against what. */
  readonly unsure: Set<string>;
  /** Conflicts that were logged in place of an edit, because nothing might be written. */
  readonly told: Set<string>;
  readonly life: LifeEvent[];
  /** Whether both sides had been at rest together before the first of these. */
  knownWhenEnded: boolean;
  /** Ids of the rows that the present one took the place of, and when it last did. */
  readonly formerIds: string[];
  replacedAt: number;
  /** The HubSpot record that was archived last, to be restored. */
  archivedId: string | null;
}

export interface Contact {
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** What there is of each person, by `ref`. */
export interface Standing {
  readonly locals: ReadonlyMap<string, readonly Lead[]>;
  readonly remotes: ReadonlyMap<string, readonly Contact[]>;
}

/** All that the judges look at; records have far more. */
export function watchedProperties(fields: readonly SyncedField[]): readonly string[] {
  return [refProperty, ...fields.flatMap(({ properties }) => properties)];
}

/** A merged contact answers to the addresses of both. */
export const addresses: readonly string[] = ["email", "hs_additional_emails"];

export const addressesOf = ({ email = "", hs_additional_emails = "" }: Contact["properties"]): readonly string[] =>
  [email, ...hs_additional_emails.split(";")].filter((address) => address !== "");

/** Whether both sides have been at rest together since this row came, in this field or in any. */
export function haveMet({ rests, replacedAt }: Person, field?: string): boolean {
  const moments = field === undefined ? [...rests.values()].flat() : (rests.get(field) ?? []);
  return moments.some((at) => at > replacedAt);
}

export function grouped<T>(items: readonly T[], by: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group === undefined) groups.set(by(item), [item]);
    else group.push(item);
  }
  return groups;
}
