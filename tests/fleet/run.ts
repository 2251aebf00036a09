import { parseArgs } from "node:util";
import { chance } from "../simulation/base/random.ts";
import { processes, siege } from "./siege.ts";
import { quota, scaling } from "./throughput.ts";

const usage = `npx -y pnpm@12 test:fleet
  --kills N        how many of ${processes} worker processes die by kill -9 (default 10)
  --only NAME      siege, scaling or quota (default: all three)
  --seed S         what is done and when they die (default 1); real processes never run the same way twice
  --postgres URL   default DATABASE_URL, else the server on this machine
  --redis URL      default REDIS_URL, else the server on this machine`;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "10" },
    only: { type: "string" },
    seed: { type: "string", default: "1" },
    postgres: { type: "string", default: process.env.DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/postgres" },
    redis: { type: "string", default: process.env.REDIS_URL ?? "redis://127.0.0.1:6379" },
    help: { type: "boolean", default: false },
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const parts: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  async siege() {
    const { found, counts } = await siege(values, chance(Number(values.seed), "fleet"), Number(values.kills));
    say(`siege: ${JSON.stringify(counts)}`);
    return found;
  },
  async scaling() {
    const { rates, found } = await scaling(values);
    for (const { processes, recordsPerSecond, times } of rates)
      say(`scaling: ${processes} processes, ${recordsPerSecond.toFixed(0)} records/s, ${times.toFixed(2)} times one`);
    return found;
  },
  async quota() {
    const { used, found } = await quota(values);
    say(`quota: ${(used * 100).toFixed(0)} % of what HubSpot allows was used`);
    return found;
  },
};

if (values.help) say(usage);
else {
  let sound = true;
  for (const [name, part] of Object.entries(parts)) {
    if (values.only !== undefined && values.only !== name) continue;
    const began = performance.now();
    const found = await part();
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    say(`${name}: ${found.length === 0 ? "holds" : "FAILS"}, ${seconds} s`);
    for (const one of found.slice(0, 20)) say(`  ${one}`);
    sound &&= found.length === 0;
  }
  process.exitCode = sound ? 0 : 1;
}
