import type { BatchOutcome } from "../model/record.ts";
import type { WriteInput } from "./object-calls.ts";
import { failure, itemFailure } from "./outcomes.ts";
import { type BatchAnswer, propertyText, type WireRecord } from "./wire.ts";

export interface Numbered {
  /** Position among all inputs. */
  readonly index: number;
  readonly input: WriteInput;
}

export type WriteKind = "create" | "update" | "upsert";

/**
 * Gives every input of one batch exactly one outcome. HubSpot promises no order, so results are matched by trace id,
 * else by id, unique value, or (creates) by the values sent. What answered success but left an input out is said so:
 * batch updates do that to merged-away ids, without an error (hubspot-facts §6).
 */
export function attribute(
  kind: WriteKind,
  inputs: readonly Numbered[],
  answer: BatchAnswer,
): BatchOutcome<WireRecord>[] {
  const open = new Map(inputs.map((each) => [each.input.traceId, each]));
  const outcomes: BatchOutcome<WireRecord>[] = [];
  const fail = (each: Numbered, body: unknown): void => {
    open.delete(each.input.traceId);
    outcomes.push(itemFailure(each.index, body));
  };
  const nameless: unknown[] = [];
  for (const error of answer.errors) {
    const named = [
      ...error.traceIds.flatMap((id) => open.get(id) ?? []),
      ...[...open.values()].filter((each) => each.input.id !== undefined && error.ids.includes(each.input.id)),
    ];
    for (const each of new Set(named)) fail(each, error.body);
    if (named.length === 0) nameless.push(error.body);
  }
  const unmatched = answer.records.filter((record) => {
    const found = match(kind, [...open.values()], record);
    if (found === undefined) return true;
    open.delete(found.input.traceId);
    outcomes.push({
      index: found.index,
      ok: true,
      value: record,
      // After a repetition "not created" may mean: created by the attempt before.
      ...(record.created === undefined || (answer.repeated === true && !record.created)
        ? {}
        : { created: record.created }),
    });
    return false;
  });
  for (const each of open.values()) {
    // As many nameless errors as inputs without a result: each input has one of them, and which does not matter for the first.
    if (unmatched.length === 0 && nameless.length > 0) fail(each, nameless[0]);
    else outcomes.push(failure(each.index, kind === "create" ? "UNKNOWN_OUTCOME" : "OMITTED", 200));
  }
  return outcomes;
}

function match(kind: WriteKind, open: readonly Numbered[], record: WireRecord): Numbered | undefined {
  if (record.traceId !== undefined) {
    const traced = open.find((each) => each.input.traceId === record.traceId);
    if (traced !== undefined) return traced;
  }
  if (kind === "update") return open.find((each) => each.input.id === record.id);
  if (kind === "upsert") {
    return open.find(
      ({ input }) => input.idProperty !== undefined && same(propertyText(record, input.idProperty), input.id),
    );
  }
  const alike = open.filter(({ input }) => holds(record, input));
  // Two inputs with equal values may swap their new records: they are the same to the caller too.
  return alike[0];
}

function holds(record: WireRecord, input: WriteInput): boolean {
  const names = Object.keys(input.properties);
  return names.length > 0 && names.every((name) => same(propertyText(record, name) ?? "", input.properties[name]));
}

/** HubSpot trims values and lower-cases e-mail addresses. */
export function same(a: string | null | undefined, b: string | undefined): boolean {
  return a !== null && a !== undefined && b !== undefined && a.trim().toLowerCase() === b.trim().toLowerCase();
}
