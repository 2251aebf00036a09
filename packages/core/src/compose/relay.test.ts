import { expect, test } from "vitest";
import type { Outbox } from "../outbox/outbox.ts";
import type { ScheduleDefinition } from "../schedules/definition.ts";
import type { ScheduleHandle } from "../schedules/schedules.ts";
import { relay } from "./relay.ts";

test("a table that gives the same jobs again ends the run, which says what `done` has to do", async () => {
  const rows = Array.from({ length: 200 }, (_, i) => ({ key: `k${i}`, input: {} }));
  const taken: ScheduleDefinition[] = [];
  let asked = 0;
  relay(
    {
      outbox: { enqueueMany: async () => [], enqueue: async () => undefined } as unknown as Outbox,
      schedule: (definition) => {
        taken.push(definition);
        return {} as ScheduleHandle;
      },
    },
    {
      name: "events",
      kind: "event",
      take: async () => (++asked > 9 ? [] : rows),
      done: async () => {},
    },
  );
  const [schedule] = taken as [ScheduleDefinition];
  const run = async () => schedule.run({ tenant: "acme", signal: AbortSignal.any([]) } as never);
  await expect(run()).rejects.toMatchObject({ code: "INPUT_INVALID", message: expect.stringContaining("`done`") });
  expect(asked).toBe(2);
});
