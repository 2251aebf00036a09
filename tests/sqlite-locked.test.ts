import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHubSpoke, privateApp } from "@hubspoke/core";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { signedWebhookRequest } from "@hubspoke/testing";
import { expect, it, onTestFinished } from "vitest";

const webhooks = { publicUrl: "https://app.example.com/hubspot/webhooks", secrets: "app-secret" };

async function heard(child: ChildProcess, word: string): Promise<void> {
  const [said] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  expect(String(said).trim()).toBe(word);
}

/** Another process takes the write lock of the file. */
async function lock(path: string): Promise<ChildProcess> {
  const script = new URL("./locked/holder.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--no-warnings", script, path], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill());
  await heard(child, "locked");
  return child;
}

async function release(holder: ChildProcess): Promise<void> {
  holder.stdin?.write("let go\n");
  await heard(holder, "free");
}

/** A process of ours, whose waits for the lock are counted and last one turn of the event loop each. */
function office(onWait: () => Promise<void> = () => new Promise((resolve) => setImmediate(resolve))) {
  const folder = mkdtempSync(join(tmpdir(), "hubspoke-locked-"));
  const path = join(folder, "store.db");
  const waits: number[] = [];
  const storage = sqliteStorage({
    path,
    sleep: async (ms) => {
      waits.push(ms);
      await onWait();
    },
  });
  const hubspoke = createHubSpoke({
    auth: privateApp("pat-sim-1"),
    storage,
    keys: { current: "k1", keys: { k1: "11".repeat(32) } },
    webhooks,
  });
  onTestFinished(async () => {
    await hubspoke.close();
    rmSync(folder, { recursive: true });
  });
  let deliveries = 0;
  const deliver = async (): Promise<Response> => {
    const event = {
      ...{ eventId: ++deliveries, subscriptionId: 7, portalId: 100, appId: 9, occurredAt: Date.now() },
      ...{ subscriptionType: "contact.creation", attemptNumber: 0, objectId: 501 },
    };
    const request = await signedWebhookRequest({
      url: webhooks.publicUrl,
      secret: webhooks.secrets,
      events: [event],
      timestamp: Date.now(),
    });
    return hubspoke.handle(request, { routers: ["webhooks"], basePath: "/hubspot" });
  };
  return { path, storage, hubspoke, deliver, waits };
}

it("another process that holds SQLite's lock for seconds: 503 within one, reads go on, and the repeat is taken", async () => {
  const o = office();
  expect((await o.deliver()).status).toBe(204);
  const holder = await lock(o.path);
  let turns = 0;
  let answered = false;
  const turn = (): void => {
    turns++;
    if (!answered) setImmediate(turn);
  };
  setImmediate(turn);
  const refused = o.deliver().finally(() => {
    answered = true;
  });
  expect((await o.storage.inbox.depth()).waiting, "reads wait for nobody").toBe(1);
  const response = await refused;
  expect(response.status, "answered while the lock is held").toBe(503);
  expect(await response.json()).toMatchObject({ error: { code: "STORE_BUSY" } });
  expect(
    o.waits.reduce((sum, ms) => sum + ms, 0),
    "and without a second of waiting",
  ).toBeLessThan(1_000);
  expect(turns, "the event loop turned at every wait").toBeGreaterThanOrEqual(o.waits.length);

  await release(holder);
  expect((await o.deliver()).status, "HubSpot delivers again").toBe(204);
  expect((await o.storage.inbox.depth()).waiting).toBe(2);
});

it("a lock that is given back meanwhile: the delivery is acknowledged", async () => {
  let letGo = async (): Promise<void> => {};
  const o = office(() => letGo());
  expect((await o.deliver()).status).toBe(204);
  const holder = await lock(o.path);
  letGo = () => release(holder);
  expect((await o.deliver()).status).toBe(204);
  expect(o.waits, "after one wait").toEqual([1]);
  expect((await o.storage.inbox.depth()).waiting).toBe(2);
});
