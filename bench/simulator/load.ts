/** Loads people with histories into an empty simulator, and says how long that took and what it holds. */
import { createHubSpotSimulator } from "@hubspoke/testing/simulator";

const [count = "100000", edits = "3"] = process.argv.slice(2);
const simulator = createHubSpotSimulator();
const held = (): number => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const before = held();
const start = performance.now();
simulator.seedContacts(Number(count), { edits: Number(edits) });
const seconds = (performance.now() - start) / 1_000;
console.log(JSON.stringify({ seconds, megabytes: (held() - before) / 1e6, size: simulator.portal().contacts.size }));
