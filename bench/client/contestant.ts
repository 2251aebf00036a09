/** Reads in a process of its own, so that its processor time is its own; a slice at a time, when its parent says so. */
import { contestants } from "./contestants.ts";

export interface Slice {
  readonly concurrency: number;
  readonly milliseconds: number;
}

export interface Speed {
  readonly perSecond: number;
  readonly processorMicros: number;
}

const [, , name = "", url = ""] = process.argv;
const read = await contestants[name]?.(url);
if (read === undefined) throw new Error(`Nobody is called ${name}`);

process.on("message", (slice: Slice) => void run(slice).then((speed) => process.send?.(speed)));
process.on("disconnect", () => process.exit());
process.send?.("ready");

async function run({ concurrency, milliseconds }: Slice): Promise<Speed> {
  const processor = process.cpuUsage();
  const start = performance.now();
  let reads = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() - start < milliseconds) {
      await read?.();
      reads++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  const seconds = (performance.now() - start) / 1_000;
  const spent = process.cpuUsage(processor);
  return { perSecond: reads / seconds, processorMicros: (spent.user + spent.system) / reads };
}
