import { HubSpotError, HubSpotOutboundRefusedError } from "../errors/hubspot-errors.ts";
import { refusedInput } from "../guard/refused.ts";
import type { BatchOutcome } from "../model/record.ts";
import type { EpochMs } from "../ports/ids.ts";
import { chunk } from "../util/chunk.ts";
import { attribute, type Numbered, same, type WriteKind } from "./attribute.ts";
import { forEachLimited, waves } from "./chunks.ts";
import { sendNarrowing } from "./narrow.ts";
import type { ObjectCalls, ReadShape, WriteInput } from "./object-calls.ts";
import { endStopped, failure, failureOf, itemFailure, stopped, unsent } from "./outcomes.ts";
import { propertyText, type WireRecord } from "./wire.ts";

/** Inputs of one batch call; with history HubSpot takes half as many (reliability-and-performance §3). */
export const batchSize = 100;
export const historyBatchSize = 50;

type Outcomes = BatchOutcome<WireRecord>[];

/** A create that may have happened. */
export interface Lost {
  readonly index: number;
  readonly input: LostInput;
  readonly sentAt: EpochMs;
  /** How it ended, if nothing can be found out. */
  readonly outcome: Extract<BatchOutcome<WireRecord>, { ok: false }>;
}

export type LostInput = Pick<WriteInput, "properties" | "associations">;

/** Sends creates once more: an outcome for each, in order. */
export type SendCreates = (inputs: readonly LostInput[]) => Promise<Outcomes>;

/** Finds out what became of lost creates. */
export interface LostCreates {
  readonly now: () => EpochMs;
  resolve(lost: readonly Lost[], send: SendCreates): Promise<Outcomes>;
}

/**
 * Reads any number of records. An id the batch leaves out is read once alone: a merged-away id then gives the survivor,
 * anything else its 404. Errors that concern no single input (wrong portal, access) are thrown.
 */
export async function readMany(calls: ObjectCalls, inputs: readonly string[], shape: ReadShape): Promise<Outcomes> {
  const outcomes: Outcomes = new Array(inputs.length);
  const positions = new Map<string, number[]>();
  inputs.forEach((input, index) => {
    const known = positions.get(input);
    if (known === undefined) positions.set(input, [index]);
    else known.push(index);
  });
  const settle = (input: string, outcome: (index: number) => BatchOutcome<WireRecord>): void => {
    for (const index of positions.get(input) ?? []) outcomes[index] = outcome(index);
  };
  const alone: string[] = [];
  const failed = (part: readonly string[], error: unknown): void => {
    for (const input of part) settle(input, (index) => failureOf(index, error) ?? rethrow(error));
  };
  const giveUp = (part: readonly string[], error: HubSpotError): void => {
    for (const input of part) settle(input, (index) => unsent(index, error));
  };
  const readChunk = async (part: readonly string[]): Promise<void> => {
    const answer = await calls.batchRead(part, asked(shape));
    const byId = new Map(answer.records.map((record) => [record.id, record]));
    for (const input of part) {
      const { idProperty } = shape;
      const value =
        idProperty === undefined
          ? byId.get(input)
          : (answer.records.find((record) => record.properties[idProperty] === input) ??
            answer.records.find((record) => same(propertyText(record, idProperty), input)));
      if (value !== undefined) settle(input, (index) => ({ index, ok: true, value }));
      else if (idProperty === undefined) alone.push(input);
      else settle(input, (index) => failure(index, "NOT_FOUND", 404));
    }
  };
  const chunks = chunk([...positions.keys()], shape.history === true ? historyBatchSize : batchSize);
  await forEachLimited(chunks, (part) => sendNarrowing(part, { send: readChunk, settle: failed, giveUp, splits }));
  await forEachLimited(alone, async (input) => {
    try {
      const value = await calls.read(input, shape);
      settle(input, (index) => ({ index, ok: true, value }));
    } catch (error) {
      settle(input, (index) => failureOf(index, error) ?? rethrow(error));
    }
  });
  return outcomes;
}

/**
 * Writes any number of inputs. Two writes to one record keep their order. Every input has exactly one outcome. What
 * concerns no single input (wrong portal, no token) is thrown only as long as nothing was written.
 */
export async function writeMany(
  calls: ObjectCalls,
  kind: WriteKind,
  inputs: readonly Omit<WriteInput, "traceId">[],
  lostCreates: LostCreates | null = null,
): Promise<Outcomes> {
  const outcomes: Outcomes = new Array(inputs.length);
  const sentAt: EpochMs[] = new Array(inputs.length);
  const numbered = inputs.map((input, index): Numbered => ({ index, input: { ...input, traceId: String(index) } }));
  const writeChunk = async (part: readonly Numbered[]): Promise<void> => {
    if (lostCreates !== null) for (const { index } of part) sentAt[index] = lostCreates.now();
    try {
      const answer = await calls.batchWrite(
        kind,
        part.map((each) => each.input),
      );
      for (const outcome of attribute(kind, part, answer)) outcomes[outcome.index] = outcome;
    } catch (error) {
      const clean = withoutRefused(part, error, outcomes);
      if (clean === null) throw error;
      return clean.length === 0 ? undefined : writeChunk(clean);
    }
  };
  const failed = (part: readonly Numbered[], error: unknown): void => {
    for (const { index } of part) outcomes[index] ??= failureOf(index, error) ?? rethrow(error);
  };
  const giveUp = (part: readonly Numbered[], error: HubSpotError): void => {
    for (const { index } of part) outcomes[index] ??= unsent(index, error);
  };
  const writes = ({ input }: Numbered, name: string): boolean =>
    Object.hasOwn(input.properties, name) || input.idProperty === name;
  // One bad input may fail its whole batch, which then wrote nothing.
  const sending = { send: writeChunk, settle: failed, giveUp, splits, writes };
  const keyOf = ({ input }: Numbered): string | null =>
    input.id === undefined ? null : `${input.idProperty ?? ""} ${input.id.trim().toLowerCase()}`;
  try {
    for (const wave of waves(numbered, batchSize, keyOf))
      await forEachLimited(wave, (part) => sendNarrowing(part, sending));
  } catch (error) {
    endStopped(outcomes, error);
  }
  const lost =
    lostCreates === null ? [] : outcomes.flatMap((outcome) => lostOf(outcome, inputs, sentAt[outcome.index] ?? 0));
  if (lostCreates === null || lost.length === 0 || calls.aborted) return outcomes;
  const send: SendCreates = (again) => writeMany(calls, "create", again);
  for (const outcome of await lostCreates.resolve(lost, send)) outcomes[outcome.index] = outcome;
  return outcomes;
}

function lostOf(outcome: BatchOutcome<WireRecord>, inputs: readonly LostInput[], sentAt: EpochMs): Lost[] {
  const input = inputs[outcome.index];
  if (outcome.ok || outcome.code !== "UNKNOWN_OUTCOME" || input === undefined) return [];
  const said = outcome.error?.details.sentAt;
  return [{ index: outcome.index, input, outcome, sentAt: typeof said === "number" ? said : sentAt }];
}

/** Archives any number of records. HubSpot answers success for ids it does not have, too. */
export async function archiveMany(calls: ObjectCalls, ids: readonly string[]): Promise<BatchOutcome<string>[]> {
  const byId = new Map<string, (index: number) => BatchOutcome<string>>();
  let archived = false;
  const archiveChunk = async (part: readonly string[]): Promise<void> => {
    const { errors } = await calls.batchArchive(part);
    archived = true;
    // An error that names none of them may be about any: beside it no success is claimed.
    const nameless = errors.find(({ ids }) => !ids.some((id) => part.includes(id)));
    for (const id of part) {
      const error = errors.find(({ ids }) => ids.includes(id)) ?? nameless;
      byId.set(id, (index) => (error === undefined ? { index, ok: true, value: id } : itemFailure(index, error.body)));
    }
  };
  const failed = (part: readonly string[], error: unknown): void => {
    for (const id of part) {
      byId.set(id, (index) => failureOf(index, error) ?? (archived ? stopped(index, error) : rethrow(error)));
    }
  };
  const giveUp = (part: readonly string[], error: HubSpotError): void => {
    for (const id of part) byId.set(id, (index) => unsent(index, error));
  };
  const sending = { send: archiveChunk, settle: failed, giveUp, splits };
  await forEachLimited(chunk([...new Set(ids)], batchSize), (part) => sendNarrowing(part, sending));
  return ids.map((id, index) => (byId.get(id) as (index: number) => BatchOutcome<string>)(index));
}

/** What is left to send when the guard refused some inputs, each of which has its outcome now; null for another failure. */
function withoutRefused(part: readonly Numbered[], error: unknown, outcomes: Outcomes): readonly Numbered[] | null {
  if (!(error instanceof HubSpotOutboundRefusedError)) return null;
  const clean = part.filter(({ index }, position) => {
    const refused = refusedInput(error, position);
    if (refused !== null) outcomes[index] = failureOf(index, refused) ?? rethrow(refused);
    return refused === null;
  });
  return clean.length === part.length ? null : clean;
}

/** HubSpot is asked for the property by which results are matched. */
function asked(shape: ReadShape): ReadShape {
  const { idProperty, properties } = shape;
  return idProperty === undefined || properties.includes(idProperty)
    ? shape
    : { ...shape, properties: [...properties, idProperty] };
}

/** Whether the call failed for what its inputs say, perhaps one of them. */
function splits(error: unknown): boolean {
  return (
    error instanceof HubSpotError &&
    ["VALIDATION_FAILED", "PROPERTY_UNKNOWN", "CONFLICT", "NOT_FOUND"].includes(error.code)
  );
}

function rethrow(error: unknown): never {
  throw error;
}
