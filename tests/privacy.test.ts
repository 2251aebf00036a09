import { describe, expect, it } from "vitest";
import { bytesIn, keys, searches, staff } from "./directory/bed.ts";
import { admin, canaries, type Office, office, rowsWith, tick, victim } from "./privacy/office.ts";

describe("an erasure", () => {
  it.each([
    ["contact id", (o: Office) => ({ contactId: o.ids.victim })],
    ["e-mail", () => ({ email: " CANARY@person.example " })],
    ["phone", () => ({ phone: "902.555.1234" })],
  ])("by %s reaches every table, and nobody else", async (_name, subjectOf) => {
    const o = await office();
    const before = rowsWith(o.folder, [o.ids.victim]);
    for (const table of ["contact_cache", "history", "audit", "links", "sync_log"])
      expect(before).toHaveProperty(table);
    const neighbour = rowsWith(o.folder, [o.ids.bystander]);
    const { contactIds, removed } = await o.drive(o.hubspoke.privacy.erase(subjectOf(o), admin));
    expect(contactIds).toEqual([o.ids.victim]);
    expect(removed.cache).toBeGreaterThan(0);
    expect(removed.history).toBe(2);
    expect(removed.links).toBe(1);
    await o.there.clock.advance(200_000);
    await tick(o, o);
    expect(rowsWith(o.folder, [o.ids.victim]), "the pair of ids, without a hash").toEqual({ links: 1 });
    expect(rowsWith(o.folder, [o.ids.bystander])).toEqual(neighbour);
    const page = await o.drive(o.hubspoke.audit.query({ contactId: o.ids.victim }, admin));
    expect(page.items.filter(({ action }) => action !== "review")).toEqual([]);
  });

  it("keeps the person out of look-ups, searches, feeds and writes, in every process and after a key rotation", async () => {
    const o = await office();
    await o.drive(o.hubspoke.privacy.erase({ email: victim.email }, admin));
    const rotated = o.another({ keys: { current: "k2", keys } });
    await tick(o, rotated);
    const retired = o.another({ keys: { current: "k2", keys: { k2: keys.k2 } } });
    const calls = searches(o.there);
    for (const one of [o, rotated, retired]) {
      const { directory } = one.hubspoke;
      const looked = await o.drive(directory.lookupByPhone("902-555-1234", staff));
      expect([looked.contact, looked.degraded]).toEqual([null, undefined]);
      const found = await o.drive(directory.search("canaryfirst", staff));
      expect([found.contacts, found.degraded]).toEqual([[], undefined]);
      expect((await o.drive(directory.recents(staff))).contacts.map(({ id }) => id)).not.toContain(o.ids.victim);
    }
    expect(searches(o.there) - calls, "one by name for each process, none by an erased number").toBe(3);
    const contacts = o.there.simulator.portal().contacts;
    contacts.update(o.ids.victim, { firstname: "Canarynew" });
    await o.db.updateTable("leads").set({ first_name: "Edited" }).where("id", "=", "1").execute();
    const again = { id: "9", workspace: "acme", email: victim.email, first_name: "Again", phone: null };
    await o.db.insertInto("leads").values(again).execute();
    const size = contacts.size;
    for (let i = 0; i < 5; i++) {
      await tick(o, o);
      await o.there.clock.advance(60_000);
    }
    expect(contacts.get(o.ids.victim)?.properties.firstname, "nothing is written to HubSpot").toBe("Canarynew");
    expect(contacts.size, "and nobody is created there").toBe(size);
    contacts.archive(o.ids.victim);
    await o.db
      .insertInto("leads")
      .values({ ...again, id: "10" })
      .execute();
    for (let i = 0; i < 3; i++) {
      await tick(o, o);
      await o.there.clock.advance(60_000);
    }
    expect(contacts.findBy("email", victim.email), "nor when HubSpot's own record is gone").toBeUndefined();
    const lead = await o.db.selectFrom("leads").selectAll().where("id", "=", "1").executeTakeFirst();
    expect(lead?.first_name, "nothing comes from HubSpot").toBe("Edited");
    expect(contacts.get(o.ids.bystander)?.properties.firstname).toBe("Grace");
  });

  it("is the same when HubSpot announces a privacy deletion", async () => {
    const o = await office();
    // Known here by number and address alone: HubSpot cannot say any more whose they are.
    const job = { to: [{ phone: victim.phone }], body: "Call back" };
    const notBefore = new Date(o.there.clock.now() + 86_400_000);
    await o.hubspoke.outbox.enqueue("note", job, { tenant: "acme", idempotencyKey: "call-1", notBefore });
    o.there.simulator.portal().contacts.erase(o.ids.victim);
    const publicUrl = "https://app.example.com/hubspot/webhooks";
    const handler = (request: Request) => o.hubspoke.handle(request, { basePath: "/hubspot", routers: ["webhooks"] });
    const delivery = o.there.simulator.deliverWebhooks({ handler, publicUrl, secret: "app-secret" });
    expect(await o.drive(delivery)).toMatchObject({ failed: 0 });
    for (let i = 0; i < 4; i++) {
      await tick(o, o);
      await o.there.clock.advance(60_000);
    }
    expect(rowsWith(o.folder, [o.ids.victim])).toEqual({ links: 1 });
    expect(await o.hubspoke.outbox.list({ tenant: "acme" })).toMatchObject({ total: 0 });
    const calls = searches(o.there);
    const looked = await o.drive(o.hubspoke.directory.lookupByPhone(victim.phone, staff));
    expect([looked.contact, searches(o.there) - calls]).toEqual([null, 0]);
    const again = { id: "9", workspace: "acme", email: victim.email, first_name: "Again", phone: null };
    await o.db.insertInto("leads").values(again).execute();
    for (let i = 0; i < 3; i++) {
      await tick(o, o);
      await o.there.clock.advance(60_000);
    }
    expect(o.there.simulator.portal().contacts.findBy("email", victim.email)).toBeUndefined();
    expect((await o.drive(o.hubspoke.directory.recents(staff))).contacts.map(({ id }) => id)).toEqual([
      o.ids.bystander,
    ]);
  });

  it("lets a person back in who asks for it", async () => {
    const o = await office();
    await o.drive(o.hubspoke.privacy.erase({ contactId: o.ids.victim }, admin));
    const subject = { contactId: o.ids.victim, email: victim.email, phone: victim.phone };
    expect(await o.drive(o.hubspoke.privacy.readmit(subject, admin))).toBe(3);
    expect((await o.drive(o.hubspoke.directory.lookupByPhone(victim.phone, staff))).contact?.id).toBe(o.ids.victim);
  });

  it("removes nothing while HubSpot cannot say who is meant, and is refused to whoever may not", async () => {
    const o = await office();
    const support = { ...staff, actor: { id: "u7", role: "support" } };
    const { privacy } = o.hubspoke;
    const denied = { code: "ACCESS_DENIED" };
    await expect(o.drive(privacy.erase({ email: victim.email }, support))).rejects.toMatchObject(denied);
    await expect(o.drive(privacy.export({ email: victim.email }, support))).rejects.toMatchObject(denied);
    await expect(o.drive(o.hubspoke.privacy.erase({}, admin))).rejects.toMatchObject({ code: "INPUT_INVALID" });
    const before = rowsWith(o.folder, [o.ids.victim]);
    const repair = o.there.simulator.faults.add({ times: Number.POSITIVE_INFINITY, effect: { status: 503 } });
    await expect(o.drive(o.hubspoke.privacy.erase({ email: victim.email }, admin))).rejects.toMatchObject({
      code: "HUBSPOT_UNAVAILABLE",
    });
    repair();
    expect(rowsWith(o.folder, [o.ids.victim]).contact_cache).toBe(before.contact_cache);
  });
});

describe("an export", () => {
  it("says everything there is about a person, and that it was asked for", async () => {
    const o = await office();
    const data = await o.drive(o.hubspoke.privacy.export({ phone: victim.phone }, admin));
    expect(data.subject).toEqual({ contactIds: [o.ids.victim], emails: [victim.email], phones: ["+19025551234"] });
    expect(data.hubspot[0]?.properties).toMatchObject({ lastname: "Canarylast", company: "Canarycorp" });
    expect(data.cache).toHaveLength(1);
    expect(data.links).toMatchObject([{ sync: "leads", localId: "1", state: "linked" }]);
    expect(data.accesses.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["batch-lookup", "search", "export"]),
    );
    expect(data.history.map(({ actor, searchedFor }) => [actor, searchedFor])).toEqual([
      ["u7", "canaryfirst canarylast"],
      ["u7", null],
    ]);
    expect(JSON.stringify(data)).not.toContain("Grace");
  });
});

describe("the database and everything said", () => {
  it("hold no name, number, address or token of anybody, before and after an erasure", async () => {
    const o = await office();
    const check = () => {
      const bytes = bytesIn(o.folder) + o.spoken();
      expect(bytes).not.toMatch(canaries);
      expect(bytes).not.toMatch(/Hopper|grace@|5557777|203\.0\.113|Mozilla|pat-sim/);
    };
    check();
    await o.drive(o.hubspoke.privacy.export({ email: victim.email }, admin));
    await o.drive(o.hubspoke.privacy.erase({ email: victim.email }, admin));
    await tick(o, o);
    check();
    await o.drive(o.hubspoke.close());
    check();
  });
});
