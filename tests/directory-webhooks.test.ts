import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { privateApp } from "@hubspoke/core";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { type Instance, instance, staff, type World, world } from "./directory/bed.ts";

const folder = mkdtempSync(join(tmpdir(), "hubspoke-told-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const publicUrl = "https://app.example.com/hubspot/webhooks";
const number = "902-555-1234";
const ada = { firstname: "Ada", lastname: "Lovelace", phone: number };
const scopes = ["developer.webhooks_journal.read", "developer.webhooks_journal.subscriptions.write"];

const seen = async ({ drive }: World, { hubspoke }: Instance): Promise<string> => {
  const { contact, stale } = await drive(hubspoke.directory.lookupByPhone(number, staff));
  return `${contact?.lastName ?? "nobody"}${stale ? ", stale" : ""}`;
};
const work = (there: World, { hubspoke }: Instance) => there.drive(hubspoke.worker().tick({ budgetMs: 10_000 }));

/** Ada's number is looked up in two processes; a third takes webhooks in and works. */
async function office() {
  const there = world();
  const path = join(mkdtempSync(join(folder, "own-")), "hubspoke.db");
  const contacts = there.simulator.portal().contacts;
  const { id } = contacts.create(ada);
  await there.clock.advance(120_000);
  const webhooks = { publicUrl, secrets: there.simulator.appSecret };
  const made = () => instance(there, sqliteStorage({ path }), { webhooks });
  const [web, other, worker] = [made(), made(), made()];
  const handler = (request: Request) =>
    worker.hubspoke.handle(request, { routers: ["webhooks"], basePath: "/hubspot" });
  const told = async () => {
    // HubSpot gathers events for some seconds before it sends them.
    for (let round = 0; round < 3; round++) {
      await there.drive(there.simulator.deliverWebhooks({ handler, publicUrl }));
      await work(there, worker);
      await there.clock.advance(10_000);
    }
  };
  // The number was a change as well, told after the creation.
  await told();
  for (const one of [web, other]) expect(await seen(there, one)).toBe("Lovelace");
  return { there, contacts, id, web, other, told };
}

describe("a webhook", () => {
  it("about a contact makes what every process keeps of it stale within two minutes, and not in a day", async () => {
    const { there, contacts, id, web, other, told } = await office();
    contacts.update(id, { lastname: "King" });
    await told();
    await there.clock.advance(60_000);
    for (const one of [web, other]) await seen(there, one);
    await there.clock.advance(60_000);
    for (const one of [web, other]) await seen(there, one);
    await there.clock.advance(5_000);
    for (const one of [web, other]) expect(await seen(there, one)).toBe("King");
  });

  it("about what nobody keeps costs no search", async () => {
    const { there, contacts, id, web, told } = await office();
    await seen(there, web);
    const calls = there.simulator.calls.length;
    contacts.update(id, { jobtitle: "Countess" });
    await told();
    await there.clock.advance(61_000);
    expect(await seen(there, web)).toBe("Lovelace");
    expect(there.simulator.calls.slice(calls).filter(({ path }) => path.endsWith("/search"))).toEqual([]);
  });

  it("about a deletion makes the number nobody's", async () => {
    const { there, contacts, id, web, told } = await office();
    contacts.archive(id);
    await told();
    for (let minute = 0; minute < 3; minute++) {
      await there.clock.advance(60_000);
      await seen(there, web);
    }
    expect(await seen(there, web)).toBe("nobody");
  });
});

it("HubSpot's journal tells the same", async () => {
  const there = world({
    portals: [{ id: 62515, tokens: [{ token: "pat-sim-62515" }, { token: "journal-token", scopes }] }],
  });
  const path = join(mkdtempSync(join(folder, "own-")), "hubspoke.db");
  const reader = instance(there, sqliteStorage({ path: ":memory:" }), { auth: privateApp("journal-token") }).hubspoke;
  const journal = reader.client({ tenant: "app" }).webhookJournal({ local: true });
  await there.drive(journal.subscriptions.create({ subscriptionType: "OBJECT", portalId: 62515, objectTypeId: "0-1" }));
  const web = instance(there, sqliteStorage({ path }), { journal: { source: () => journal } });
  const contacts = there.simulator.portal().contacts;
  const { id } = contacts.create(ada);
  await there.clock.advance(120_000);
  await work(there, web);
  expect(await seen(there, web)).toBe("Lovelace");
  await there.clock.advance(120_000);
  await work(there, web);
  contacts.update(id, { lastname: "King" });
  for (let round = 0; round < 8; round++) {
    await there.clock.advance(20_000);
    await work(there, web);
    await seen(there, web);
  }
  expect(await seen(there, web)).toBe("King");
});
