import { describe, expect, test } from "vitest";
import { creation } from "../testing.fixture.ts";
import { type Office, office } from "./office.fixture.ts";
import { type WebhookQuarantine, webhookQuarantine } from "./set-aside.ts";

const day = 24 * 3_600_000;

type Broken = Office & {
  readonly quarantine: WebhookQuarantine;
  readonly runs: number;
  readonly calls: () => number;
  readonly mend: () => void;
};

/** An office whose handler fails for one tenant until it is mended. */
async function broken(): Promise<Broken> {
  const o = await office();
  let mended = false;
  let calls = 0;
  o.on("contact.creation", ({ tenant }) => {
    calls++;
    if (tenant === "acme" && !mended) throw new Error("jane@example.com");
  });
  const quarantine = webhookQuarantine({ ...o.storage, clock: o.clock });
  await o.deliver(creation(5));
  let runs = 0;
  for (; runs < 40 && (await quarantine.list("acme")).items.length === 0; runs++) {
    await o.run();
    await o.clock.advance(day);
  }
  return {
    ...o,
    quarantine,
    runs,
    calls: () => calls,
    mend: () => {
      mended = true;
    },
  };
}

describe("an event whose handler fails every time", () => {
  test("is set aside after fifteen tries, for the tenants it failed for, with an alert and no value", async () => {
    const o = await broken();
    expect(o.runs).toBe(15);
    expect((await o.quarantine.list("acme")).items).toMatchObject([
      { type: "contact.creation", reason: "HANDLER_FAILED", tries: 15 },
    ]);
    expect((await o.quarantine.list("bolt")).items).toEqual([]);
    expect(o.raised.map(({ key }) => key)).toContain("webhook.handler_failed:contact.creation:set-aside");
    expect(o.spoken()).not.toContain("jane");
    const before = o.calls();
    await o.clock.advance(20 * day);
    await o.run();
    expect([o.calls(), await o.waiting()]).toEqual([before, 1]);
  });

  test("is run again by a replay, and leaves the inbox once the handler is mended", async () => {
    const o = await broken();
    o.mend();
    expect(await o.quarantine.replay("acme")).toBe(1);
    await o.run();
    expect(await o.waiting()).toBe(0);
    expect((await o.quarantine.list("acme")).items).toEqual([]);
    expect(await o.quarantine.replay("acme")).toBe(0);
  });

  test("is tried once more after a month when nobody replays it, and leaves quarantine when that goes well", async () => {
    const o = await broken();
    o.mend();
    await o.clock.advance(31 * day);
    await o.run();
    expect([await o.waiting(), (await o.quarantine.list("acme")).items]).toEqual([0, []]);
  });
});

test("events of one record run one at a time where two batches are worked on at once", async () => {
  const o = await office();
  let busy = 0;
  let most = 0;
  const seen: (string | null)[] = [];
  o.on("*", async ({ objectId, tenant }) => {
    busy++;
    most = Math.max(most, busy);
    await new Promise((resolve) => setImmediate(resolve));
    busy--;
    if (tenant === "acme") seen.push(objectId);
  });
  const first = Array.from({ length: 100 }, (_, i) => creation(5, { occurredAt: 1_000 + i }));
  const second = Array.from({ length: 100 }, (_, i) => creation(5, { occurredAt: 2_000 + i }));
  await o.deliver(...first);
  await o.deliver(...second);
  await Promise.all([o.run(), o.run()]);
  expect([most, seen.length]).toEqual([1, 200]);
});
