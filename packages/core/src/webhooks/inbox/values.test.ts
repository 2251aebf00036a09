import { describe, expect, test } from "vitest";
import { createSealer, type Sealer } from "../../crypto/sealer.ts";
import { ciphers, ringOf } from "../../crypto/testing.fixture.ts";
import { cipher } from "../../platform/node.ts";
import type { InboxEvent } from "../../ports/inbox-store.ts";
import { createInboxJob } from "../dispatch.ts";
import { creation } from "../testing.fixture.ts";
import type { WebhookEvent, WebhookValueEvent } from "./handlers.ts";
import { type Office, office } from "./office.fixture.ts";
import { createEventValues } from "./values.ts";

const type = "contact.propertyChange";
const change = (objectId: number, propertyValue?: unknown): Record<string, unknown> =>
  creation(objectId, { subscriptionType: type, propertyName: "phone", propertyValue });
const sealedBytes = 1 + 1 + 2 + 12 + 16;

/** The rows that wait, as a worker that dies with them finds them. */
async function rows(o: Office): Promise<readonly InboxEvent[]> {
  const claimed = await o.storage.inbox.claim(o.clock.now(), 1, 100);
  await o.clock.advance(1);
  return claimed;
}

/** Values asked for by a handler of this kind, each with its tenant. */
function listener(o: Office, kind: string = type): string[] {
  const heard: string[] = [];
  o.on(kind, ({ tenant, value }) => void heard.push(`${tenant} ${value}`), { value: true });
  return heard;
}

describe("the value of an event", () => {
  test.each(ciphers)("comes to the handlers that asked, sealed until then, by %s", async (_name, one) => {
    const sealer = createSealer({ ring: ringOf("k1", ["k1"], one), cipher: one });
    const o = await office({}, { sealer });
    const heard: WebhookValueEvent[] = [];
    const others: WebhookEvent[] = [];
    o.on(type, (event) => void heard.push(event), { value: true });
    o.on("*", (event) => void others.push(event));
    const values = ["+1 902 555 1234", "", "half a pair: \ud83d", " spaces ", '["json"]'];
    await o.deliver(...values.map((value, i) => change(i, value)));
    const stored = await rows(o);
    expect(stored.map(({ sealed }) => sealed !== null && sealed.length >= sealedBytes)).toEqual(values.map(() => true));
    expect(stored.map(({ sealed }) => Buffer.from(sealed ?? []).toString("latin1")).join()).not.toContain("1234");
    await o.run();
    // Of different objects, whichever opens first is told first.
    const told = heard.filter(({ tenant }) => tenant === "acme").map(({ value }) => value);
    expect(told.toSorted()).toEqual(values.toSorted());
    expect(heard).toHaveLength(2 * values.length);
    expect(others.some((event) => "value" in event)).toBe(false);
    expect(await o.waiting()).toBe(0);
    expect(o.spoken()).not.toContain("1234");
  });

  test("is not kept where nobody asks: of other kinds, without such a handler, once it is removed", async () => {
    const o = await office();
    o.on(type, () => undefined);
    const off = o.on(type, () => undefined, { value: true });
    o.on("deal.propertyChange", () => undefined, { value: true });
    off();
    await o.deliver(change(1, "canary"));
    expect((await rows(o)).map(({ sealed }) => sealed)).toEqual([null]);
  });

  test("is kept for whoever asks for those of every kind", async () => {
    const o = await office();
    const heard = listener(o, "*");
    await o.deliver(change(1, "one"));
    await o.run();
    expect(heard).toEqual(["acme one", "bolt one"]);
  });

  test("is null where HubSpot sent none, and where the event was accepted before somebody asked", async () => {
    const o = await office();
    await o.deliver(change(1, "early"));
    const heard = listener(o);
    await o.deliver(change(2), change(3, null));
    await o.run();
    expect(heard).toEqual(["acme null", "bolt null", "acme null", "bolt null", "acme null", "bolt null"]);
  });

  test("that does not open fails its event, and nobody who asked is called until it does", async () => {
    let sealer: Sealer = createSealer({ ring: ringOf("k1", ["k1"]), cipher });
    const o = await office(
      {},
      {
        sealer: {
          sealJson: (binding, value) => sealer.sealJson(binding, value),
          openJson: (binding, envelope) => sealer.openJson(binding, envelope),
        },
      },
    );
    const heard = listener(o);
    let others = 0;
    o.on(type, () => void others++);
    await o.deliver(change(1, "canary"));
    const [right, wrong] = [sealer, createSealer({ ring: ringOf("k2", ["k2"]), cipher })];
    sealer = wrong;
    for (let tries = 0; tries < 15; tries++) {
      await o.run();
      await o.clock.advance(86_400_000);
    }
    expect([heard, others]).toEqual([[], 30]);
    const set = await o.storage.quarantine.list("acme", "webhooks:", null, 9);
    expect(set.items.map(({ reason, tries }) => [reason, tries])).toEqual([["KEY_UNKNOWN", 15]]);
    expect(o.spoken()).toContain("KEY_UNKNOWN");
    expect(o.spoken()).not.toContain("canary");
    sealer = right;
    await o.clock.advance(30 * 86_400_000);
    await o.run();
    expect(heard).toEqual(["acme canary", "bolt canary"]);
    expect(await o.waiting()).toBe(0);
  });

  test("opens in its own row alone", async () => {
    const o = await office();
    listener(o);
    await o.deliver(change(1, "one"), change(2, "two"));
    const [one, two] = await rows(o);
    const sealer = createSealer({ ring: ringOf(), cipher: o.cipher });
    const values = createEventValues({ sealer, wanted: () => true, erased: async () => false });
    if (one === undefined || two === undefined) throw new Error("two events wait");
    expect(await values.open(one, "acme")).toBe("one");
    for (const moved of [
      { ...two, sealed: one.sealed },
      { ...one, portalId: "777" },
    ]) {
      await expect(values.open(moved, "acme")).rejects.toMatchObject({ code: "DECRYPTION_FAILED" });
    }
  });

  test("of a contact that one tenant erased comes to the other tenants of the portal only", async () => {
    const o = await office({}, { erased: async (tenant, id) => tenant === "acme" && id === "1" });
    const heard = listener(o);
    await o.deliver(change(1, "one"), change(2, "two"));
    await o.run();
    expect(heard.toSorted()).toEqual(["acme null", "acme two", "bolt one", "bolt two"]);
  });

  test("goes with its event when the record is erased", async () => {
    const o = await office();
    listener(o);
    await o.deliver(change(1, "one"));
    expect(await o.storage.inbox.deleteByObject("62515", "1")).toBe(1);
    expect(await o.storage.inbox.listForReseal(Uint8Array.of(9), 9)).toEqual([]);
  });

  test("needs an inbox job that can open it", async () => {
    const o = await office();
    const heard = listener(o);
    await o.deliver(change(1, "one"));
    const job = createInboxJob({ ...o, ...o.storage, queuesFor: () => [], random: () => 1 });
    await job.run({ now: o.clock.now(), deadline: o.clock.now() + 1, signal: new AbortController().signal });
    expect(heard).toEqual([]);
    expect(o.spoken()).toContain("CONFIG_INVALID");
  });
});
