import { describe, expect, it } from "vitest";
import {
  documentedUri,
  type HubSpotSimulator,
  signedWebhookRequest,
  signV1,
  signV2,
  signV3,
  UI_USER,
  type WebhookEvent,
} from "../../src/simulator.ts";
import { bench, CONTACTS } from "./helpers.ts";

const SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
const URI = "https://www.example.com/webhook_uri";
const QUOTED = "{'example_field':'example_value'}";

describe("signatures", () => {
  it("match the published vectors", async () => {
    const event =
      '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]';
    expect(await signV1(SECRET, event)).toBe("232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de");
    expect(await signV1(SECRET, QUOTED)).toBe("69fc6631a867edd4f9e9e627fc5c1148e3fbdd8b21837b6d2b8901c1fa57f750");
    expect(await signV2(SECRET, "GET", URI, "")).toBe(
      "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e",
    );
    expect(await signV2(SECRET, "POST", URI, '{"example_field":"example_value"}')).toBe(
      "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900",
    );
    expect(await signV2(SECRET, "POST", URI, QUOTED)).toBe(
      "4fe4e3a7d3cf09db53be39d0a58130e2aaba074ec123a9e355b876a689a1c383",
    );
    expect(await signV3(SECRET, "POST", URI, QUOTED, 1693657560000)).toBe(
      "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=",
    );
    expect(await signV3(SECRET, "POST", URI, QUOTED, 1700000300000)).toBe(
      "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=",
    );
  });

  it("decode the documented escapes and no others", () => {
    expect(documentedUri("https://a.example/x%2Fy%3a?q=%20%3D%26%2B%40%2C")).toBe(
      "https://a.example/x/y:?q=%20%3D%26%2B@,",
    );
  });

  it("go out with built requests, over the address the receiver knows", async () => {
    const request = await signedWebhookRequest({
      url: URI,
      sendTo: "http://127.0.0.1:9/hook",
      secret: SECRET,
      body: QUOTED,
      timestamp: 1693657560000,
    });
    expect(request.url).toBe("http://127.0.0.1:9/hook");
    expect(request.headers.get("x-hubspot-signature-v3")).toBe("K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=");
    expect(request.headers.get("x-hubspot-request-timestamp")).toBe("1693657560000");
    expect(await request.text()).toBe(QUOTED);
  });
});

async function receive(sim: HubSpotSimulator, status = 200) {
  const bodies: WebhookEvent[][] = [];
  const requests: Request[] = [];
  const result = await sim.deliverWebhooks({
    publicUrl: "https://app.example/hooks",
    handler: async (request) => {
      requests.push(request.clone());
      bodies.push((await request.json()) as WebhookEvent[]);
      return new Response(null, { status });
    },
  });
  return { result, events: bodies.flat(), bodies, requests };
}

describe("deliveries", () => {
  it("tell what changed, and who changed it", async () => {
    const { call, sim, clock } = bench();
    const id = Number((await call(`POST ${CONTACTS}`, { properties: { firstname: "Ann" } })).body.id);
    await clock.advance(60_000);
    sim.portal().contacts.update(String(id), { firstname: "Anna" }, UI_USER);
    sim.portal().contacts.archive(String(id));
    sim.portal().contacts.restore(String(id));
    const { events } = await receive(sim);
    const common = { objectId: id, portalId: 62515, appId: 1, attemptNumber: 0 };
    const api = { ...common, changeSource: "INTEGRATION", sourceId: "1", occurredAt: Date.UTC(2026, 10, 20, 12) };
    const user = {
      ...common,
      changeSource: "CRM_UI",
      sourceId: "userId:1001",
      occurredAt: Date.UTC(2026, 10, 20, 12, 1),
    };
    expect(events).toMatchObject([
      { ...api, subscriptionType: "contact.creation", changeFlag: "NEW" },
      { ...api, subscriptionType: "contact.propertyChange", propertyName: "firstname", propertyValue: "Ann" },
      { ...user, subscriptionType: "contact.propertyChange", propertyName: "firstname", propertyValue: "Anna" },
      { ...user, subscriptionType: "contact.deletion", changeFlag: "DELETED" },
      { ...user, subscriptionType: "contact.restore" },
    ]);
    expect(events[1]?.subscriptionId).toBe(events[2]?.subscriptionId);
    expect(sim.pendingWebhooks).toEqual([]);
  });

  it("report a merge and the loser's deletion, but no property change of the survivor", async () => {
    const { sim } = bench();
    const [a = "", b = ""] = sim.seedContacts(2);
    const { id } = sim.portal().contacts.merge(a, b);
    const { events } = await receive(sim);
    expect(events).toMatchObject([
      {
        subscriptionType: "contact.merge",
        primaryObjectId: Number(a),
        mergedObjectIds: [Number(b)],
        newObjectId: Number(id),
      },
      { subscriptionType: "contact.deletion", objectId: Number(b) },
    ]);
  });

  it("carry signatures that hold", async () => {
    const { sim, clock } = bench();
    sim.portal().contacts.create({ firstname: "Ann" });
    const { requests } = await receive(sim);
    const [request] = requests;
    const body = (await request?.text()) ?? "";
    expect(request?.headers.get("x-hubspot-signature")).toBe(await signV1(sim.appSecret, body));
    expect(request?.headers.get("x-hubspot-signature-v3")).toBe(
      await signV3(sim.appSecret, "POST", "https://app.example/hooks", body, clock.now()),
    );
  });

  it("hold at most 100 events, and repeat what failed", async () => {
    const { sim } = bench({ subscriptions: ["contact.creation"] });
    for (let i = 0; i < 150; i++) sim.portal().contacts.create({ firstname: `P${i}` });
    const failed = await receive(sim, 500);
    expect(failed.bodies.map((batch) => batch.length)).toEqual([100, 50]);
    expect(failed.result).toEqual({ delivered: 0, failed: 150, requests: 2 });
    const again = await receive(sim);
    expect(again.result.delivered).toBe(150);
    expect(again.events.every((event) => event.attemptNumber === 1)).toBe(true);
    expect(again.events.map((event) => event.eventId)).toEqual(failed.events.map((event) => event.eventId));
  });

  it("are given up after ten retries", async () => {
    const { sim } = bench({ subscriptions: ["contact.creation"] });
    sim.portal().contacts.create({ firstname: "Ann" });
    for (let attempt = 0; attempt < 11; attempt++) expect((await receive(sim, 500)).events).toHaveLength(1);
    expect(sim.pendingWebhooks).toEqual([]);
  });

  it("cover only what is subscribed to", async () => {
    const { sim } = bench({ subscriptions: ["contact.deletion", "contact.propertyChange:email"] });
    const { id } = sim.portal().contacts.create({ firstname: "Ann", email: "ann@acme.example" });
    sim.portal().contacts.archive(id);
    const { events } = await receive(sim);
    expect(events.map((event) => event.propertyName ?? event.subscriptionType)).toEqual(["email", "contact.deletion"]);
  });

  it("do not tell of fixtures", () => {
    const { sim } = bench();
    sim.seedContacts(10);
    expect(sim.pendingWebhooks).toEqual([]);
  });
});

describe("what goes wrong with webhooks", () => {
  const CREATIONS = { subscriptions: ["contact.creation"] };
  const many = (sim: HubSpotSimulator, n: number) => {
    for (let i = 0; i < n; i++) sim.portal().contacts.create({ firstname: `P${i}` });
  };

  it("some are lost, some come twice", async () => {
    const { sim } = bench({ ...CREATIONS, webhookFaults: { lose: 0.3, duplicate: 0.3 } });
    many(sim, 400);
    const { events } = await receive(sim);
    const ids = new Set(events.map((event) => event.objectId));
    expect(ids.size).toBeGreaterThan(240);
    expect(ids.size).toBeLessThan(320);
    const twice = events.length - ids.size;
    expect(twice).toBeGreaterThan(50);
    expect(new Set(events.map((event) => event.eventId)).size).toBe(ids.size);
  });

  it("order is not kept", async () => {
    const { sim } = bench({ ...CREATIONS, webhookFaults: { reorder: true } });
    many(sim, 50);
    const ids = (await receive(sim)).events.map((event) => event.objectId ?? 0);
    expect(ids).not.toEqual(ids.toSorted((a, b) => a - b));
    expect(new Set(ids).size).toBe(50);
  });

  it("they come late, each in its own time", async () => {
    const { sim, clock } = bench({ ...CREATIONS, webhookFaults: { delay: { min: 1_000, max: 60_000 } } });
    many(sim, 50);
    expect((await receive(sim)).events).toEqual([]);
    await clock.advance(30_000);
    const half = (await receive(sim)).events.length;
    expect(half).toBeGreaterThan(10);
    expect(half).toBeLessThan(40);
    await clock.advance(30_000);
    expect((await receive(sim)).events).toHaveLength(50 - half);
  });

  it("a retry may have another eventId", async () => {
    const { sim } = bench({ ...CREATIONS, webhookFaults: { freshIdsOnRetry: true } });
    many(sim, 1);
    const first = (await receive(sim, 500)).events[0];
    expect((await receive(sim)).events[0]?.eventId).not.toBe(first?.eventId);
  });

  it("ids may be shared, and sources written in two ways", async () => {
    const { sim, call } = bench({ ...CREATIONS, webhookFaults: { repeatIds: 0.5, prefixedSourceId: true } });
    await call(`POST ${CONTACTS}`, { properties: {} });
    many(sim, 50);
    const { events } = await receive(sim);
    const ids = new Set(events.map((event) => event.eventId));
    expect(ids.size).toBeGreaterThan(15);
    expect(ids.size).toBeLessThan(40);
    expect(events.slice(0, 2).map((event) => event.sourceId)).toEqual(["appId:1", "userId:1001"]);
  });

  it("a storm tells of nothing new", async () => {
    const { sim } = bench({ subscriptions: ["contact.propertyChange"] });
    sim.webhookStorm(10);
    expect(sim.pendingWebhooks).toEqual([]);
    const ids = sim.seedContacts(20);
    sim.webhookStorm(500);
    const { events, bodies } = await receive(sim);
    expect(bodies.map((body) => body.length)).toEqual([100, 100, 100, 100, 100]);
    for (const { objectId, propertyName = "", propertyValue } of events) {
      expect(ids).toContain(String(objectId));
      expect(sim.portal().contacts.get(String(objectId))?.properties[propertyName]).toBe(propertyValue);
    }
  });
});

describe("retries", () => {
  it("come ten times within 24 hours, further and further apart, and then no more", async () => {
    const { sim, clock } = bench({ subscriptions: ["contact.creation"] });
    const attempts: number[] = [];
    const receiver = () => {
      attempts.push(clock.now());
      return new Response(null, { status: 404 });
    };
    const start = clock.now();
    sim.portal().contacts.create({ firstname: "Ann" });
    while (sim.pendingWebhooks.length > 0) {
      await sim.deliverWebhooks({ handler: receiver, retries: "due" });
      await clock.advance(30_000);
    }
    expect(attempts).toHaveLength(11);
    expect(attempts.at(-1)! - start).toBeGreaterThan(12 * 3_600_000);
    expect(attempts.at(-1)! - start).toBeLessThan(24 * 3_600_000);
    const gaps = attempts.slice(1).map((at, n) => at - attempts[n]!);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
  });

  it("do not hold up what is new", async () => {
    const { sim } = bench({ subscriptions: ["contact.creation"] });
    sim.portal().contacts.create({ firstname: "Ann" });
    await sim.deliverWebhooks({ handler: () => new Response(null, { status: 500 }), retries: "due" });
    sim.portal().contacts.create({ firstname: "Bob" });
    const seen: number[] = [];
    const result = await sim.deliverWebhooks({
      retries: "due",
      handler: async (request) => {
        seen.push(...((await request.json()) as WebhookEvent[]).map((event) => event.attemptNumber));
        return new Response();
      },
    });
    expect([result, seen]).toEqual([{ delivered: 1, failed: 0, requests: 1 }, [0]]);
    expect(sim.pendingWebhooks).toMatchObject([{ attemptNumber: 1 }]);
  });

  it("several requests are under way at once when told so", async () => {
    const { sim } = bench({ subscriptions: ["contact.creation"] });
    for (let i = 0; i < 12; i++) sim.portal().contacts.create({});
    let [now, most] = [0, 0];
    let filled = () => {};
    const full = new Promise<void>((resolve) => {
      filled = resolve;
    });
    await sim.deliverWebhooks({
      batchSize: 1,
      concurrency: 10,
      handler: async () => {
        most = Math.max(most, ++now);
        if (now === 10) filled();
        await full;
        now--;
        return new Response();
      },
    });
    expect(most).toBe(10);
  });
});
