import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Storage } from "@hubspoke/core/ports";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { expect, it } from "vitest";
import { staff } from "./directory/bed.ts";
import { admin, type Office, office, rowsWith, tick, victim } from "./privacy/office.ts";

/** The office's database, with `before` awaited before a method of a store does anything. */
function held(o: Office, table: keyof Storage, method: string, before: Promise<void>): Storage {
  return replaced(o, table, method, async (work) => {
    await before;
    return work();
  });
}

/** The office's database, with `between` called where a method of a store is done, before its caller goes on. */
function hooked(
  o: Office,
  table: keyof Storage,
  method: string,
  between: (...args: unknown[]) => Promise<void>,
): Storage {
  return replaced(o, table, method, async (work, args) => {
    const answer = await work();
    await between(...args);
    return answer;
  });
}

function replaced(
  o: Office,
  table: keyof Storage,
  method: string,
  by: (work: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>,
): Storage {
  const storage = sqliteStorage({ path: join(o.folder, "store.db") });
  const store = storage[table] as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const other = { ...store, [method]: (...args: unknown[]) => by(async () => store[method]?.(...args), args) };
  return new Proxy(storage, { get: (target, name) => (name === table ? other : Reflect.get(target, name)) });
}

const later = (o: Office): Date => new Date(o.there.clock.now() + 30 * 86_400_000);
const note = (about: string) => ({ to: [{ phone: about }], body: "Called back" });

/** Jobs of the outbox, as they are stored. */
function jobs(o: Office): readonly string[] {
  const database = new DatabaseSync(join(o.folder, "store.db"), { readOnly: true });
  const rows = database.prepare("select idempotency_key as name from hubspoke_outbox order by 1").all();
  database.close();
  return rows.map(({ name }) => String(name));
}

async function afterwards(o: Office): Promise<void> {
  for (let minute = 0; minute < 4; minute++) {
    await o.there.clock.advance(60_000);
    await tick(o, o);
  }
}

it("what another process had begun before an erasure, and writes after every table was gone through, goes minutes later", async () => {
  const o = await office();
  let write = () => {};
  const audit = new Promise<void>((resolve) => {
    write = resolve;
  });
  const busy = o.another({ audit: "batched", storage: held(o, "audit", "append", audit) });
  // Looked up before the erasure: the row of the trail is on its way to the store.
  await o.drive(busy.hubspoke.directory.lookupByPhone(victim.phone, staff));
  let raced = false;
  const eraser = o.another({
    // The last of the tables.
    storage: hooked(o, "workflows", "forgetContact", async () => {
      if (raced) return;
      raced = true;
      const { outbox, worker } = busy.hubspoke;
      for (const [phone, idempotencyKey] of [
        [victim.phone, "about-victim"],
        ["902-555-7777", "about-bystander"],
      ] as const)
        await outbox.enqueue("note", note(phone), { tenant: "acme", idempotencyKey, notBefore: later(o) });
      write();
      await worker().runJob("audit:flush");
    }),
  });
  await o.drive(eraser.hubspoke.privacy.erase({ email: victim.email }, admin));
  expect(raced).toBe(true);
  // The race was lost: both are there, after an erasure that found neither.
  expect(jobs(o)).toEqual(["about-bystander", "about-victim"]);
  expect(rowsWith(o.folder, [o.ids.victim])).toMatchObject({ audit: 1 });
  await afterwards(o);
  expect(jobs(o)).toEqual(["about-bystander"]);
  expect(rowsWith(o.folder, [o.ids.victim])).toEqual({ links: 1 });
  for (const one of [busy, eraser, o]) await o.drive(one.hubspoke.close());
});

it("the same for somebody HubSpot does not know: their number and address are all there is to look for", async () => {
  const o = await office();
  let raced = false;
  const eraser = o.another({
    storage: hooked(o, "outbox", "scan", async () => {
      if (raced) return;
      raced = true;
      const put = o.hubspoke.outbox;
      await put.enqueue("note", note("902-555-4321"), { tenant: "acme", idempotencyKey: "late", notBefore: later(o) });
    }),
  });
  await o.drive(eraser.hubspoke.privacy.erase({ phone: "902 555 4321" }, admin));
  expect([raced, jobs(o)]).toEqual([true, ["late"]]);
  await afterwards(o);
  expect(jobs(o)).toEqual([]);
  await o.drive(eraser.hubspoke.close());
});

it("a job that is being done while its person is erased leaves nothing behind, whatever becomes of the call", async () => {
  for (const ends of ["well", "badly"] as const) {
    const o = await office();
    let [asked, release] = [false, () => {}];
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const worker = o.another({
      transport: {
        async send({ url, method, headers, body }) {
          const init = { method, headers, ...(body === undefined ? {} : { body: body as BodyInit }) };
          if (method === "POST" && url.includes("/notes")) {
            asked = true;
            await held;
            if (ends === "badly") return { status: 500, headers: {}, text: "{}" };
          }
          const response = await o.there.simulator.fetch(url, init);
          const text = await response.text();
          return { status: response.status, headers: Object.fromEntries(response.headers), text };
        },
        close: async () => {},
      },
    });
    await o.hubspoke.outbox.enqueue("note", note(victim.phone), { tenant: "acme", idempotencyKey: "call-1" });
    const working = worker.hubspoke.worker().runJob("outbox");
    working.catch(() => undefined);
    while (!asked) await o.there.clock.advance(100);
    await o.drive(o.hubspoke.privacy.erase({ phone: victim.phone }, admin));
    release();
    await o.drive(working);
    await afterwards(o);
    expect([ends, jobs(o), rowsWith(o.folder, [o.ids.victim])]).toEqual([ends, [], { links: 1 }]);
    for (const one of [worker, o]) await o.drive(one.hubspoke.close());
  }
});

it("an event about the person that arrives while the inbox is gone through is gone minutes later, and brings nobody back", async () => {
  const o = await office();
  const publicUrl = "https://app.example.com/hubspot/webhooks";
  let raced = false;
  const eraser = o.another({
    storage: hooked(o, "inbox", "deleteByObject", async () => {
      if (raced) return;
      raced = true;
      o.there.simulator.portal().contacts.update(o.ids.victim, { firstname: "Canarynew" });
      const handler = (request: Request) => o.hubspoke.handle(request, { basePath: "/hubspot", routers: ["webhooks"] });
      await o.there.simulator.deliverWebhooks({ handler, publicUrl, secret: "app-secret" });
    }),
  });
  await o.drive(eraser.hubspoke.privacy.erase({ email: victim.email }, admin));
  expect(raced).toBe(true);
  expect(rowsWith(o.folder, [o.ids.victim])).toHaveProperty("inbox");
  await afterwards(o);
  expect(rowsWith(o.folder, [o.ids.victim])).toEqual({ links: 1 });
  expect((await o.drive(o.hubspoke.directory.lookupByPhone(victim.phone, staff))).contact).toBeNull();
  const lead = await o.db.selectFrom("leads").selectAll().where("id", "=", "1").executeTakeFirst();
  expect(lead?.first_name).not.toBe("Canarynew");
  await o.drive(eraser.hubspoke.close());
});

it("what another process holds in memory is gone within a minute, and so is what it recorded meanwhile", async () => {
  const o = await office();
  const warm = o.another();
  const look = async () => (await o.drive(warm.hubspoke.directory.lookupByPhone(victim.phone, staff))).contact?.id;
  expect(await look()).toBe(o.ids.victim);
  await o.drive(o.hubspoke.privacy.erase({ phone: victim.phone }, admin));
  await look();
  await o.there.clock.advance(60_000);
  expect(await look()).toBeUndefined();
  await afterwards(o);
  expect(rowsWith(o.folder, [o.ids.victim])).toEqual({ links: 1 });
  await o.drive(warm.hubspoke.close());
  // Any longer, and rows of its trail would be written after the erasure's second look.
  expect(() => o.another({ directory: { cache: { memoryMs: 60_001 } } })).toThrow(/memoryMs must be at most 60000/);
});

it("HubSpot's order to erase outlives a process that dies while it is followed, for every tenant of the account", async () => {
  const o = await office();
  await o.drive(o.hubspoke.directory.lookupByPhone(victim.phone, { ...staff, tenant: "bolt" }));
  let died = false;
  const dying = o.another({
    storage: hooked(o, "inbox", "deleteByObject", async () => {
      if (died) return;
      died = true;
      throw new Error("the process died");
    }),
  });
  o.there.simulator.portal().contacts.erase(o.ids.victim);
  const handler = (request: Request) => o.hubspoke.handle(request, { basePath: "/hubspot", routers: ["webhooks"] });
  const publicUrl = "https://app.example.com/hubspot/webhooks";
  await o.drive(o.there.simulator.deliverWebhooks({ handler, publicUrl, secret: "app-secret" }));
  await o.drive(dying.hubspoke.worker().runJob("inbox"));
  expect(died).toBe(true);
  await afterwards(o);
  expect(rowsWith(o.folder, [o.ids.victim])).toEqual({ links: 1 });
  const database = new DatabaseSync(join(o.folder, "store.db"), { readOnly: true });
  const erased = database.prepare("select distinct tenant from hubspoke_suppression order by 1").all();
  database.close();
  expect(erased).toEqual([{ tenant: "acme" }, { tenant: "bolt" }]);
  await o.drive(dying.hubspoke.close());
});

it("an erasure for one tenant leaves another on the same account its events", async () => {
  const o = await office();
  await o.drive(o.hubspoke.directory.lookupByPhone(victim.phone, { ...staff, tenant: "bolt" }));
  const told: string[] = [];
  o.hubspoke.on("contact.propertyChange", ({ tenant, objectId }) => void told.push(`${tenant} ${objectId}`));
  o.there.simulator.portal().contacts.update(o.ids.victim, { firstname: "Renamed" });
  const handler = (request: Request) => o.hubspoke.handle(request, { basePath: "/hubspot", routers: ["webhooks"] });
  const publicUrl = "https://app.example.com/hubspot/webhooks";
  await o.drive(o.there.simulator.deliverWebhooks({ handler, publicUrl, secret: "app-secret" }));
  await o.drive(o.hubspoke.privacy.erase({ email: victim.email }, admin));
  await afterwards(o);
  expect(told).toContain(`bolt ${o.ids.victim}`);
  expect((await o.drive(o.hubspoke.directory.lookupByPhone(victim.phone, staff))).contact).toBeNull();
});

it("a process that dies in the middle of an erasure has left word of it, and another ends it", async () => {
  const o = await office();
  const dying = o.another({
    storage: hooked(o, "inbox", "deleteByObject", async () => {
      throw new Error("the process died");
    }),
  });
  await expect(o.drive(dying.hubspoke.privacy.erase({ email: victim.email }, admin))).rejects.toThrow();
  await afterwards(o);
  expect(rowsWith(o.folder, [o.ids.victim])).toEqual({ links: 1 });
  await o.drive(dying.hubspoke.close());
});

it("while an erasure waits for its second look, what it will look for is sealed", async () => {
  const o = await office();
  await o.drive(o.hubspoke.privacy.erase({ email: victim.email }, admin));
  const database = new DatabaseSync(join(o.folder, "store.db"), { readOnly: true });
  const rows = database.prepare("select * from hubspoke_cursors where name like 'privacy:sweep:%'").all();
  database.close();
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toMatch(/canary|5551234|person\.example/i);
  expect(JSON.stringify(rows)).not.toContain(`"${o.ids.victim}"`);
});
