import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ctx, HubspokeOptions } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import type { Storage } from "@hubspoke/core/ports";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { bytesIn, type Instance, instance, keys, world } from "./directory/bed.ts";

const publicUrl = "https://app.example.com/hubspot/webhooks";
const type = "contact.propertyChange";
const admin: Ctx = { tenant: "acme", actor: { id: "root", role: "admin" } };
const { k1, k2 } = keys;
const rings = {
  old: { current: "k1", keys: { k1 } },
  both: { current: "k2", keys: { k1, k2 } },
  fresh: { current: "k2", keys: { k2 } },
} as const;

/** HubSpot with one contact, and processes over one store. */
async function bed(open: (folder: string) => Storage) {
  const folder = mkdtempSync(join(tmpdir(), "hubspoke-values-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const there = world();
  const { simulator, clock, drive } = there;
  const contacts = simulator.portal().contacts;
  const { id } = contacts.create({ firstname: "Ada", email: "ada@example.com" });
  const storage = open(folder);
  const start = (more: Partial<HubspokeOptions> = {}) =>
    instance(there, storage, { webhooks: { publicUrl, secrets: simulator.appSecret }, ...more });
  const tick = (one: Instance) => drive(one.hubspoke.worker().tick({ budgetMs: 3_600_000 }));
  const deliver = async (one: Instance) => {
    await clock.advance(10_000);
    const handler = (request: Request) => one.hubspoke.handle(request, { basePath: "/hubspot", routers: ["webhooks"] });
    // Time stands meanwhile: a disk that is slow for once is no delivery that took too long.
    expect(await simulator.deliverWebhooks({ handler, publicUrl })).toMatchObject({ failed: 0 });
  };
  const first = start();
  await drive(first.hubspoke.client({ tenant: "acme" }).contacts.get(id, { properties: ["email"] }));
  // The creation and what came with it.
  await deliver(first);
  await tick(first);
  return { ...there, folder, storage, contacts, id, start, tick, deliver };
}

/** What a process's handler hears of phones, by tenant. */
function listener({ hubspoke }: Instance, fails: () => boolean = () => false): string[] {
  const heard: string[] = [];
  hubspoke.on(
    type,
    ({ tenant, propertyName, value }) => {
      if (propertyName !== "phone") return;
      if (fails()) throw new Error(`no use for ${value}`);
      heard.push(`${tenant} ${value}`);
    },
    { value: true },
  );
  return heard;
}

const stores: Readonly<Record<string, (folder: string) => Storage>> = {
  memory: () => memoryStorage(),
  SQLite: (folder) => sqliteStorage({ path: join(folder, "store.db") }),
};

describe.each(Object.entries(stores))("values of events, with a store in %s", (_name, open) => {
  it("come to the handler that asked, what HubSpot said then and in every try, and are in no file or log", async () => {
    const b = await bed(open);
    const one = b.start();
    let broken = true;
    const heard = listener(one, () => broken);
    b.contacts.update(b.id, { phone: "+1 902 555 0001" });
    await b.deliver(one);
    b.contacts.update(b.id, { phone: "+1 902 555 0002" });
    await b.deliver(one);
    expect(bytesIn(b.folder)).not.toMatch(/555 000/);
    await b.tick(one);
    broken = false;
    await b.clock.advance(60_000);
    await b.tick(one);
    expect(heard.toSorted()).toEqual(["acme +1 902 555 0001", "acme +1 902 555 0002"]);
    expect(await b.storage.inbox.depth()).toMatchObject({ waiting: 0 });
    expect(await b.storage.inbox.listForReseal(Uint8Array.of(255), 9)).toEqual([]);
    expect(bytesIn(b.folder) + one.spoken()).not.toMatch(/555 000/);
  });

  it("are sealed anew after a key rotation, and the old key may go only then", async () => {
    const b = await bed(open);
    const first = b.start({ keys: rings.old });
    listener(first, () => true);
    b.contacts.update(b.id, { phone: "+1 902 555 0001" });
    await b.deliver(first);
    await b.tick(first);

    const moving = b.start({ keys: rings.both });
    listener(moving, () => true);
    const old = async () => (await b.drive(moving.hubspoke.keys.status())).keys.find(({ id }) => id === "k1");
    expect(await old()).toMatchObject({ mayRetire: false, rows: { inbox: 1 } });
    await b.tick(moving);
    expect((await old())?.rows).not.toHaveProperty("inbox");

    const last = b.start({ keys: rings.fresh });
    const heard = listener(last);
    await b.clock.advance(3_600_000);
    await b.tick(last);
    expect(heard).toEqual(["acme +1 902 555 0001"]);
  });

  it("wait for a key that was retired too early: the event is not done with, and nobody is called without them", async () => {
    const b = await bed(open);
    const first = b.start({ keys: rings.old });
    listener(first);
    b.contacts.update(b.id, { phone: "+1 902 555 0001" });
    await b.deliver(first);

    const hasty = b.start({ keys: rings.fresh });
    const missed = listener(hasty);
    await b.tick(hasty);
    expect(missed).toEqual([]);
    expect(hasty.spoken()).toMatch(/webhook\.event_failed.*KEY_UNKNOWN/);
    expect((await b.drive(hasty.hubspoke.keys.status())).missing).toContain("k1");

    const mended = b.start({ keys: rings.both });
    const heard = listener(mended);
    await b.clock.advance(3_600_000);
    await b.tick(mended);
    expect(heard).toEqual(["acme +1 902 555 0001"]);
  });

  it("of a person go with the erasure; where another tenant has the account, they come to that one alone", async () => {
    const b = await bed(open);
    const one = b.start();
    const heard = listener(one);
    b.contacts.update(b.id, { phone: "+1 902 555 0001" });
    await b.deliver(one);
    expect((await b.storage.inbox.depth()).waiting).toBeGreaterThan(0);
    await b.drive(one.hubspoke.privacy.erase({ contactId: b.id }, admin));
    expect(await b.storage.inbox.depth()).toMatchObject({ waiting: 0 });

    await b.drive(one.hubspoke.client({ tenant: "bolt" }).contacts.get(b.id, { properties: ["email"] }));
    b.contacts.update(b.id, { phone: "+1 902 555 0002" });
    await b.deliver(one);
    await b.tick(one);
    expect(heard.toSorted()).toEqual(["acme null", "bolt +1 902 555 0002"]);

    heard.length = 0;
    b.contacts.update(b.id, { phone: "+1 902 555 0003" });
    b.contacts.erase(b.id);
    await b.deliver(one);
    await b.tick(one);
    expect(heard.toSorted(), "HubSpot's own order to erase, beside the change").toEqual(["acme null", "bolt null"]);
  });
});
