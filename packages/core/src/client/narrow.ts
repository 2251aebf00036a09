import { HubSpotConflictError, HubSpotError } from "../errors/hubspot-errors.ts";

/** How inputs of one kind are sent, and what becomes of those that cannot be. */
export interface Sending<T> {
  /** Sends a part in one call. Throws where the call failed as a whole; else each of its inputs has its outcome. */
  send(part: readonly T[]): Promise<void>;
  /** Gives these inputs the error as their outcome, as far as they have none. Throws what is no outcome of an input. */
  settle(part: readonly T[], error: unknown): void;
  /** Notes that these were not sent, since everybody asked failed with the error. */
  giveUp(part: readonly T[], error: HubSpotError): void;
  /** Whether a call failed for what one of its inputs says, so that the others may still be taken. */
  splits(error: unknown): boolean;
  /** Whether an input writes this property. Absent where none writes any. */
  writes?(input: T, property: string): boolean;
}

/** Inputs that are sent alone before a mistake counts as everybody's. */
const probes = 8;

/** Refused whatever value is written. */
const neverWritten: ReadonlySet<string> = new Set(["PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"]);

/**
 * Sends a part; what fails as a whole is halved until each input has its outcome. k bad inputs of n cost at most
 * 2k(⌈log₂ n⌉ + 1) calls more, a single one 2⌈log₂ n⌉: 14 of a hundred.
 *
 * A mistake that all inputs make is not looked for in every one of them. Where HubSpot names properties that are never
 * written, whoever writes one has failed, and the others are sent once more. Where both halves fail alike, some inputs
 * from all over the part are sent alone: if they all fail in that way, the rest is given up unsent.
 */
export async function sendNarrowing<T>(part: readonly T[], sending: Sending<T>): Promise<void> {
  const error = await failureOf(part, sending);
  if (error !== null) await narrow(part, error, sending);
}

/** Why a part could not be sent as a whole, where it has to be divided; else null, and its inputs have their outcomes. */
async function failureOf<T>(part: readonly T[], { send, splits, settle }: Sending<T>): Promise<HubSpotError | null> {
  try {
    await send(part);
    return null;
  } catch (error) {
    if (part.length > 1 && error instanceof HubSpotError && splits(error)) return error;
    settle(part, error);
    return null;
  }
}

/** A part of several inputs that failed. */
async function narrow<T>(part: readonly T[], error: HubSpotError, sending: Sending<T>): Promise<void> {
  const { settle, giveUp } = sending;
  const blamed = blamedFor(error, part, sending);
  if (blamed.size > 0) {
    settle([...blamed], error);
    const others = part.filter((input) => !blamed.has(input));
    return others.length === 0 ? undefined : sendNarrowing(others, sending);
  }
  const [left, right] = [part.slice(0, part.length >> 1), part.slice(part.length >> 1)];
  const [one, other] = [await failureOf(left, sending), await failureOf(right, sending)];
  const known = one !== null && other !== null && alike(one, other) ? await probe(part, one, sending) : untold;
  if (known.everybody) return giveUp(without(part, known.settled), error);
  for (const [half, failure] of [[left, one] as const, [right, other] as const]) {
    const open = without(half, known.settled);
    if (failure === null || open.length === 0) continue;
    // Without those who failed alone it may be taken now; else it still fails.
    if (open.length === half.length) await narrow(open, failure, sending);
    else await sendNarrowing(open, sending);
  }
}

interface Probed {
  /** Who has an outcome now. */
  readonly settled: ReadonlySet<unknown>;
  /** Whether all that were asked failed alike. */
  readonly everybody: boolean;
}

const untold: Probed = { settled: new Set(), everybody: false };

/** Sends inputs from all over the part alone, until one does not fail as both halves did. */
async function probe<T>(part: readonly T[], error: HubSpotError, { send, settle }: Sending<T>): Promise<Probed> {
  const settled = new Set<unknown>();
  for (const input of spread(part, probes)) {
    settled.add(input);
    try {
      await send([input]);
      return { settled, everybody: false };
    } catch (failure) {
      settle([input], failure);
      if (!alike(error, failure)) return { settled, everybody: false };
    }
  }
  return { settled, everybody: true };
}

/** Inputs that write what is never written. Only where that is all HubSpot says: else it may be about somebody else. */
function blamedFor<T>({ reasons }: HubSpotError, part: readonly T[], { writes }: Sending<T>): ReadonlySet<T> {
  if (writes === undefined || !reasons.every(({ code }) => neverWritten.has(code))) return new Set();
  const named = reasons.flatMap(({ property }) => property ?? []);
  return new Set(part.filter((input) => named.some((property) => writes(input, property))));
}

/** Whether HubSpot refused two calls for the same thing, as far as it says. What was refused before it left costs nothing. */
function alike(a: HubSpotError, b: unknown): boolean {
  return a.status !== null && b instanceof HubSpotError && factsOf(a) === factsOf(b);
}

function factsOf(error: HubSpotError): string {
  const { code, status, reasons } = error;
  const existing = error instanceof HubSpotConflictError ? error.existingId : null;
  return JSON.stringify([code, status, existing, reasons.map(({ property, code }) => `${property} ${code}`).sort()]);
}

/** As many of the inputs, evenly apart; all where there are no more. */
function spread<T>(part: readonly T[], count: number): readonly T[] {
  return part.filter((_, i) => Math.floor((i * count) / part.length) !== Math.floor(((i - 1) * count) / part.length));
}

function without<T>(part: readonly T[], some: ReadonlySet<unknown>): readonly T[] {
  return some.size === 0 ? part : part.filter((input) => !some.has(input));
}
