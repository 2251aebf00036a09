import { describe, expect, test } from "vitest";
import { createWorld, type World } from "../testing-fakes/world.fixture.ts";

interface Fight extends World {
  readonly localId: string;
  readonly hubspotId: string;
  /** One round: each program puts its own spelling back, and the engine works. */
  round(): Promise<void>;
}

/** A program here writes a name in capitals, a workflow in HubSpot in small letters. */
async function fight(): Promise<Fight> {
  const world = createWorld({ poll: { localMs: 1_000, remoteMs: 1_000 } });
  const hubspotId = world.hubspot.user({ email: "ann@x.com", lastname: "lee", lead_score: "1" });
  await world.clock.drive(world.sync.backfill());
  const [localId = ""] = world.local.ids();
  return {
    ...world,
    localId,
    hubspotId,
    async round() {
      world.clock.advance(1_000);
      const ours = world.local.value(localId, "last");
      if (ours === "lee") world.local.edit(localId, { last: "LEE" });
      await world.settle();
      const theirs = world.hubspot.value(hubspotId, "lastname");
      if (theirs === "LEE") world.hubspot.edit(hubspotId, { lastname: "lee" });
      await world.settle();
    },
  };
}

const writes = ({ hubspot, local }: World): number => hubspot.writes + local.writes;

describe("a field that two programs write against each other", () => {
  test("is left alone after three writes each way, its record quarantined and people told", async () => {
    const there = await fight();
    const before = writes(there);
    for (let i = 0; i < 10; i++) await there.round();
    expect(writes(there) - before).toBe(6);
    expect((await there.sync.quarantine.list()).items).toMatchObject([{ reason: "OSCILLATING", fields: ["last"] }]);
    expect(there.alerts.filter(({ name }) => name === "sync.oscillating").length).toBeGreaterThan(0);
    expect(there.alerts.map(({ message }) => message).join()).toContain("against each other");
    const { next, quarantined } = await there.clock.drive(there.sync.explain({ localId: there.localId }));
    expect([next, quarantined]).toEqual([["oscillating"], true]);
  });

  test("does not hold up the record's other fields", async () => {
    const there = await fight();
    for (let i = 0; i < 5; i++) await there.round();
    there.hubspot.edit(there.hubspotId, { lead_score: "7" });
    await there.settle();
    expect(there.local.value(there.localId, "score")).toBe(7);
  });

  test("goes on with the next value that is a new one, and the record leaves quarantine", async () => {
    const there = await fight();
    for (let i = 0; i < 5; i++) await there.round();
    there.local.edit(there.localId, { last: "King" });
    await there.settle();
    expect(there.hubspot.value(there.hubspotId, "lastname")).toBe("King");
    expect((await there.sync.quarantine.list()).items).toEqual([]);
  });

  test("is tried again by a replay, three times each way at most", async () => {
    const there = await fight();
    for (let i = 0; i < 5; i++) await there.round();
    const before = writes(there);
    expect(await there.sync.quarantine.replay()).toBe(1);
    await there.settle();
    expect(writes(there) - before).toBe(1);
    for (let i = 0; i < 10; i++) await there.round();
    expect(writes(there) - before).toBeLessThanOrEqual(7);
  });
});

describe("people", () => {
  test("who change their minds on both sides, hours apart, are not stopped", async () => {
    const there = await fight();
    for (let i = 0; i < 10; i++) {
      there.clock.advance(2 * 3_600_000);
      await there.round();
    }
    expect((await there.sync.quarantine.list()).items).toEqual([]);
  });

  test("who edit one side again and again are not stopped", async () => {
    const there = await fight();
    for (let i = 0; i < 12; i++) {
      there.clock.advance(1_000);
      there.local.edit(there.localId, { last: i % 2 === 0 ? "Lee" : "King" });
      await there.settle();
    }
    expect(there.hubspot.value(there.hubspotId, "lastname")).toBe("King");
    expect((await there.sync.quarantine.list()).items).toEqual([]);
  });

  test("who give a field new values on both sides are not stopped", async () => {
    const there = await fight();
    for (let i = 0; i < 12; i++) {
      there.clock.advance(1_000);
      if (i % 2 === 0) there.local.edit(there.localId, { last: `Lee ${i}` });
      else there.hubspot.edit(there.hubspotId, { lastname: `Lee ${i}` });
      await there.settle();
    }
    expect(there.local.value(there.localId, "last")).toBe("Lee 11");
    expect((await there.sync.quarantine.list()).items).toEqual([]);
  });
});
