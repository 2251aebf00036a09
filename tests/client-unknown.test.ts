import { HubSpotConflictError, HubSpotUnknownOutcomeError } from "@hubspoke/core/errors";
import { describe, expect, it } from "vitest";
import { bed, emails, failure, since } from "./client/lossy.ts";

const ann = { email: "ann@acme.example", firstname: "Ann", phone: "+1 (902) 555-0199" };
const routes = { create: "POST /crm/objects/2026-09/contacts", look: "POST /crm/objects/2026-09/contacts/batch/read" };

describe("a create whose answer is lost", () => {
  it.each(["reset", "timeout", { status: 504 }, { truncate: 20 }] as const)(
    "after it took effect (%j) is found by its unique property and answered, without a second request",
    async (effect) => {
      const one = await bed();
      one.simulator.faults.add({ method: "POST", phase: "after", effect });
      const calls = since(one);
      const made = await one.drive(one.hs.contacts.create({ properties: ann }));
      expect(one.simulator.portal().contacts.get(made.id)?.properties.email).toBe(ann.email);
      expect(made.properties).toMatchObject({ email: ann.email, firstname: "Ann" });
      expect(made).not.toHaveProperty("history");
      expect(calls()).toEqual([routes.create, routes.look]);
      expect(emails(one)).toEqual([ann.email]);
    },
  );

  it.each(["reset", "timeout", { status: 500 }] as const)(
    "before it took effect (%j) is looked up and then sent again",
    async (effect) => {
      const one = await bed();
      one.simulator.faults.add({ method: "POST", effect });
      const calls = since(one);
      await one.drive(one.hs.contacts.create({ properties: ann }));
      expect(calls()).toEqual([routes.create, routes.look, routes.create]);
      expect(emails(one)).toEqual([ann.email]);
    },
  );

  it("that arrives after it was looked up for is found by the refusal of the second", async () => {
    const one = await bed();
    one.simulator.faults.add({ method: "POST", effect: "reset" });
    // The first request was on its way all the time, and arrives before the second.
    const api = { type: "INTEGRATION", id: "1" };
    const arrives = (): boolean => {
      if (emails(one).length === 0) one.simulator.portal().contacts.create(ann, api);
      return false;
    };
    one.simulator.faults.add({ route: "/crm/objects/{version}/{objectType}", skip: 0, effect: "reset", when: arrives });
    const calls = since(one);
    const made = await one.drive(one.hs.contacts.create({ properties: ann }));
    expect(one.simulator.portal().contacts.findBy("email", ann.email)?.id).toBe(made.id);
    expect(calls()).toEqual([routes.create, routes.look, routes.create, routes.look]);
    expect(emails(one)).toEqual([ann.email]);
  });

  it("is a conflict where somebody was there before, whose record stays as it is", async () => {
    const one = await bed();
    const before = one.simulator
      .portal()
      .contacts.create({ ...ann, firstname: "Anna" }, { type: "INTEGRATION", id: "9" });
    await one.clock.advance(60_000);
    one.simulator.faults.add({ method: "POST", effect: "reset" });
    const error = await failure(one.drive(one.hs.contacts.create({ properties: ann })));
    expect(error).toBeInstanceOf(HubSpotConflictError);
    expect(error).toMatchObject({ existingId: before.id });
    expect(one.simulator.portal().contacts.get(before.id)?.properties.firstname).toBe("Anna");
  });

  it("is a conflict where a person typed the same record in at the same moment", async () => {
    const one = await bed();
    const typed = one.simulator.portal().contacts.create(ann);
    one.simulator.faults.add({ method: "POST", effect: "reset" });
    expect(await failure(one.drive(one.hs.contacts.create({ properties: ann })))).toMatchObject({
      code: "CONFLICT",
      existingId: typed.id,
    });
  });

  it("is unknown, with the record to look at, where another program made it with other values meanwhile", async () => {
    const one = await bed();
    const other = one.simulator
      .portal()
      .contacts.create({ ...ann, firstname: "Bob" }, { type: "INTEGRATION", id: "9" });
    one.simulator.faults.add({ method: "POST", effect: "reset" });
    const error = await failure(one.drive(one.hs.contacts.create({ properties: ann })));
    expect(error).toBeInstanceOf(HubSpotUnknownOutcomeError);
    expect(error).toMatchObject({ existingId: other.id, check: expect.stringContaining(other.id) });
  });

  it("is ours although somebody has edited it since", async () => {
    const one = await bed();
    one.simulator.faults.add({ method: "POST", phase: "after", effect: "reset" });
    one.simulator.faults.add({
      route: "/crm/objects/**",
      effect: "reset",
      when: ({ path }) => {
        const record = one.simulator.portal().contacts.findBy("email", ann.email);
        if (path.endsWith("/batch/read") && record !== undefined) {
          one.simulator.portal().contacts.update(record.id, { firstname: "Annie" });
        }
        return false;
      },
    });
    const made = await one.drive(one.hs.contacts.create({ properties: ann }));
    expect(made.properties.firstname).toBe("Annie");
  });

  it("without a unique property is reported, sent once, with what to check", async () => {
    const one = await bed();
    await one.drive(one.hs.properties("notes").list());
    one.simulator.faults.add({ method: "POST", phase: "after", effect: "reset" });
    const calls = since(one);
    const note = { hs_note_body: "Hello", hs_timestamp: new Date(0) };
    const error = await failure(one.drive(one.hs.notes.create({ properties: note })));
    expect(error).toBeInstanceOf(HubSpotUnknownOutcomeError);
    expect(error).toMatchObject({ check: expect.stringContaining("search index lags"), existingId: null });
    expect(calls()).toEqual(["POST /crm/objects/2026-09/notes", "GET /crm/properties/2026-09/notes"]);
    expect(one.simulator.portal().objects("notes").size).toBe(1);
  });

  it("is resolved by a unique property of the account's own, on any object", async () => {
    const one = await bed();
    const trunk = {
      name: "trunk_id",
      label: "Trunk",
      type: "string",
      fieldType: "text",
      groupName: "companyinformation",
    };
    await one.drive(one.hs.properties("companies").create({ ...trunk, hasUniqueValue: true }));
    const properties = { name: "Acme", trunk_id: "T-1" };
    one.simulator.faults.add({ method: "POST", phase: "after", effect: "reset" });
    const { id } = await one.drive(one.hs.objects("companies").create({ properties: properties as never }));
    expect(
      one.simulator
        .portal()
        .objects("companies")
        .list()
        .map((company) => company.id),
    ).toEqual([id]);
    one.simulator.faults.add({ method: "POST", effect: "reset" });
    await one.drive(one.hs.objects("companies").create({ properties: { name: "Bcme", trunk_id: "T-2" } as never }));
    expect(one.simulator.portal().objects("companies").size).toBe(2);
  });

  it("is unknown where the look-up fails, and where HubSpot loses every answer", async () => {
    const one = await bed();
    one.simulator.faults.add({ method: "POST", effect: "reset", times: Number.POSITIVE_INFINITY });
    expect(await failure(one.drive(one.hs.contacts.create({ properties: ann })))).toBeInstanceOf(
      HubSpotUnknownOutcomeError,
    );
    one.simulator.faults.clear();
    one.simulator.faults.add({ route: routes.create.slice(5), effect: "reset", times: Number.POSITIVE_INFINITY });
    const calls = since(one);
    expect(await failure(one.drive(one.hs.contacts.create({ properties: ann })))).toMatchObject({
      code: "UNKNOWN_OUTCOME",
    });
    expect(calls().filter((call) => call === routes.create)).toHaveLength(3);
  });

  it('is reported at once with `unknownOutcome: "throw"`, and when its caller has gone', async () => {
    const one = await bed();
    one.simulator.faults.add({ method: "POST", phase: "after", effect: "reset", times: 2 });
    const calls = since(one);
    const { contacts } = one.hs;
    expect(await failure(one.drive(contacts.create({ properties: ann }, { unknownOutcome: "throw" })))).toMatchObject({
      code: "UNKNOWN_OUTCOME",
    });
    const [outcome] = await one.drive(
      contacts.batchCreate([{ properties: { email: "bo@acme.example" } }], { unknownOutcome: "throw" }),
    );
    expect(outcome).toMatchObject({ ok: false, code: "UNKNOWN_OUTCOME" });
    const stop = new AbortController();
    const leaves = (): boolean => {
      stop.abort();
      return true;
    };
    one.simulator.faults.add({ method: "POST", effect: "timeout", when: leaves });
    const note = { hs_note_body: "Hello", hs_timestamp: new Date(0) };
    const gone = one.hs.notes.create({ properties: note }, { signal: stop.signal });
    expect(await failure(one.drive(gone))).toMatchObject({ code: "UNKNOWN_OUTCOME" });
    expect(calls()).toEqual([routes.create, `${routes.create}/batch/create`, "POST /crm/objects/2026-09/notes"]);
  });

  it.each([-600_000, 600_000])("is judged by HubSpot's clock, ours being %i ms off", async (off) => {
    const one = await bed({}, { off });
    one.simulator.faults.add({ method: "POST", phase: "after", effect: "reset" });
    const made = await one.drive(one.hs.contacts.create({ properties: ann }));
    expect(made.properties.email).toBe(ann.email);
    const old = one.simulator.portal().contacts.create({ email: "bo@acme.example" }, { type: "INTEGRATION", id: "9" });
    await one.clock.advance(10_000);
    one.simulator.faults.add({ method: "POST", effect: "reset" });
    const again = one.hs.contacts.create({ properties: { email: "bo@acme.example" } });
    expect(await failure(one.drive(again))).toMatchObject({ code: "CONFLICT", existingId: old.id });
  });
});
