/** One queue in a process of its own, so that its processor time is its own; a turn at a time, when its parent says so. */
import { queues } from "./queues.ts";

/** What one turn took. */
export interface Turn {
  readonly putPerSecond: number;
  readonly donePerSecond: number;
  /** Of putting one in, taking and finishing it, in this process. */
  readonly processorMicros: number;
}

const [, , name = "", url = "", schema = ""] = process.argv;
const queue = queues[name]?.(url, schema);
if (queue === undefined) throw new Error(`Nobody is called ${name}`);
await queue.open();

process.on("message", (asked: number | "end") => {
  if (asked === "end") void queue.close().then(() => process.exit());
  else void turn(asked).then((took) => process.send?.(took));
});
process.on("disconnect", () => process.exit());
process.send?.("ready");

let turns = 0;

async function turn(jobs: number): Promise<Turn> {
  const keys = Array.from({ length: jobs }, (_, i) => `${turns}-${i}`);
  turns++;
  const processor = process.cpuUsage();
  const start = performance.now();
  await queue?.put(keys);
  const between = performance.now();
  const done = await queue?.drain();
  const end = performance.now();
  if (done !== jobs) throw new Error(`${name} did ${done} of ${jobs}`);
  const { user, system } = process.cpuUsage(processor);
  return {
    putPerSecond: (jobs / (between - start)) * 1_000,
    donePerSecond: (jobs / (end - between)) * 1_000,
    processorMicros: (user + system) / jobs,
  };
}
