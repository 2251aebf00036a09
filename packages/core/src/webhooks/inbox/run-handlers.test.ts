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

  test("events of one record run one at a time in order of occurrence; records run beside each other", async () => {
    const o = await office({
      tenants: { byPortal: async (portalId) => [{ tenant: "acme", portalId, pinnedAt: start, status: "active" }] },
    });
    const running = new Map<string, number>();
    const order: string[] = [];
    let together = 0;
    let most = 0;
    o.on("*", async (event) => {
      const id = event.objectId ?? "";
      running.set(id, (running.get(id) ?? 0) + 1);
      expect(running.get(id)).toBe(1);
      most = Math.max(most, ++together);
      order.push(`${id}@${event.occurredAt - start}`);
      await new Promise((resolve) => setImmediate(resolve));
      together -= 1;
      running.set(id, 0);
    });
    const items = [3, 1, 2].flatMap((at) =>
      Array.from({ length: 25 }, (_, id) => creation(id, { occurredAt: start + at })),
    );
    await o.deliver(...items);
    await o.run();
    for (let id = 0; id < 25; id++) {
      expect(order.filter((entry) => entry.startsWith(`${id}@`))).toEqual([1, 2, 3].map((at) => `${id}@${at}`));
    }
    expect(most).toBe(10);
  });

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
    for (let i = 0; i < 20; i++) {
      const { nextAt } = await o.run();
      if (nextAt !== undefined) throw new Error("ran before it was due");
      const due = repeatAt({ tries: i }, 0, () => 1);
      await o.clock.advance(due);
      await o.run();
      pauses.push(due);
    }
    expect(tries).toBe(21);
    expect(pauses.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(pauses.at(-1)).toBe(24 * hour);
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
