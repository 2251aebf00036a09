import { describe, expect, it } from "vitest";
import { contact, testClients } from "./test-clients.fixture.ts";

const headers = {
  "x-hubspot-ratelimit-max": "10",
  "x-hubspot-ratelimit-interval-milliseconds": "10000",
};

describe("queue", () => {
  it("says that a call would go at once, or behind how many and about when, by lane", async () => {
    const { clients, clock, run } = testClients(
      { "GET /crm/objects/2026-09/contacts/*": () => ({ headers, body: contact("1") }) },
      { coalesce: false },
    );
    const [people, backfill] = (["interactive", "backfill"] as const).map((lane) =>
      clients.client({ tenant: "acme", lane }),
    ) as [ReturnType<typeof clients.client>, ReturnType<typeof clients.client>];
    expect(await run(people.queue())).toEqual({ queued: false, position: 0, etaMs: 0 });
    await run(people.contacts.get("1", { properties: [] }));
    const all = Promise.all(Array.from({ length: 30 }, () => people.contacts.get("1", { properties: [] })));
    await clock.advance(500);
    // Ten slots, two of them spent before.
    const mine = await run(people.queue());
    expect(mine).toMatchObject({ queued: true, position: 22 });
    expect(mine.etaMs).toBeGreaterThan(20_000);
    const background = backfill.contacts.get("1", { properties: [] });
    await clock.advance(1);
    expect(await run(people.queue())).toMatchObject({ queued: true, position: 22 });
    expect(await run(backfill.queue())).toMatchObject({ queued: true, position: 23 });
    // Searches have a quota of their own.
    expect(await run(people.queue({ search: true }))).toMatchObject({ queued: false });
    await run(Promise.all([all, background]));
    expect(clients.stats().rateLimited).toBe(0);
  });
});
