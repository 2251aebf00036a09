import { HubSpotError } from "../errors/hubspot-errors.ts";
import type { BatchOutcome } from "../model/record.ts";
import { readMany } from "./batches.ts";
import type { ObjectCalls } from "./object-calls.ts";
import type { WireRecord } from "./wire.ts";

interface Waiter {
  readonly id: string;
  readonly resolve: (record: WireRecord) => void;
  readonly reject: (error: unknown) => void;
}

interface Group {
  readonly calls: ObjectCalls;
  readonly idProperty: string | undefined;
  readonly properties: Set<string>;
  readonly waiters: Set<Waiter>;
  readonly stop: AbortController;
}

/**
 * Joins single reads made in one tick into one batch read of up to 100. Reads of different ticks never share an
 * answer: one issued after a write must see that write. Each caller keeps its own properties, error and abort.
 */
export class Coalescer {
  readonly #groups = new Map<string, Group>();

  /** `key` says which reads may share a call: tenant, object, lane, id property. */
  read(
    key: string,
    calls: ObjectCalls,
    id: string,
    properties: readonly string[],
    idProperty: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<WireRecord> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(aborted(calls.object, false));
      const group = this.#group(key, calls, idProperty);
      for (const name of properties) group.properties.add(name);
      const done = (): void => {
        group.waiters.delete(waiter);
        signal?.removeEventListener("abort", onAbort);
      };
      const waiter: Waiter = {
        id,
        resolve: (record) => {
          done();
          resolve(record);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      const onAbort = (): void => {
        waiter.reject(aborted(calls.object, true));
        // Nobody is left to read for: what is queued is taken out and what is on its way is cut. While reads may still
        // join, nothing has begun, and whoever joins is no part of this abort.
        if (group.waiters.size === 0 && this.#groups.get(key) !== group) group.stop.abort();
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      group.waiters.add(waiter);
    });
  }

  #group(key: string, calls: ObjectCalls, idProperty: string | undefined): Group {
    const open = this.#groups.get(key);
    if (open !== undefined) return open;
    const group: Group = { calls, idProperty, properties: new Set(), waiters: new Set(), stop: new AbortController() };
    this.#groups.set(key, group);
    // Two turns of the microtask queue: reads that follow one resolved promise still share the call.
    queueMicrotask(() =>
      queueMicrotask(() => {
        this.#groups.delete(key);
        void this.#run(group);
      }),
    );
    return group;
  }

  async #run(group: Group): Promise<void> {
    const waiters = [...group.waiters];
    const ids = [...new Set(waiters.map((waiter) => waiter.id))];
    const [only] = ids;
    if (only === undefined) return;
    const calls = group.calls.with({ signal: group.stop.signal });
    const shape = {
      properties: [...group.properties],
      ...(group.idProperty === undefined ? {} : { idProperty: group.idProperty }),
    };
    try {
      if (ids.length === 1 && group.idProperty === undefined) {
        const record = await calls.read(only, shape);
        for (const waiter of waiters) waiter.resolve(record);
        return;
      }
      // Each asked for one record alone: who was given up unsent for what others asked for has an answer of its own.
      const own = async (of: BatchOutcome<WireRecord> | undefined) =>
        of?.ok === false && of.code === "NOT_SENT" ? (await readMany(calls, [ids[of.index] as string], shape))[0] : of;
      const outcomes = new Map((await readMany(calls, ids, shape)).map((outcome) => [ids[outcome.index], outcome]));
      for (const waiter of waiters) give(waiter, calls, await own(outcomes.get(waiter.id)));
    } catch (error) {
      for (const waiter of waiters) waiter.reject(error);
    }
  }
}

function give(waiter: Waiter, calls: ObjectCalls, outcome: BatchOutcome<WireRecord> | undefined): void {
  if (outcome?.ok === true) waiter.resolve(outcome.value);
  else waiter.reject(outcome?.error ?? calls.notFound());
}

function aborted(object: string, sent: boolean): HubSpotError {
  return new HubSpotError("ABORTED", `ABORTED: reading ${object} was aborted`, { details: { sent } });
}
