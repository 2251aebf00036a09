/**
 * Look-ups one after the other through the public call, everything on, over SQLite in a file. First argument: `memory`
 * (this process keeps the numbers) or `store` (it keeps one, so each is read and opened). Prints look-ups for each second
 * and for each second of processor time, every audit row written by then; and what single ones took, in ms: between
 * writes of the audit trail, and over all.
 */
import { join } from "node:path";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { ctx, directoryOver, folder, learn, numberOf } from "./directory.ts";

const memoryEntries = process.argv[2] === "store" ? 1 : 10_000;
const count = process.argv[2] === "store" ? 40_000 : 100_000;
const people = 5_000;
const path = join(folder(), "store.db");
const filling = sqliteStorage({ path });
await learn(filling, people);
await filling.close();

/** As people write them. */
const spellings = Array.from({ length: people }, (_, i) => {
  const number = numberOf(i);
  return `(${number.slice(2, 5)}) ${number.slice(5, 8)}-${number.slice(8)}`;
});

const storage = sqliteStorage({ path });
const hubspoke = directoryOver(storage, { directory: { memoryEntries } });

async function ask(times: number, took?: number[]): Promise<void> {
  for (let i = 0; i < times; i++) {
    const began = took === undefined ? 0 : performance.now();
    const { contact } = await hubspoke.directory.lookupByPhone(spellings[(i * 1_999) % people] as string, ctx);
    took?.push(performance.now() - began);
    if (contact === null) throw new Error("somebody is not known");
  }
}

const written = (): Promise<unknown> => hubspoke.worker().tick({ budgetMs: 5_000 });

await ask(2 * people);
await written();

// Fewer than a batch of the audit trail, many times: none of these waits for a write.
const quiet: number[] = [];
for (let round = 0; round < 10; round++) {
  await ask(1_000, quiet);
  await written();
}
const all: number[] = [];
await ask(20_000, all);
await written();

const [began, used] = [performance.now(), process.cpuUsage()];
await ask(count);
await hubspoke.close();
const { user, system } = process.cpuUsage(used);
const perSecond = (count / (performance.now() - began)) * 1_000;
console.log(JSON.stringify({ perSecond, perProcessorSecond: (count / (user + system)) * 1e6, quiet, all }));
