import { expect, test } from "vitest";
import { memoryStorage } from "../memory/memory-storage.ts";
import type { Job, JobResult } from "../ports/job.ts";
import { onceAnHour } from "./once-an-hour.ts";

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 20, 12);

interface Bench {
  /** Another process with the same job. */
  process(answer?: (now: number) => JobResult): (now: number) => Promise<JobResult>;
  /** When the job itself ran, and in which process. */
  readonly ran: [number, number][];
}

function bench(): Bench {
  const { cursors } = memoryStorage();
  const ran: [number, number][] = [];
  let processes = 0;
  return {
    ran,
    process(answer = (now) => ({ did: 1, nextAt: now + hour })) {
      const own = ++processes;
      const job: Job = {
        name: "sweep",
        async run({ now }) {
          ran.push([own, now - start]);
          return answer(now);
        },
      };
      const shared = onceAnHour(cursors, job);
      return (now) => shared.run({ now, deadline: now + 1_000, signal: new AbortController().signal });
    },
  };
}

test("one process runs it an hour, whichever comes first; the others come back when it is over", async () => {
  const { process, ran } = bench();
  const [first, other] = [process(), process()];
  expect(await first(start)).toEqual({ did: 1, nextAt: start + hour });
  expect(await other(start + 60_000)).toEqual({ did: 0, nextAt: start + hour });
  expect(await process()(start + hour - 1)).toEqual({ did: 0, nextAt: start + hour });
  await other(start + hour);
  expect(await first(start + hour)).toEqual({ did: 0, nextAt: start + 2 * hour });
  expect(ran).toEqual([
    [1, 0],
    [2, hour],
  ]);
});

test("of two that come at the same moment one runs it", async () => {
  const { process, ran } = bench();
  const results = await Promise.all([process()(start), process()(start)]);
  expect(results.map(({ did }) => did).toSorted()).toEqual([0, 1]);
  expect(ran).toHaveLength(1);
});

test("what is left of a round is the same process's, at once, until it is done", async () => {
  const { process, ran } = bench();
  let left = 2;
  const first = process((now) => ({ did: 1, nextAt: left-- > 0 ? now : now + hour }));
  for (let at = 0; at < 4; at++) await first(start + at);
  await process()(start + 5);
  expect(ran).toEqual([
    [1, 0],
    [1, 1],
    [1, 2],
  ]);
});

test("a round that failed is tried again by whoever began it", async () => {
  const { process, ran } = bench();
  let broken = true;
  const first = process((now) => {
    if (broken) throw new Error("the store was away");
    return { did: 1, nextAt: now + hour };
  });
  await expect(first(start)).rejects.toThrow("away");
  broken = false;
  expect(await first(start + 1_000)).toEqual({ did: 1, nextAt: start + 1_000 + hour });
  expect(ran).toHaveLength(2);
});

test("a clock that was ahead puts nothing off", async () => {
  const { process, ran } = bench();
  await process()(start + 48 * hour);
  await process()(start);
  expect(ran).toEqual([
    [1, 48 * hour],
    [2, 0],
  ]);
});
