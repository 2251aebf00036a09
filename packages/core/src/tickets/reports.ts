import * as z from "zod/mini";
import type { RecordKeys } from "../keyed-records/record-keys.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { CursorStore } from "../ports/cursor-store.ts";
import type { Tenant } from "../ports/ids.ts";
import { parse } from "../util/parse.ts";
import type { TicketInput } from "./inputs.ts";

/** What a monitor has found. */
export interface OutageReport {
  /** What is watched, such as `asr_below_threshold:trunk_456`. */
  readonly outage: string;
  /** The ticket, while something is wrong; null: all is well. */
  readonly ticket: TicketInput | null;
  /** The last word, for a ticket that is closed. */
  readonly content?: string;
  /**
   * Hears that an outage begins or is over. Where the process is killed before that is noted, the next report tells it once
   * more, with the same key.
   */
  readonly changed?: (to: "opened" | "over", key: string) => unknown;
}

/** What a report was: of an outage that begins, goes on or is over, or of none. */
export type Reported = "opened" | "goes on" | "over" | "well";

export interface ReportsDeps {
  readonly outbox: Pick<Outbox, "enqueue">;
  readonly keys: Pick<RecordKeys, "valueOf">;
  readonly cursors: CursorStore;
  readonly clock: { now(): number };
  readonly newId: () => string;
}

/** `count`: how many outages there were, so that each change has a key of its own. `told`: what follows from it is done. */
const stateSchema = z.object({ wrong: z.boolean(), count: z.number(), told: z.boolean() });
type State = z.output<typeof stateSchema> & { readonly version: number };

/** It belongs to the host's monitor and to no account: it must be told while HubSpot is away, or not connected yet. */
const nowhere = "";

/** Notes a report and hands what follows from it to the outbox. Durable when it resolves. */
export async function report(deps: ReportsDeps, tenant: Tenant, finding: OutageReport): Promise<Reported> {
  const { outbox, keys, cursors, clock, newId } = deps;
  const { outage, ticket, content, changed } = finding;
  const name = `outage:${await keys.valueOf(tenant, "outage", outage)}`;
  const keyOf = ({ wrong, count }: State): string => `${name}:${count}:${wrong ? "opened" : "over"}`;

  async function note({ version, ...state }: State): Promise<State | null> {
    const outcome = await cursors.advance(tenant, nowhere, name, JSON.stringify(state), version, clock.now());
    return outcome === "written" ? { ...state, version: version + 1 } : null;
  }

  /** Whoever comes between has done the same. */
  async function tell(state: State): Promise<State | null> {
    await changed?.(state.wrong ? "opened" : "over", keyOf(state));
    return note({ ...state, told: true });
  }

  const cursor = await cursors.read(tenant, nowhere, name);
  let state: State | null =
    cursor === null
      ? { wrong: false, count: 0, told: true, version: 0 }
      : { ...parse(stateSchema, JSON.parse(cursor.value)), version: cursor.version };
  const wrong = ticket !== null;
  const change = wrong !== state.wrong;
  if (change) {
    // Of a process that was killed: what it was about to tell comes first.
    if (!state.told) state = await tell(state);
    if (state !== null) state = await note({ ...state, wrong, count: state.count + (wrong ? 1 : 0), told: false });
    if (state === null) return report(deps, tenant, finding);
  }
  const idempotencyKey = state.told ? newId() : keyOf(state);
  if (wrong) await outbox.enqueue("ticket.open", { outage, ticket }, { tenant, idempotencyKey });
  else if (!state.told) {
    const last = content === undefined ? {} : { content };
    await outbox.enqueue("ticket.resolve", { outage, ...last }, { tenant, idempotencyKey });
  }
  if (!state.told) await tell(state);
  if (wrong) return change ? "opened" : "goes on";
  return change ? "over" : "well";
}
