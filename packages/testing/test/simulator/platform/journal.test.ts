import { describe, expect, it } from "vitest";
import { CONTACTS, JOURNAL, journalBench, SUBSCRIPTIONS } from "./journal-bench.ts";

describe("reading", () => {
  it("walks from file to file by offset, until there is nothing: 204", async () => {
    const { call, subscribe, sim, clock, open } = await journalBench();
    expect((await call(`GET ${JOURNAL}/earliest`)).status).toBe(204);
    await subscribe();
    const { id } = sim.portal().contacts.create({ firstname: "Ann", email: "ann@acme.example" });
    expect((await call(`GET ${JOURNAL}/latest`)).status).toBe(204);
    await clock.advance(1_000);
    const first = (await call(`GET ${JOURNAL}/earliest`)).body;
    expect(first).toEqual({
      url: expect.stringMatching(/^https:\/\//),
      expiresAt: "2026-11-20T12:15:01.000Z",
      currentOffset: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(await open(first.url)).toEqual({
      offset: first.currentOffset,
      publishedAt: "2026-11-20T12:00:01.000Z",
      journalEvents: [
        {
          type: "crmObject",
          portalId: 62515,
          occurredAt: "2026-11-20T12:00:00.000Z",
          action: "CREATE",
          objectTypeId: "0-1",
          objectId: Number(id),
          propertyChanges: { firstname: "Ann", email: "ann@acme.example" },
        },
      ],
    });
    const next = `GET ${JOURNAL}/offset/${first.currentOffset}/next`;
    expect((await call(next)).status).toBe(204);
    sim.portal().contacts.update(id, { firstname: "Anna", city: "Halifax" });
    await clock.advance(500);
    sim.portal().contacts.archive(id);
    await clock.advance(500);
    const second = (await call(next)).body;
    expect((await open(second.url)).journalEvents).toMatchObject([
      { action: "UPDATE", propertyChanges: { firstname: "Anna", city: "Halifax" } },
      { action: "DELETE", objectId: Number(id), occurredAt: "2026-11-20T12:00:01.500Z" },
    ]);
    expect((await call(`GET ${JOURNAL}/latest`)).body.currentOffset).toBe(second.currentOffset);
    expect((await call("GET /webhooks-journal/journal/2026-03/latest")).status).toBe(200);
  });

  it("has one event for what one write changed, and two for two writes", async () => {
    const { subscribe, sim, clock, events } = await journalBench();
    const { id } = sim.portal().contacts.create({});
    await subscribe();
    sim.portal().contacts.update(id, { firstname: "Ann", city: "Bonn" });
    await clock.advance(1);
    sim.portal().contacts.update(id, { lastname: "Lee" });
    expect((await events()).map((event: { propertyChanges: unknown }) => event.propertyChanges)).toEqual([
      { firstname: "Ann", city: "Bonn" },
      { lastname: "Lee" },
    ]);
  });

  it("comes in batches too", async () => {
    const { call, subscribe, sim, clock } = await journalBench();
    expect((await call(`GET ${JOURNAL}/batch/earliest/2`)).status).toBe(204);
    await subscribe();
    for (let i = 0; i < 3; i++) {
      sim.portal().contacts.create({});
      await clock.advance(1_000);
    }
    const offsets = async (route: string, body?: unknown) => {
      const { results } = (await call(route, body)).body;
      return results.map(({ currentOffset }: { currentOffset: string }) => currentOffset);
    };
    const all = await offsets(`GET ${JOURNAL}/batch/earliest/10`);
    expect(new Set(all).size).toBe(3);
    expect(await offsets(`GET ${JOURNAL}/batch/earliest/2`)).toEqual(all.slice(0, 2));
    expect(await offsets(`GET ${JOURNAL}/batch/latest/2`)).toEqual(all.slice(1));
    expect(await offsets(`GET ${JOURNAL}/batch/${all[0]}/next/1`)).toEqual([all[1]]);
    expect((await call(`GET ${JOURNAL}/batch/${all[2]}/next/1`)).status).toBe(204);
    const some = await call(`POST ${JOURNAL}/batch/read`, { inputs: [all[1], "lost"] });
    expect([some.status, some.body.results.length, some.body.numErrors]).toEqual([207, 1, 1]);
    expect((await call(`GET ${JOURNAL}/batch/earliest/101`)).status).toBe(400);
  });

  it("ends after three days, and files close sooner", async () => {
    const { call, subscribe, sim, clock, open } = await journalBench();
    await subscribe();
    sim.portal().contacts.create({});
    await clock.advance(1_000);
    const first = (await call(`GET ${JOURNAL}/earliest`)).body;
    await clock.advance(15 * 60_000 - 1);
    expect((await open(first.url)).offset).toBe(first.currentOffset);
    await clock.advance(1);
    expect((await sim.fetch(first.url)).status).toBe(403);
    await clock.advance(3 * 86_400_000 - 15 * 60_000 - 1);
    const token = await call(`GET ${JOURNAL}/earliest`);
    expect(token.body.category).toBe("EXPIRED_AUTHENTICATION");
  });

  it.each(["404", "earliest"] as const)("from an offset that is lost: %s", async (journalLostOffset) => {
    const { call, subscribe, sim, clock } = await journalBench({
      oauth: { expiresIn: 10 * 86_400 },
      platform: { journalLostOffset },
    });
    await subscribe();
    sim.portal().contacts.create({});
    await clock.advance(1_000);
    const { currentOffset } = (await call(`GET ${JOURNAL}/earliest`)).body;
    await clock.advance(3 * 86_400_000 - 1);
    expect((await call(`GET ${JOURNAL}/earliest`)).status).toBe(200);
    await clock.advance(1);
    expect((await call(`GET ${JOURNAL}/earliest`)).status).toBe(204);
    sim.portal().contacts.create({});
    await clock.advance(1_000);
    const next = await call(`GET ${JOURNAL}/offset/${currentOffset}/next`);
    expect(next.status).toBe(journalLostOffset === "404" ? 404 : 200);
  });

  it("costs nothing of the limits, and needs its scopes", async () => {
    const { call, sim } = await journalBench({ limits: { tenSecondly: 0, tenSecondlyOAuth: 0 } });
    const { status, headers } = await call(`GET ${JOURNAL}/earliest`);
    expect([status, headers.has("x-hubspot-ratelimit-max")]).toEqual([204, false]);
    const asPortal = await sim.fetch(`https://api.hubapi.com${JOURNAL}/earliest`, {
      headers: { authorization: "Bearer p" },
    });
    expect(asPortal.status).toBe(403);
  });

  it("of one portal leaves the others out", async () => {
    const portals = [1, 2].map((id) => ({ id, tokens: [{ token: `t${id}` }, { token: `s${id}`, appId: 7 }] }));
    const { call, subscribe, sim, events } = await journalBench({ portals });
    for (const portalId of [1, 2]) await subscribe({ ...CONTACTS, portalId });
    sim.portal(2).contacts.create({});
    sim.portal(1).contacts.create({});
    const portalsOf = async (path: string) => (await events(path)).map((one: { portalId: number }) => one.portalId);
    expect(await portalsOf(`${JOURNAL}/earliest`)).toEqual([2, 1]);
    expect(await portalsOf(`${JOURNAL}/earliest?installPortalId=2`)).toEqual([2]);
    expect(await portalsOf("/webhooks-journal/journal-local/2026-09/earliest")).toEqual([1]);
    expect((await call(`DELETE ${SUBSCRIPTIONS}/portals/2`)).status).toBe(204);
    expect((await call(`GET ${SUBSCRIPTIONS}`)).body.results).toMatchObject([{ portalId: 1 }]);
  });

  it("has files of at most 10,000 events", async () => {
    const { subscribe, sim, clock, call, open } = await journalBench();
    await subscribe();
    for (let i = 0; i < 10_001; i++) sim.portal().contacts.create({});
    await clock.advance(1_000);
    const { results } = (await call(`GET ${JOURNAL}/batch/earliest/5`)).body;
    const sizes = await Promise.all(
      results.map(async ({ url }: { url: string }) => (await open(url)).journalEvents.length),
    );
    expect(sizes).toEqual([10_000, 1]);
  });
});

it("loses nothing and repeats nothing, however the reader's pace and the writer's mix", async () => {
  const { call, subscribe, sim, clock, open } = await journalBench({ platform: { journalInterval: 700 } });
  await subscribe();
  const made: number[] = [];
  const seen: number[] = [];
  let offset: string | undefined;
  const poll = async () => {
    for (;;) {
      const path = offset === undefined ? "earliest" : `offset/${offset}/next`;
      const { status, body } = await call(`GET ${JOURNAL}/${path}`);
      if (status === 204) return;
      offset = body.currentOffset;
      seen.push(...(await open(body.url)).journalEvents.map((event: { objectId: number }) => event.objectId));
    }
  };
  for (let step = 0; step < 40; step++) {
    for (let i = 0; i < step % 4; i++) made.push(Number(sim.portal().contacts.create({ firstname: "x" }).id));
    await clock.advance((step * 137) % 900);
    if (step % 3 === 0) await poll();
  }
  await clock.advance(700);
  await poll();
  expect(seen).toEqual(made);
});
