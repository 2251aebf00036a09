import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotConflictError, HubSpotUnknownOutcomeError } from "../errors/hubspot-errors.ts";
import { canonicalObject } from "../model/object-type.ts";
import type { BatchOutcome } from "../model/record.ts";
import type { EpochMs } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { type FoundRecord, resolveLost } from "../retry/lost-create.ts";
import { groupBy } from "../util/group-by.ts";
import { type Lost, readMany, type SendCreates } from "./batches.ts";
import type { ObjectCalls } from "./object-calls.ts";
import { failureOf, ours, stopped } from "./outcomes.ts";
import { propertyText, type WireRecord } from "./wire.ts";

type Outcome = BatchOutcome<WireRecord>;
type Failure = Lost["outcome"];

export interface LostCreatesDeps {
  readonly calls: ObjectCalls;
  /** Names of the object's unique properties, as the account has them. */
  readonly uniqueNames: () => Promise<ReadonlySet<string>>;
  /** HubSpot's clock at a time of ours. */
  readonly hubspotTime: (at: EpochMs) => EpochMs;
  readonly logger?: Logger | undefined;
}

/** One of them on its way to an outcome. */
interface Open extends Lost {
  /** The unique property it is looked up by. */
  readonly property: string;
  readonly sends: number;
  readonly refused: boolean;
}

/**
 * Finds out what became of creates whose answers were lost. They are looked up by a unique property of their input, which
 * is immediate (the search index is not), and those that are not there are sent again: HubSpot takes a unique value once,
 * so an attempt that arrives late after all is refused. What has no unique property is reported with what to check.
 */
export async function resolveLostCreates(
  deps: LostCreatesDeps,
  lost: readonly Lost[],
  send: SendCreates,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const settle = (one: Lost, how: string, outcome: Outcome): void => {
    deps.logger?.info("hubspot.create_resolved", { object: deps.calls.object, outcome: how });
    outcomes.push({ ...outcome, index: one.index });
  };
  let open: Open[] = [];
  const claimed = new Set<string>();
  try {
    const names = lost.every(
      (one) => sentValue(one, "email") !== "" && canonicalObject(deps.calls.object) === "contacts",
    )
      ? new Set(["email"])
      : await deps.uniqueNames();
    for (const one of lost) {
      const property = Object.keys(one.input.properties).find((name) => names.has(name) && sentValue(one, name) !== "");
      if (property === undefined) settle(one, "unknown", reported(deps, one, { why: "it has no unique property" }));
      else open.push({ ...one, property, sends: 1, refused: false });
    }
  } catch (error) {
    const why = `a look-up failed (${ours(error).code})`;
    for (const one of lost) settle(one, "unknown", reported(deps, one, { why }));
  }
  while (open.length > 0) {
    const found = await lookUp(deps, open);
    const again: Open[] = [];
    for (const one of open) {
      const record = found.get(one) ?? "failed";
      const outcome = outcomeOf(deps, one, record, claimed);
      if (outcome === "send-again") again.push(one);
      else settle(one, outcome.ok ? "created" : outcome.code === "CONFLICT" ? "existed" : "unknown", outcome);
    }
    open = [];
    const sent = again.length === 0 ? [] : await sentAgain(send, again);
    again.forEach((one, i) => {
      const outcome = sent[i] as Outcome;
      const next = { ...one, sends: one.sends + 1 };
      if (outcome.ok) settle(one, "sent-again", outcome);
      else if (outcome.code === "CONFLICT") open.push({ ...next, refused: true, outcome });
      else if (outcome.code === "UNKNOWN_OUTCOME") open.push(next);
      else if (outcome.code === "INTERNAL")
        settle(one, "unknown", reported(deps, one, { why: "it could not be sent again" }));
      else settle(one, "refused", outcome);
    });
  }
  return outcomes;
}

/** Acts on what is known of one: its outcome, unless it is to be sent again. */
function outcomeOf(
  deps: LostCreatesDeps,
  one: Open,
  found: WireRecord | "absent" | "failed",
  claimed: Set<string>,
): Outcome | "send-again" {
  const record = typeof found === "string" ? null : found;
  const resolution = resolveLost(
    {
      values: one.input.properties,
      sentAt: deps.hubspotTime(one.sentAt),
      sends: one.sends,
      refused: one.refused,
      claimed: record !== null && claimed.has(record.id),
    },
    typeof found === "string" ? found : facts(found, one),
  );
  if (resolution === "send-again") return resolution;
  if (resolution === "existed") return record === null ? one.outcome : existed(deps, one, record);
  if (record === null || resolution === "unknown") return reported(deps, one, { record });
  claimed.add(record.id);
  return { index: one.index, ok: true, value: withoutHistory(record) };
}

/** What cannot be sent at all leaves the first attempt as unknown as it was. */
async function sentAgain(send: SendCreates, again: readonly Open[]): Promise<Outcome[]> {
  try {
    return await send(again.map(({ input }) => input));
  } catch (error) {
    return again.map((_, index) => stopped(index, error));
  }
}

type Found = Map<Open, WireRecord | "absent" | "failed">;

/** Reads by each unique property at once, or by the id a refusal named, with the first versions of what was sent. */
async function lookUp({ calls }: LostCreatesDeps, open: readonly Open[]): Promise<Found> {
  const found: Found = new Map();
  const known = (one: Open): string | undefined => (one.refused ? one.outcome.existingId : undefined);
  for (const [idProperty, group] of groupBy(open, (one) => (known(one) === undefined ? one.property : undefined))) {
    const properties = [...new Set(group.flatMap((one) => [one.property, ...Object.keys(one.input.properties)]))];
    const by = idProperty === undefined ? {} : { idProperty };
    try {
      const values = group.map((one) => known(one) ?? sentValue(one, one.property));
      const read = await readMany(calls, values, { properties, history: true, ...by });
      for (const outcome of read) {
        const one = group[outcome.index] as Open;
        if (outcome.ok) found.set(one, outcome.value);
        else found.set(one, outcome.code === "NOT_FOUND" ? "absent" : "failed");
      }
    } catch {
      // Whatever it was: that the create may have happened must reach the caller, and no other error says so.
      for (const one of group) found.set(one, "failed");
    }
  }
  return found;
}

function facts(record: WireRecord, { property, input }: Open): FoundRecord {
  const createdAt = Date.parse(record.createdAt);
  const history = record.propertiesWithHistory ?? {};
  const first = (name: string) => (Object.hasOwn(history, name) ? history[name]?.at(-1) : undefined);
  return {
    createdAt: Number.isNaN(createdAt) ? null : createdAt,
    madeBy: first(property)?.sourceType ?? null,
    values: Object.fromEntries(
      Object.keys(input.properties).map((name) => [name, first(name)?.value ?? propertyText(record, name)]),
    ),
  };
}

function withoutHistory({ propertiesWithHistory: _history, ...record }: WireRecord): WireRecord {
  return record;
}

function existed({ calls }: LostCreatesDeps, one: Open, record: WireRecord): Failure {
  const error = new HubSpotConflictError(
    `CONFLICT: a create of ${calls.object} got no answer, and its ${one.property} was taken already by ${record.id}; read or update that one`,
    { existingId: record.id, reasons: [{ property: one.property, code: "CONFLICT" }] },
  );
  return failureOf(one.index, error) as Failure;
}

/** Nothing could be found out: what is known, and what a person can check. */
function reported(
  { calls }: LostCreatesDeps,
  { index, outcome, sentAt }: Lost,
  { why, record }: { readonly why?: string; readonly record?: WireRecord | null },
): Failure {
  const before = outcome.error instanceof HubSpotUnknownOutcomeError ? outcome.error : null;
  const existingId = record?.id ?? outcome.existingId ?? null;
  const check =
    existingId === null
      ? "look for it by what was sent before creating it again (the search index lags behind)"
      : `record ${existingId} has its unique value and may be it or somebody else's: read that one`;
  const error = new HubSpotUnknownOutcomeError(
    `UNKNOWN_OUTCOME: a create of ${calls.object} was sent and no answer says whether it took effect${why === undefined ? "" : `, and ${why}`}; ${check}`,
    {
      check,
      existingId,
      route: before?.route ?? null,
      status: before?.status ?? null,
      correlationId: before?.correlationId ?? null,
      details: { sentAt },
      ...(before?.cause instanceof HubspokeError ? { cause: before.cause } : {}),
    },
  );
  return { ...(failureOf(index, error) as Failure), ...(existingId === null ? {} : { existingId }) };
}

function sentValue({ input }: Lost, name: string): string {
  return (input.properties[name] ?? "").trim();
}
