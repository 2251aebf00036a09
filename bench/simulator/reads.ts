/** Reads single contacts from a served simulator over as many connections as keep it busy. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:http";

const CONNECTIONS = 32;
const WARM_UP_MS = 2_000;
const MEASURED_MS = 5_000;

interface Served {
  readonly url: string;
  readonly token: string;
  readonly ids: readonly string[];
}

const child = fork(new URL("server.ts", import.meta.url), { execArgv: process.execArgv });
const [served] = (await once(child, "message")) as [Served];
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
let reads = 0;
let stopped = false;

function read(id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${served.token}` };
    get(`${served.url}/crm/objects/2026-09/contacts/${id}`, { agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`Answered ${response.statusCode}`));
      response.resume().once("end", resolve);
    }).once("error", reject);
  });
}

async function keepReading(): Promise<void> {
  while (!stopped) {
    await read(served.ids[reads % served.ids.length] ?? "");
    reads++;
  }
}

/** Seconds on the processor, in user and system time. */
async function processorTime(server: ChildProcess): Promise<number> {
  server.send("cpu");
  const [usage] = (await once(server, "message")) as [NodeJS.CpuUsage];
  return (usage.user + usage.system) / 1e6;
}

const readers = Array.from({ length: CONNECTIONS }, keepReading);
await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
const before = { reads, at: performance.now(), processor: await processorTime(child) };
await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
const counted = reads - before.reads;
const seconds = (performance.now() - before.at) / 1_000;
const processor = (await processorTime(child)) - before.processor;
stopped = true;
await Promise.all(readers);
agent.destroy();
child.kill();
console.log(JSON.stringify({ perSecond: counted / seconds, perProcessorSecond: counted / processor }));
