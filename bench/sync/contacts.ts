/**
 * An account's contacts, made as they are asked for: what one holds follows from its number, so that a million weigh
 * nothing here. Rows of the table are numbered alike, and what is written has to be what the row with that number holds.
 */
import type { JumpingClock } from "../limits/clock.ts";

/** Ids leave gaps, and not everywhere the same: an account's first half came close together, its second half far apart. */
const FIRST = 30_000_000_000;
const NEAR = 7;
const FAR = 211;
const BEFORE = Date.UTC(2026, 10, 19, 16, 40, 1, 4);

export type Values = Readonly<Record<"email" | "firstname" | "lastname", string>>;

/** What a row and its contact hold. */
export function valuesOf(i: number, edited: boolean): Values {
  return {
    email: `p${i}@example.com`,
    firstname: edited ? `Edited ${i}` : `First ${i}`,
    lastname: `Last ${i}`,
  };
}

export interface Contacts {
  /** How many there are: those with the numbers below. */
  readonly there: () => number;
  readonly edited: () => number;
  /** As HubSpot shows it; with the versions of these properties. */
  show(i: number, history?: readonly string[]): Record<string, unknown>;
  create(properties: unknown): number;
  update(i: number, properties: unknown): void;
  idOf(i: number): number;
  /** The first whose id is not smaller. */
  indexOf(id: number): number;
  /** Whose e-mail that is, or null. */
  byEmail(email: string): number | null;
}

export function contactsOf(n: number, listed: number, clock: JumpingClock): Contacts {
  const start = clock.now();
  // Milliseconds since the start, for what was not there from the beginning.
  const createdAt = new Uint32Array(n - listed);
  const editedAt = new Uint32Array(n - listed);
  let there = listed;
  let edited = 0;
  const half = Math.floor(n / 2);
  const far = FIRST + half * NEAR + 1_000_000_000;
  const idOf = (i: number) => (i < half ? FIRST + i * NEAR : far + (i - half) * FAR);
  const since = () => Math.max(1, clock.now() - start);
  const bornAt = (i: number) => (i < listed ? BEFORE : start + (createdAt[i - listed] ?? 0));
  const isEdited = (i: number) => (editedAt[i - listed] ?? 0) > 0;

  function versions(i: number, property: string): unknown[] {
    const source = { sourceType: "INTEGRATION", sourceId: "1234567" };
    const version = (changed: boolean, at: number) => ({
      value: (valuesOf(i, changed) as Readonly<Record<string, string>>)[property] ?? "",
      timestamp: new Date(at).toISOString(),
      ...source,
    });
    const first = version(false, bornAt(i));
    return property === "firstname" && isEdited(i)
      ? [version(true, start + (editedAt[i - listed] ?? 0)), first]
      : [first];
  }

  return {
    there: () => there,
    edited: () => edited,
    idOf,
    indexOf: (id) =>
      id <= FIRST ? 0 : id <= far ? Math.min(half, Math.ceil((id - FIRST) / NEAR)) : half + Math.ceil((id - far) / FAR),
    byEmail(email) {
      const i = Number(/^p(\d+)@/.exec(email)?.[1] ?? Number.NaN);
      return i < there ? i : null;
    },
    show(i, history = []) {
      const changedAt = isEdited(i) ? start + (editedAt[i - listed] ?? 0) : bornAt(i);
      return {
        id: String(idOf(i)),
        properties: { ...valuesOf(i, isEdited(i)), phone: null },
        createdAt: new Date(bornAt(i)).toISOString(),
        updatedAt: new Date(changedAt).toISOString(),
        archived: false,
        ...(history.length > 0 && {
          propertiesWithHistory: Object.fromEntries(history.map((property) => [property, versions(i, property)])),
        }),
      };
    },
    create(properties) {
      const i = there;
      refuseOther(properties, valuesOf(i, false));
      createdAt[i - listed] = since();
      there++;
      return i;
    },
    update(i, properties) {
      refuseOther(properties, { firstname: valuesOf(i, true).firstname });
      if (isEdited(i)) throw new Error(`Contact ${i} was written twice`);
      editedAt[i - listed] = since();
      edited++;
    },
  };
}

function refuseOther(properties: unknown, expected: Readonly<Record<string, string>>): void {
  const given = properties as Readonly<Record<string, unknown>>;
  const names = Object.keys(expected);
  if (Object.keys(given).length === names.length && names.every((name) => given[name] === expected[name])) return;
  throw new Error(`${JSON.stringify(given)} was written, not ${JSON.stringify(expected)}`);
}
