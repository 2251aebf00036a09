import { expect, test } from "vitest";
import { testClock } from "../http/virtual-clock.fixture.ts";
import type { Job, JobResult } from "../ports/job.ts";
import { createWorker } from "./create-worker.ts";
import type { QueueMessageLike } from "./queue-dispatch.ts";

interface Sent {
  readonly body: unknown;
  readonly delaySeconds?: number;
}

/** A queue that keeps what is sent, and messages that keep what becomes of them. */
function queued(jobs: Readonly<Record<string, () => JobResult | Promise<JobResult>>>) {
  const clock = testClock();
  const sent: Sent[] = [];
  const fate: string[] = [];
  const queue = {
    send: async (body: unknown, options: { readonly delaySeconds?: number } = {}) =>
      void sent.push({ body, ...options }),
    sendBatch: async (messages: readonly Sent[]) => void sent.push(...messages),
  };
  const all = Object.entries(jobs).map(([name, run]): Job => ({ name, run: async () => run() }));
  const worker = createWorker({ clock, jobs: all });
  const message = (body: unknown, attempts = 1): QueueMessageLike => ({
    body,
    attempts,
    ack: () => void fate.push("ack"),
    retry: ({ delaySeconds } = {}) => void fate.push(`retry in ${delaySeconds}`),
  });
  const turn = (job: string, attempts = 1) => message({ job, until: clock.now() + 60_000 }, attempts);
  return { clock, sent, fate, dispatch: worker.dispatchOver(queue), message, turn };
}

test("cron sends a message for each job, which holds its name and a time and nothing else", async () => {
  const idle = () => ({ did: 0 });
  const { dispatch, sent, clock } = queued({ inbox: idle, "sync:apply": idle });
  await dispatch.scheduled();
  await dispatch.kick("inbox");
  const until = clock.now() + 60_000;
  expect(sent).toEqual(["inbox", "sync:apply", "inbox"].map((job) => ({ body: { job, until } })));
});

test("a batch runs each job once, while there is more to do", async () => {
  let left = 3;
  let runs = 0;
  const { dispatch, sent, fate, turn } = queued({
    inbox: () => {
      runs++;
      return { did: left-- > 0 ? 1 : 0 };
    },
  });
  await dispatch.consume({ messages: [turn("inbox"), turn("inbox")] });
  expect(runs).toBe(4);
  expect(fate).toEqual(["ack", "ack"]);
  expect(sent).toEqual([]);
});

test("what is left when the budget ends goes on in another message, until the next cron", async () => {
  const { dispatch, sent, fate, turn, clock } = queued({
    endless: async () => {
      await clock.advance(8_000);
      return { did: 1 };
    },
    later: () => ({ did: 0 }),
  });
  const [first, second] = [turn("endless"), turn("later")];
  await dispatch.consume({ messages: [first, second] });
  expect(sent).toEqual([
    { body: first.body, delaySeconds: 0 },
    { body: second.body, delaySeconds: 0 },
  ]);
  expect(fate).toEqual(["ack", "ack"]);
  sent.length = 0;
  await clock.advance(30_000);
  await dispatch.consume({ messages: [first] });
  expect(sent).toEqual([]);
});

test("a job that said when comes then, unless cron comes before", async () => {
  const ahead = { ms: 2_500 };
  const { dispatch, sent, turn, clock } = queued({ soon: () => ({ did: 0, nextAt: clock.now() + ahead.ms }) });
  await dispatch.consume({ messages: [turn("soon")] });
  expect(sent).toMatchObject([{ delaySeconds: 3 }]);
  ahead.ms = 61_000;
  await dispatch.consume({ messages: [turn("soon")] });
  expect(sent).toHaveLength(1);
});

test("a failing job comes again with growing pauses, and the others of the batch are done", async () => {
  const { dispatch, fate, turn } = queued({
    broken: () => Promise.reject(new Error("Key (email)=(ada@example.com)")),
    fine: () => ({ did: 0 }),
  });
  await dispatch.consume({ messages: [turn("broken", 1), turn("fine"), turn("broken", 12)] });
  expect(fate).toEqual(["retry in 2", "retry in 300", "ack"]);
});

test("a message of an older deployment, or of anybody else, is done with", async () => {
  const { dispatch, fate, message, turn } = queued({ inbox: () => ({ did: 0 }) });
  const strange = ["text", null, { job: 1, until: 2 }, { job: "inbox" }].map((body) => message(body));
  await dispatch.consume({ messages: [...strange, turn("removed")] });
  expect(fate).toEqual(strange.map(() => "ack").concat("ack"));
});
