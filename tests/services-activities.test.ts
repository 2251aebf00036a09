import { describe, expect, it } from "vitest";
import { admin, dying, hour, type Shop, shop } from "./services/bed.ts";

const tenant = "acme";
const input = (contactId: string) => ({
  to: [{ object: "contacts", id: contactId }],
  body: 'Said <b>"yes"</b> & left\nCalls back',
  at: "2026-11-20T10:00:00Z",
});

function contact({ simulator }: Shop, email = "ann@example.com", phone = "(902) 555-1234"): string {
  return simulator.portal().contacts.create({ email, firstname: "Ann", phone }).id;
}

const notes = ({ simulator }: Shop) => simulator.portal().objects("notes").list();

/** What HubSpot associates a note with, as types. */
async function linksOf(s: Shop, object: string, id: string, to: "contacts" | "companies") {
  const links = [];
  const hs = s.hubspoke.client({ tenant });
  for await (const link of hs.associations.list({ object: object as "notes", id }, to)) links.push(link);
  return links;
}

describe("a note", () => {
  it("is put in at once and written by the worker: escaped, associated by type 202, under a key of ours", async () => {
    const s = shop();
    const id = contact(s);
    await s.drive(s.hubspoke.outbox.enqueue("note", input(id), { tenant, idempotencyKey: "call-1" }));
    expect(notes(s)).toHaveLength(0);
    await s.work();
    const [note] = notes(s);
    expect(note?.properties).toMatchObject({
      hs_note_body: "Said &lt;b&gt;&quot;yes&quot;&lt;/b&gt; &amp; left<br>Calls back",
      hubspoke_key: expect.stringMatching(/^[\w-]{32}$/),
    });
    expect(Date.parse(note?.properties.hs_timestamp ?? "")).toBe(Date.parse("2026-11-20T10:00:00Z"));
    const links = await s.drive(linksOf(s, "notes", note?.id ?? "", "contacts"));
    expect(links).toMatchObject([{ toId: id, types: [{ typeId: 202, category: "HUBSPOT_DEFINED" }] }]);
    expect(await s.hubspoke.outbox.find(tenant, "note", "call-1")).toMatchObject({
      state: "done",
      result: { id: note?.id, contactId: id, recording: "none" },
    });
  });

  it("is one, however often it is put in, written directly and replayed", async () => {
    const s = shop();
    const id = contact(s);
    const options = { tenant, idempotencyKey: "call-1" };
    const first = await s.drive(s.hubspoke.activities.note(input(id), options));
    const again = await s.drive(s.hubspoke.activities.note(input(id), options));
    expect([first, again]).toMatchObject([{ outcome: "created" }, { outcome: "existing" }]);
    await s.drive(s.hubspoke.outbox.enqueue("note", input(id), options));
    await s.work();
    await s.drive(s.hubspoke.outbox.enqueue("note", input(id), options));
    await s.work();
    expect(notes(s)).toHaveLength(1);
    await s.drive(s.hubspoke.activities.note(input(id), { tenant, idempotencyKey: "call-2" }));
    expect(notes(s), "another key is another note").toHaveLength(2);
    await s.drive(s.hubspoke.activities.note(input(id), { tenant: "bolt", idempotencyKey: "call-2" }));
    expect(notes(s), "another tenant of the same account too").toHaveLength(3);
  });

  it.each(["reset", "html", "503"])("is one when the create's answer is lost after its effect (%s)", async (effect) => {
    const s = shop();
    const id = contact(s);
    s.simulator.faults.add(`POST /crm/objects/*/notes ${effect} after`);
    await s.drive(s.hubspoke.outbox.enqueue("note", input(id), { tenant, idempotencyKey: "1" }));
    await s.work();
    await s.clock.advance(hour);
    await s.work();
    expect(s.simulator.faults.injected).toBe(1);
    expect(notes(s)).toHaveLength(1);
    expect(await s.hubspoke.outbox.find(tenant, "note", "1")).toMatchObject({ state: "done" });
  });

  it("is one when HubSpot is down for hours in the middle", async () => {
    const s = shop();
    const id = contact(s);
    s.simulator.faults.add("POST /crm/objects/*/notes 503 after times=3");
    s.simulator.faults.add("/crm/objects/** 503 lasts=3h");
    await s.drive(s.hubspoke.outbox.enqueue("note", input(id), { tenant, idempotencyKey: "1" }));
    for (let i = 0; i < 12; i++) {
      await s.work();
      await s.clock.advance(hour / 2);
    }
    expect(notes(s)).toHaveLength(1);
    expect(await s.hubspoke.outbox.find(tenant, "note", "1")).toMatchObject({ state: "done" });
    expect(s.main.alerts.map(({ name }) => name)).toContain("outbox.failed");
  });

  it("waits for a number without a contact to be nobody's, and is skipped then", async () => {
    const s = shop();
    contact(s);
    const put = (phone: string, idempotencyKey: string) =>
      s.hubspoke.outbox.enqueue("note", { to: [{ phone }], body: "hi" }, { tenant, idempotencyKey });
    await s.drive(put("+1 902 555 1234", "known"));
    await s.drive(put("+1 902 555 0000", "unknown"));
    await s.drive(put("anonymous", "withheld"));
    await s.work();
    expect(notes(s)).toHaveLength(1);
    const log = await s.hubspoke.outbox.list({ tenant, kind: "note", state: "skipped" });
    expect(log.total).toBe(2);
    expect(log.items.map(({ result }) => result)).toEqual([
      { skipped: "contact-not-found" },
      { skipped: "contact-not-found" },
    ]);
    const { items } = await s.drive(s.hubspoke.audit.query({ actorId: "outbox" }, admin));
    expect(items.map(({ outcome }) => outcome).toSorted()).toEqual(["hit", "negative"]);
  });

  it("about somebody who was erased is not written, and an erasure removes what waits", async () => {
    const s = shop();
    const id = contact(s);
    const other = contact(s, "bob@example.com", "(902) 555-7777");
    const later = { notBefore: new Date(s.clock.now() + hour) };
    const put = (to: unknown, key: string, more = {}) =>
      s.hubspoke.outbox.enqueue("note", { to: [to], body: "hi" }, { tenant, idempotencyKey: key, ...more });
    await s.drive(put({ object: "contacts", id }, "by-id", later));
    await s.drive(put({ phone: "902-555-1234" }, "by-phone", later));
    await s.drive(put({ object: "contacts", id: other }, "other", later));
    const { removed } = await s.drive(s.hubspoke.privacy.erase({ email: "ann@example.com" }, admin));
    expect(removed.services).toBe(2);
    await s.drive(put({ email: "ann@example.com" }, "after"));
    await s.work();
    expect(await s.hubspoke.outbox.find(tenant, "note", "after")).toMatchObject({
      state: "skipped",
      result: { skipped: "erased" },
    });
    expect((await s.hubspoke.outbox.list({ tenant, state: "waiting" })).total).toBe(1);
    expect(await s.drive(s.hubspoke.activities.note(input(id), { tenant, idempotencyKey: "now" }))).toEqual({
      outcome: "skipped",
      reason: "erased",
    });
    const gone = { outcome: "skipped", reason: "erased" };
    const { events, tickets, engagement } = s.hubspoke;
    const to = [{ object: "contacts", id }];
    const direct = { tenant, idempotencyKey: "direct" };
    expect(await s.drive(events.send({ type: "seen", to }, direct))).toEqual(gone);
    expect(await s.drive(tickets.create({ subject: "x", to }, direct))).toEqual(gone);
    const opened = { eventId: "e1", type: "open", contact: { object: "contacts", id } };
    expect(await s.drive(engagement.record(opened, { tenant }))).toEqual(gone);
    await s.drive(
      s.hubspoke.workflows.process({ id: "w1", type: "open", contact: { object: "contacts", id } }, { tenant }),
    );
    await s.work();
    expect(await s.hubspoke.outbox.find(tenant, "workflow", "open:w1")).toMatchObject({ state: "skipped" });
  });
});

describe("a killed process", () => {
  it.each(["unique property", "no property of ours"])("leaves exactly one note, wherever it died: %s", async (way) => {
    let calls = 0;
    let deaths = 0;
    for (const when of ["before", "after"] as const) {
      for (let at = 0; at < 20; at++) {
        const s = shop({ activities: { provisionKey: way === "unique property" } });
        const id = contact(s);
        const kill = dying(at, when);
        const victim = s.process({}, kill.disturb);
        await s.drive(victim.hubspoke.outbox.enqueue("note", input(id), { tenant, idempotencyKey: "1" }));
        void victim.hubspoke.worker().tick();
        await s.clock.advance(60_000);
        if (!kill.died()) {
          calls = at;
          break;
        }
        deaths++;
        await s.clock.advance(hour);
        await s.work();
        expect(notes(s).length, `died ${when} call ${at}`).toBe(1);
        const [note] = notes(s);
        expect(await s.drive(linksOf(s, "notes", note?.id ?? "", "contacts"))).toMatchObject([{ toId: id }]);
        expect(await s.hubspoke.outbox.find(tenant, "note", "1"), `died ${when} call ${at}`).toMatchObject({
          state: "done",
        });
      }
    }
    expect(calls, "the last call is a whole run").toBeGreaterThan(2);
    expect(deaths).toBeGreaterThan(5);
  });
});

describe("an account that takes no property of ours", () => {
  it("has one note all the same: what is there is listed and compared", async () => {
    const s = shop();
    const id = contact(s);
    s.simulator.faults.add({
      method: "POST",
      route: "/crm/properties/**",
      effect: { status: 403, body: { status: "error", category: "MISSING_SCOPES", message: "no" } },
      times: Number.POSITIVE_INFINITY,
    });
    const similar = { ...input(id), body: "Said something else" };
    await s.drive(s.hubspoke.activities.note(similar, { tenant, idempotencyKey: "0" }));
    s.simulator.faults.add("POST /crm/objects/*/notes reset after");
    await s.drive(s.hubspoke.outbox.enqueue("note", input(id), { tenant, idempotencyKey: "1" }));
    await s.work();
    await s.clock.advance(hour);
    await s.work();
    expect(notes(s)).toHaveLength(2);
    expect(notes(s).some(({ properties }) => "hubspoke_key" in properties)).toBe(false);
  });

  it("whose ten unique properties are taken is such an account", async () => {
    const s = shop();
    const id = contact(s);
    const hs = s.hubspoke.client({ tenant });
    await s.drive(hs.properties("notes").groups.create({ name: "mine", label: "Mine" }));
    for (let i = 0; i < 10; i++) {
      const property = { name: `own_${i}`, label: `Own ${i}`, type: "string", fieldType: "text", groupName: "mine" };
      await s.drive(hs.properties("notes").create({ ...property, hasUniqueValue: true }));
    }
    expect(await s.drive(s.hubspoke.activities.note(input(id), { tenant, idempotencyKey: "1" }))).toMatchObject({
      outcome: "created",
    });
    expect(await s.drive(s.hubspoke.activities.note(input(id), { tenant, idempotencyKey: "1" }))).toMatchObject({
      outcome: "existing",
    });
  });

  it("loses the property later: the next note is written without it", async () => {
    const s = shop();
    const id = contact(s);
    await s.drive(s.hubspoke.activities.note(input(id), { tenant, idempotencyKey: "1" }));
    await s.drive(s.process().hubspoke.client({ tenant }).properties("notes").archive("hubspoke_key"));
    const other = { ...input(id), body: "Called back" };
    expect(await s.drive(s.hubspoke.activities.note(other, { tenant, idempotencyKey: "2" }))).toMatchObject({
      outcome: "created",
    });
    expect(notes(s)).toHaveLength(2);
  });
});
