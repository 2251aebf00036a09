import { createHubSpoke, privateApp } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import type { Storage } from "@hubspoke/core/ports";
import { createInboxJob, createWebhookHandlers } from "@hubspoke/core/webhooks";
import { d1Storage } from "@hubspoke/storage-d1";
import { signedWebhookRequest } from "@hubspoke/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { beyondLimits, type CountedD1, countedD1 } from "./counted-d1.ts";
import { d1Databases } from "./databases.ts";

// Workers Free gives an invocation 50 queries, and neither Miniflare nor workerd counts them.

const d1 = d1Databases();

/** A storage that has had its first use, and what it sends from then on. */
async function warm(): Promise<{ readonly storage: Storage; readonly counted: CountedD1 }> {
  const binding = d1();
  const counted = countedD1(await binding());
  const storage = d1Storage(counted);
  await storage.tenants.pin("a", "100", 1);
  counted.reset();
  return { storage, counted };
}

const of = { tenant: "a", portalId: "100", sync: "leads" };
/** As large as a sealed contact with all of the directory's fields. */
const sealed = Uint8Array.from({ length: 700 }, (_, i) => i % 256);
const hash = "a".repeat(43);

/** Every bulk write of the store, for a hundred records of the size they have in use. */
const bulkWrites: Readonly<Record<string, (storage: Storage, ids: readonly string[]) => Promise<unknown>>> = {
  "cache.put": ({ cache }, ids) =>
    cache.put(
      ids.map((id) => ({
        ...of,
        id,
        index: `${hash}${id}`,
        contactId: id,
        sealed,
        keyId: "k1",
        fetchedAt: 1,
        freshUntil: 2,
        expiresAt: 3,
        activeUntil: 0,
      })),
    ),
  "audit.append": ({ audit }, ids) =>
    audit.append(
      ids.map((id) => ({
        tenant: "a",
        id,
        at: 1,
        actorId: "u1",
        actorRole: "support",
        action: "lookup",
        purpose: "call",
        subjectIndex: hash,
        contactId: id,
        outcome: "hit",
        errorCode: null,
        requestId: "r1",
        sealed,
      })),
    ),
  "work.mark": ({ work }, ids) =>
    work.mark(
      ids.map((key) => ({ ...of, queue: "leads", side: "remote", key, priority: 1, availableAt: 0 })),
      1,
    ),
  "links.put": ({ links }, ids) => links.put(ids.map(link)),
  "intents.store": ({ intents }, ids) =>
    intents.store(
      ids.map((id) => ({
        ...of,
        id,
        direction: "to-hubspot",
        kind: "update",
        localId: id,
        hubspotId: id,
        fields: Object.fromEntries(
          ["email", "phone", "firstname"].map((name) => [
            name,
            { read: hash, sent: hash, baseLocal: hash, baseRemote: hash },
          ]),
        ),
        createKey: null,
        readAt: 1,
        attempt: 1,
        state: "stored",
        createdAt: 1,
        fence: 1,
      })),
    ),
  "conflicts.add": ({ conflicts }, ids) =>
    conflicts.add(
      ids.map((id) => ({
        ...of,
        id,
        localId: id,
        hubspotId: id,
        field: "email",
        rule: "latest",
        winner: "parked",
        localAt: [1, 2],
        remoteAt: null,
        localSource: "column",
        remoteSource: "history",
        sealed,
        status: "open",
        at: 1,
      })),
    ),
};

const link = (id: string) => ({
  ...of,
  localId: id,
  hubspotId: id,
  state: "linked" as const,
  base: Object.fromEntries(
    ["email", "phone", "firstname", "lastname"].map((name) => [name, { local: hash, remote: hash }]),
  ),
  remoteSeenAt: 1,
  localSeenAt: 1,
  updatedAt: 1,
  version: 0,
});

const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => `${1_000_000_000 + i}`);

describe("a hundred records cost at most two queries", () => {
  let shared: Awaited<ReturnType<typeof warm>>;
  beforeAll(async () => {
    shared = await warm();
  });

  it.each(Object.entries(bulkWrites))("%s", async (_name, write) => {
    const { storage, counted } = shared;
    counted.reset();
    await write(storage, ids(100));
    expect(counted.sent.length).toBeLessThanOrEqual(2);
    counted.reset();
    await write(storage, ids(1_000));
    expect(counted.sent.length, "a thousand no more than twenty").toBeLessThanOrEqual(20);
    expect(beyondLimits(counted.sent)).toEqual([]);
  });
});

it("what does not fit two megabytes is sent in portions that do, and is all there", async () => {
  const { storage, counted } = await warm();
  const rows = ids(12).map((id) => ({
    ...of,
    id,
    index: id,
    contactId: id,
    sealed: new Uint8Array(d1Storage(counted).capabilities.maxValueBytes),
    keyId: "k1",
    fetchedAt: 1,
    freshUntil: 2,
    expiresAt: 3,
    activeUntil: 0,
  }));
  expect(await storage.cache.put(rows)).toEqual(rows.map(() => "written"));
  expect(counted.sent.length, "one row fills a statement").toBe(12);
  expect(counted.trips, "and all of them travel at once").toBe(1);
  expect(beyondLimits(counted.sent)).toEqual([]);
  expect((await storage.cache.stats("a", "100", 1)).positive).toBe(12);
});

it("an invocation that finds its schema asks for it once", async () => {
  const binding = d1();
  await d1Storage(await binding()).migrate();
  const counted = countedD1(await binding());
  await d1Storage(counted).tenants.get("a");
  expect(counted.sent.map(({ sql }) => sql.replace(/\s+/g, " ").trim())).toEqual([
    "select max(version) as version from hubspoke_schema",
    expect.stringContaining("from hubspoke_tenants where tenant = ?"),
  ]);
});

describe("a delivery of a thousand events", () => {
  const publicUrl = "https://app.example.com/hubspot/webhooks";
  const secrets = "app-secret";
  const now = 1_790_000_000_000;
  const events = ids(1_000).map((objectId, i) => ({
    eventId: i + 1,
    subscriptionId: 7,
    portalId: 100,
    appId: 9,
    occurredAt: now,
    subscriptionType: "contact.propertyChange",
    attemptNumber: 0,
    objectId: Number(objectId),
    propertyName: "phone",
    propertyValue: "+19025551234",
    changeSource: "CRM_UI",
    sourceId: "userId:1",
  }));
  const clock = {
    now: () => now,
    sleep: async () => {
      throw new HubspokeError("INTERNAL", "nothing here waits");
    },
  };

  it("is stored, from signature to 204, in at most 25 queries, and becomes work in ten", async () => {
    const { storage, counted } = await warm();
    const hubspoke = createHubSpoke({
      auth: privateApp("pat-sim-1"),
      storage,
      keys: { current: "k1", keys: { k1: "11".repeat(32) } },
      webhooks: { publicUrl, secrets },
      clock,
    });
    const request = await signedWebhookRequest({ url: publicUrl, secret: secrets, events, timestamp: now });
    const response = await hubspoke.handle(request, { routers: ["webhooks"], basePath: "/hubspot" });
    expect(response.status).toBe(204);
    expect(counted.sent.length).toBeLessThanOrEqual(25);
    expect((await storage.inbox.depth()).waiting).toBe(1_000);

    const job = createInboxJob({
      ...storage,
      queuesFor: () => ["leads"],
      handlers: createWebhookHandlers(),
      clock,
      random: () => 0.5,
    });
    counted.reset();
    const { did } = await job.run({ now, deadline: now + 1, signal: new AbortController().signal });
    expect(did).toBe(1_000);
    expect(counted.sent.length, "and one that finds nothing left").toBeLessThanOrEqual(10);
    expect((await storage.work.depth("a", "leads")).waiting).toBe(1_000);
  });
});
