import { createHubSpoke, privateApp } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import type { Metrics } from "@hubspoke/core/ports";
import { expect, test } from "vitest";

async function depthsAsked(metrics?: Metrics): Promise<number> {
  const storage = memoryStorage();
  const { outbox } = storage;
  let asked = 0;
  const depth: typeof outbox.depth = (...of) => {
    asked++;
    return outbox.depth(...of);
  };
  await using hubspoke = createHubSpoke({
    auth: privateApp("pat-na1-1"),
    storage: { ...storage, outbox: { ...outbox, depth } },
    keys: { current: "k1", keys: { k1: "11".repeat(32) } },
    transport: { send: () => Promise.reject(new Error("no network")), close: async () => {} },
    telemetry: false,
    ...(metrics && { metrics }),
  });
  await hubspoke.worker().runJob("outbox");
  return asked;
}

test("how long the outbox is, is asked for where somebody measures it, and for nobody else", async () => {
  const recorded: string[] = [];
  const sink: Metrics = { count() {}, record: (name) => recorded.push(name) };
  expect([await depthsAsked(), await depthsAsked(sink)]).toEqual([0, 1]);
  expect(recorded).toEqual(["outbox.depth_jobs"]);
});
