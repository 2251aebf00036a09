import { createHubSpoke, privateApp, tokenFor } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import { createHubSpotSimulator } from "@hubspoke/testing";
import { describe, expect, it } from "vitest";
import { world } from "./client/bed.ts";

const acme = { tenant: "acme" };

describe("the client and a simulated HubSpot", () => {
  it("creates, reads, updates, lists, searches and archives a contact", async () => {
    const { instance, drive } = world();
    const { contacts } = instance().client(acme);
    const made = await drive(
      contacts.create({ properties: { email: "Ann@Example.com", firstname: "Ann", hs_email_optout: false } }),
    );
    expect(made.properties.email).toBe("ann@example.com");
    expect(made.warnings).toEqual([{ propertyName: "email", normalizedValue: "ann@example.com" }]);
    const read = await drive(
      contacts.get(made.id, { properties: ["email", "createdate", "phone", "hs_email_optout"] }),
    );
    expect(read.properties).toEqual({
      email: "ann@example.com",
      createdate: made.createdAt,
      phone: null,
      hs_email_optout: false,
    });
    expect((await drive(contacts.update(made.id, { firstname: null, lastname: "Bo" }))).properties).toEqual({
      firstname: null,
      lastname: "Bo",
    });
    const found = await drive(
      contacts.search({
        properties: ["lastname"],
        filters: [{ property: "email", operator: "EQ", value: "ann@example.com" }],
      }),
    );
    expect(found).toMatchObject({ total: 1, records: [{ id: made.id, properties: { lastname: "Bo" } }] });
    expect((await drive(contacts.get("ANN@example.com", { idProperty: "email", properties: [] }))).id).toBe(made.id);
    await drive(contacts.archive(made.id));
    await expect(drive(contacts.get(made.id, { properties: [] }))).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await drive(contacts.get(made.id, { properties: ["email"], archived: true }))).archived).toBe(true);
  });

  it("lists a thousand in ten calls, and reads a thousand single ones in ten", async () => {
    const { simulator, instance, drive } = world();
    const seeded = simulator.seedContacts(1_000);
    const hubspoke = instance();
    const { contacts } = hubspoke.client(acme);
    const ids: string[] = [];
    await drive(
      (async () => {
        for await (const contact of contacts.list({ properties: ["email"] })) ids.push(contact.id);
      })(),
    );
    expect(new Set(ids)).toEqual(new Set(seeded));
    await drive(Promise.all(ids.map((id) => contacts.get(id, { properties: ["email"] }))));
    // And one to learn the portal.
    expect(hubspoke.calls.stats().calls).toBe(10 + 10 + 1);
  });

  it("gives every input of a batch its outcome, where HubSpot refuses, merges, omits or does not know", async () => {
    const { simulator, instance, drive } = world();
    const { contacts } = instance().client(acme);
    const created = await drive(
      contacts.batchCreate([
        ...Array.from({ length: 130 }, (_, i) => ({ properties: { email: `c${i}@example.com` } })),
        { properties: { email: "c5@example.com" } },
        { properties: { email: "not an address" } },
      ]),
    );
    expect(created.filter((outcome) => outcome.ok)).toHaveLength(130);
    expect(created.slice(130)).toMatchObject([
      { index: 130, code: "CONFLICT", existingId: created[5]?.ok === true ? created[5].value.id : "" },
      { index: 131, code: "VALIDATION_FAILED", properties: ["email"] },
    ]);
    const idOf = (index: number): string => (created[index]?.ok === true ? created[index].value.id : "");
    const survivor = simulator.portal().contacts.merge(idOf(0), idOf(1));
    const read = await drive(contacts.batchRead([idOf(0), idOf(2), "99999999"], { properties: ["email"] }));
    expect(read).toMatchObject([
      { ok: true, value: { id: survivor.id } },
      { ok: true, value: { id: idOf(2) } },
      { ok: false, code: "NOT_FOUND" },
    ]);
    const updated = await drive(
      contacts.batchUpdate([idOf(0), idOf(2), "99999999"].map((id) => ({ id, properties: { city: "Halifax" } }))),
    );
    expect(updated).toMatchObject([
      { code: "OMITTED" },
      { ok: true, value: { properties: { city: "Halifax" } } },
      { code: "NOT_FOUND" },
    ]);
    expect((await drive(contacts.update(idOf(0), { city: "Halifax" }))).id).toBe(survivor.id);
  });

  it("says what exists already, with its id, and what does not exist, with what was meant", async () => {
    const { instance, drive } = world();
    const { contacts } = instance().client(acme);
    const { id } = await drive(contacts.create({ properties: { email: "a@example.com" } }));
    await expect(drive(contacts.create({ properties: { email: "a@example.com" } }))).rejects.toMatchObject({
      code: "CONFLICT",
      existingId: id,
    });
    const other = await drive(contacts.create({ properties: { email: "b@example.com" } }));
    await expect(drive(contacts.update(other.id, { email: "a@example.com" }))).rejects.toMatchObject({
      code: "CONFLICT",
      existingId: id,
    });
    await expect(drive(contacts.get(id, { properties: ["firstnam"] }))).rejects.toMatchObject({
      code: "PROPERTY_UNKNOWN",
      message: expect.stringContaining('"firstname"'),
    });
  });

  it.each(["2026-09", "2026-03", "v3"] as const)("speaks %s", async (apiVersion) => {
    const { instance, drive } = world();
    const hubspoke = instance({ apiVersion });
    const hs = hubspoke.client(acme);
    const { id } = await drive(hs.contacts.create({ properties: { email: "a@example.com" } }));
    expect((await drive(hs.contacts.get(id, { properties: ["email"] }))).properties.email).toBe("a@example.com");
    expect((await drive(hs.contacts.batchRead([id], { properties: [] })))[0]).toMatchObject({ ok: true });
    expect((await drive(hs.contacts.search({ properties: [] }))).total).toBe(1);
    expect((await drive(hs.properties("contacts").list())).some((property) => property.name === "email")).toBe(true);
    await drive(hs.contacts.batchArchive([id]));
    expect(hubspoke.calls.report()).toEqual({ [apiVersion]: 7 });
  });
});

describe("what a network does to writes", () => {
  it("updates and reads are repeated through resets, 5xx, locks and 429", async () => {
    const { simulator, instance, drive } = world();
    const hubspoke = instance();
    const { contacts } = hubspoke.client(acme);
    const { id } = await drive(contacts.create({ properties: { email: "a@example.com" } }));
    simulator.faults.add({ method: "PATCH", phase: "after", effect: "reset" });
    simulator.faults.add({ method: "PATCH", effect: { status: 502 } });
    simulator.faults.add({ method: "PATCH", effect: { status: 423 } });
    simulator.faults.add({ method: "PATCH", effect: { policy: "TEN_SECONDLY_ROLLING" } });
    expect((await drive(contacts.update(id, { city: "Halifax" }))).properties.city).toBe("Halifax");
    expect(hubspoke.calls.stats()).toMatchObject({ retries: 4, rateLimited: 1 });
  });

  it("a create that HubSpot did not process is repeated", async () => {
    const { simulator, instance, drive } = world();
    const { contacts } = instance().client(acme);
    simulator.faults.add({ method: "POST", effect: { policy: "TEN_SECONDLY_ROLLING" }, times: 3 });
    await drive(contacts.create({ properties: { email: "a@example.com" } }));
    expect(simulator.portal().contacts.size).toBe(1);
  });
});

describe("whose account it is", () => {
  const portals = [
    { id: 111, tokens: [{ token: "pat-one-11111" }] },
    { id: 222, tokens: [{ token: "pat-two-22222" }] },
  ];

  it("a token of another account reads and writes nothing", async () => {
    const { simulator, instance, drive } = world({ portals });
    const storage = memoryStorage();
    await drive(
      instance({ storage, auth: privateApp("pat-one-11111") })
        .client(acme)
        .contacts.search({ properties: [] }),
    );
    const other = instance({ storage, auth: privateApp("pat-two-22222") }).client(acme);
    const before = simulator.calls.length;
    await expect(drive(other.contacts.create({ properties: { email: "a@example.com" } }))).rejects.toMatchObject({
      code: "PORTAL_MISMATCH",
      expectedPortalId: "111",
      actualPortalId: "222",
    });
    expect(simulator.calls.slice(before).map((call) => call.route)).toEqual(["/account-info/{version}/details"]);
    expect(simulator.portal(222).contacts.size).toBe(0);
  });

  it("a wrong token says so", async () => {
    const { instance, drive } = world();
    const wrong = instance({ auth: privateApp("pat-na1-wrong-token") }).client(acme);
    await expect(drive(wrong.contacts.search({ properties: [] }))).rejects.toMatchObject({
      code: "AUTH_INVALID",
      status: 401,
    });
  });

  it("two tenants of one account share a quota, two accounts do not", async () => {
    const { simulator, instance, drive, clock } = world({ portals, latency: 100 });
    const hubspoke = instance({ auth: tokenFor((tenant) => (tenant === "c" ? "pat-two-22222" : "pat-one-11111")) });
    const ids = [simulator.portal(111), simulator.portal(222)].map(
      (portal) => portal.contacts.create({ email: "a@example.com" }).id,
    );
    const read = (tenant: string, id: string | undefined, count: number) =>
      Array.from({ length: count }, () =>
        hubspoke.client({ tenant }).contacts.get(id ?? "", { properties: ["email"], history: true }),
      );
    const start = clock.now();
    await drive(Promise.all([...read("a", ids[0], 180), ...read("b", ids[0], 180), ...read("c", ids[1], 180)]));
    expect(clock.now() - start).toBeGreaterThan(10_000);
    expect(clock.now() - start).toBeLessThan(20_500);
    expect(simulator.stats()).toMatchObject({ rateLimited: 0, maxInTenSeconds: 190 });
    expect(hubspoke.calls.quota().filter((quota) => quota.kind === "calls")).toHaveLength(2);
  });
});

describe("limits, as the server counts", () => {
  it("thousands of calls in every lane under jitter: no 429, the whole quota used, people served first", async () => {
    const { simulator, instance, drive, clock } = world({ latency: { min: 10, max: 2_000 } });
    const id = simulator.portal().contacts.create({ email: "a@example.com" }).id;
    const waited: Record<string, number[]> = {};
    const hubspoke = instance({
      onCall: ({ lane, waitedMs }) => {
        waited[lane] ??= [];
        waited[lane].push(waitedMs);
      },
    });
    const start = clock.now();
    // With history, so that each is a call of its own.
    const options = { properties: ["email"], history: true } as const;
    const background = (["backfill", "incremental", "webhook"] as const).flatMap((lane) =>
      Array.from({ length: 1_000 }, () => hubspoke.client({ tenant: "acme", lane }).contacts.get(id, options)),
    );
    const people = (async () => {
      const { contacts } = hubspoke.client(acme);
      await clock.sleep(60_000);
      for (let i = 0; i < 60; i++) {
        await clock.sleep(900);
        await contacts.get(id, options);
      }
    })();
    await drive(Promise.all([...background, people]));
    const seconds = (clock.now() - start) / 1_000;
    const stats = simulator.stats();
    expect(stats.rateLimited).toBe(0);
    expect(stats.maxInTenSeconds).toBeLessThanOrEqual(190);
    expect(stats.calls / (seconds * 19)).toBeGreaterThan(0.98 * (10 / 11.005) * 0.98);
    // The very first call learned the limit; after a minute of backfill people still wait less than a second.
    expect(Math.max(...(waited.interactive ?? []).slice(1))).toBeLessThan(1_000);
    expect(hubspoke.calls.stats()).toMatchObject({ retries: 0, rateLimited: 0 });
  });

  it("searches keep to five a second for the account, beside other calls", async () => {
    const { simulator, instance, drive, clock } = world({ latency: { min: 20, max: 400 } });
    const { contacts } = instance().client(acme);
    const start = clock.now();
    const searches = Array.from({ length: 100 }, () => contacts.search({ properties: [] }));
    await drive(Promise.all([...searches, contacts.batchCreate([{ properties: { email: "a@example.com" } }])]));
    expect(simulator.stats()).toMatchObject({ rateLimited: 0, maxSearchesInSecond: 5 });
    expect(clock.now() - start).toBeLessThan((100 / 5) * 1_400 + 1_000);
  });

  it("the daily limit ends calls at once, and the last part of the day is for people", async () => {
    const { instance, drive } = world({ limits: { daily: 100 } });
    const hubspoke = instance();
    const backfill = hubspoke.client({ tenant: "acme", lane: "backfill" });
    const outcomes = await drive(Promise.allSettled(Array.from({ length: 130 }, () => backfill.accountInfo())));
    const failed = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(failed.every((outcome) => outcome.reason.code === "DAILY_LIMIT_REACHED")).toBe(true);
    expect(outcomes.length - failed.length).toBe(95 - 1);
    await drive(hubspoke.client(acme).accountInfo());
    expect(hubspoke.calls.stats().rateLimited).toBe(0);
  });
});

describe("over real sockets", () => {
  it("undici and the served simulator agree", async () => {
    const simulator = createHubSpotSimulator({ seed: 5 });
    simulator.seedContacts(120);
    const server = await simulator.listen({ port: 0 });
    const hubspoke = createHubSpoke({
      auth: privateApp(simulator.token),
      storage: memoryStorage(),
      keys: { current: "k1", keys: { k1: "11".repeat(32) } },
      baseUrl: server.url,
    });
    let count = 0;
    for await (const contact of hubspoke.client(acme).contacts.list({ properties: ["email", "createdate"] })) {
      expect(contact.properties.createdate).toBeInstanceOf(Date);
      count++;
    }
    expect(count).toBe(120);
    await expect(hubspoke.client(acme).contacts.get("1", { properties: [] })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await hubspoke.close();
    await server.close();
  });
});
