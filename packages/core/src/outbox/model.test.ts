import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import { manualClock } from "../webhooks/testing.fixture.ts";
import { type Bed, bed } from "./testing.fixture.ts";

const input = z.strictObject({ n: z.number(), who: z.string() });

/** What becomes of one attempt: it works, fails for now or for good, or its process dies before or after the effect. */
type Fate = "works" | "later" | "never" | "dies-before" | "dies-after" | "wakes-late";
const fate: fc.Arbitrary<Fate> = fc.constantFrom(
  "works",
  "works",
  "later",
  "never",
  "dies-before",
  "dies-after",
  "wakes-late",
);
type Step = { readonly put: { readonly who: string; readonly key: number } } | { readonly passes: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ put: fc.record({ who: fc.constantFrom("ann", "bob"), key: fc.integer({ min: 0, max: 12 }) }) }),
  fc.record({ passes: fc.constantFrom(1_000, 60_000, 400_000) }),
);

interface Effect {
  readonly who: string;
  readonly key: string;
}

/** A handler whose attempts meet the fates in turn, on one store with others like it. */
function processOn(one: Bed, fates: Fate[], effects: Effect[], late: (() => void)[]): void {
  one.kinds.add({
    name: "job",
    input,
    order: ({ who }) => who,
    async run({ who }, job) {
      const is = fates.shift() ?? "works";
      if (is === "later") throw new HubspokeError("NETWORK_FAILED", "NETWORK_FAILED: no");
      if (is === "never") throw new HubspokeError("VALIDATION_FAILED", "VALIDATION_FAILED: no");
      if (is === "dies-before") await new Promise(() => undefined);
      if (is === "wakes-late") await new Promise<void>((resolve) => late.push(resolve));
      await job.confirm();
      effects.push({ who, key: job.idempotencyKey });
      if (is === "dies-after") await new Promise(() => undefined);
      return { result: { who } };
    },
  });
}

describe("the outbox under everything at once", () => {
  it("does each job, in one person's order, and never one that another process has taken over", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.array(fate, { maxLength: 25 }), async (steps, fates) => {
        const [storage, clock] = [memoryStorage(), manualClock()];
        const [effects, late, order]: [Effect[], (() => void)[], Effect[]] = [[], [], []];
        const processes = [bed(storage, clock), bed(storage, clock)];
        for (const one of processes) processOn(one, fates, effects, late);
        const turn = async (): Promise<void> => {
          for (const one of processes) void one.tick();
          await clock.advance(0);
          for (const wake of late.splice(0, late.length > 1 ? 1 : 0)) wake();
          await clock.advance(0);
        };
        for (const one of steps) {
          if ("put" in one) {
            const { who, key } = one.put;
            const idempotencyKey = `${who}-${key}`;
            const options = { tenant: "acme", idempotencyKey };
            const { outcome } = (await processes[0]?.outbox.enqueue("job", { n: key, who }, options)) ?? {};
            if (outcome === "new") order.push({ who, key: idempotencyKey });
          } else await clock.advance(one.passes);
          await turn();
        }
        for (let i = 0; i < 40; i++) {
          for (const wake of late.splice(0)) wake();
          await clock.advance(900_000);
          await turn();
        }
        const { items } = (await processes[0]?.outbox.list({ tenant: "acme", limit: 200 })) ?? { items: [] };
        expect(items.filter(({ state }) => state === "waiting")).toEqual([]);
        const done = new Set(items.filter(({ state }) => state === "done").map(({ idempotencyKey }) => idempotencyKey));
        // A process that died after its effect leaves the job to another: the effect is repeated, with the same key.
        expect(new Set([...done].filter((key) => !effects.some((effect) => effect.key === key)))).toEqual(new Set());
        for (const who of ["ann", "bob"]) {
          const first = [...new Set(effects.filter((one) => one.who === who).map(({ key }) => key))];
          const wanted = order.filter((one) => one.who === who && first.includes(one.key)).map(({ key }) => key);
          expect(first, "in the order they were put in").toEqual(wanted);
          const lastOf = (key: string): number => effects.findLastIndex((one) => one.key === key);
          const firstOf = (key: string): number => effects.findIndex((one) => one.key === key);
          for (const [i, key] of wanted.entries()) {
            const next = wanted[i + 1];
            if (next !== undefined)
              expect(lastOf(key), "nothing of a job after its successor began").toBeLessThan(firstOf(next));
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
