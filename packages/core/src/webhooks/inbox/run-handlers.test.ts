import { describe, expect, test } from "vitest";
import { repeatAt } from "../dispatch.ts";
import { creation, start } from "../testing.fixture.ts";
import type { WebhookEvent } from "./handlers.ts";
import { office } from "./office.fixture.ts";

const hour = 3_600_000;

describe("handlers", () => {
  test("hear each event once per tenant, with ids and no values", async () => {
    const o = await office();
    const heard: WebhookEvent[] = [];
    o.on("contact.propertyChange", (event) => void heard.push(event));
    await o.deliver(
      creation(5, { subscriptionType: "contact.propertyChange", propertyName: "phone", propertyValue: "+1902" }),
      creation(6),
    );
    await o.run();
    await o.run();
    expect(heard.map((event) => event.tenant)).toEqual(["acme", "bolt"]);
    expect(heard[0]).toMatchObject({
      type: "contact.propertyChange",
      portalId: "62515",
      objectType: "contacts",
      objectId: "5",
      propertyName: "phone",
      occurredAt: start - 1_000,
      receivedAt: start,
      attempt: 0,
      changeSource: "CRM",
    });
    expect(JSON.stringify(heard)).not.toContain("+1902");
  });

  test.each([
    [4, 20],
    [25, 3],
  ])(
    "of %i records with %i events each: one at a time, in order of occurrence, records beside each other",
    async (records, each) => {
      const acme = { tenant: "acme", portalId: "62515", pinnedAt: start, status: "active" } as const;
      const o = await office({ tenants: { byPortal: async () => [acme] } });
      const busy = new Set<string>();
      const order: string[] = [];
      let most = 0;
      let open = () => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      o.on("*", async (event) => {
        const id = event.objectId ?? "";
        expect(busy.has(id)).toBe(false);
        busy.add(id);
        most = Math.max(most, busy.size);
        order.push(`${id}@${event.occurredAt - start}`);
        // The first ones wait until as many are at work as may be.
        if (most === Math.min(records, 10)) open();
        await opened;
        busy.delete(id);
      });
      const times = Array.from({ length: each }, (_, i) => i);
      const items = times
        .toReversed()
        .flatMap((at) => Array.from({ length: records }, (_, id) => creation(id, { occurredAt: start + at })));
      await o.deliver(...items);
      expect((await o.run()).did).toBe(records * each);
      for (let id = 0; id < records; id++) {
        expect(order.filter((entry) => entry.startsWith(`${id}@`))).toEqual(times.map((at) => `${id}@${at}`));
      }
      expect(most).toBe(Math.min(records, 10));
    },
  );

  test("a failing one is repeated with growing pauses, then reported, and its event is never lost", async () => {
    const o = await office();
    let tries = 0;
    let works = false;
    o.on("contact.creation", (event) => {
      if (event.tenant === "acme" && event.objectId === "1") {
        tries += 1;
        if (!works) throw new Error("canary jane@example.com");
      }
    });
    await o.deliver(creation(1), creation(2));
    expect(await o.run()).toEqual({ did: 1, nextAt: start + 1_000 });
    const pauses: number[] = [];
    for (let i = 0; i < 12; i++) {
      const { nextAt } = await o.run();
      if (nextAt !== undefined) throw new Error("ran before it was due");
      const due = repeatAt({ tries: i }, 0, () => 1);
      await o.clock.advance(due);
      await o.run();
      pauses.push(due);
    }
    expect(tries).toBe(13);
    expect(pauses.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(repeatAt({ tries: 20 }, 0, () => 1)).toBe(24 * hour);
    expect(new Set(o.raised.map((alert) => alert.key))).toEqual(new Set(["webhook.handler_failed:contact.creation"]));
    expect(o.raised[0]).toMatchObject({ name: "webhook.handler_failed", details: { code: "HANDLER_FAILED" } });
    expect(o.spoken()).not.toContain("jane");
    expect(await o.waiting()).toBe(1);
    works = true;
    await o.clock.advance(24 * hour);
    await o.run();
    expect(await o.waiting()).toBe(0);
  });

  test("may be removed, and must be functions", async () => {
    const o = await office();
    let heard = 0;
    const off = o.on("contact.creation", () => void heard++);
    off();
    await o.deliver(creation(1));
    await o.run();
    expect(heard).toBe(0);
    expect(() => o.on("contact.creation", undefined as never)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  });

  test("when the worker stops, what was not begun is left for the next one", async () => {
    const o = await office();
    const stop = new AbortController();
    o.on("*", () => stop.abort());
    await o.deliver(...Array.from({ length: 20 }, (_, id) => creation(id)));
    const { did } = await o.run(stop.signal);
    expect(did).toBeLessThan(20);
    expect(await o.waiting()).toBe(20 - did);
    expect((await o.run()).did).toBe(20 - did);
  });
});
