import { describe, expect, it } from "vitest";
import { settled, start } from "../audit/testing.fixture.ts";
import { ada, bench, staff, withAda } from "./testing.fixture.ts";

const minute = 60_000;
const day = 86_400_000;

describe("a look-up", () => {
  it("turns any spelling into a contact", async () => {
    const { directory } = withAda();
    expect(await directory.lookupByPhone("902.555.1234", staff)).toEqual({
      ok: true,
      phone: "+19025551234",
      contact: {
        id: "501",
        firstName: "Ada",
        lastName: "Lovelace",
        fullName: "Ada Lovelace",
        phone: "+19025551234",
        phoneFormatted: "(902) 555-1234",
        extension: null,
        company: "Analytical Engines",
        ambiguous: false,
        source: "hubspot",
        fetchedAt: start,
        stale: false,
      },
      source: "hubspot",
      fetchedAt: start,
      stale: false,
      decidedBy: "calculated",
    });
  });

  it("costs one HubSpot call cold and none warm, whatever the spelling, also in another process", async () => {
    const { directory, hubspot, another } = withAda();
    await directory.lookupByPhone("+1 902 555 1234", staff);
    expect(hubspot.calls).toHaveLength(1);
    const warm = await directory.lookupByPhone("1-902-555-1234", staff);
    const elsewhere = await another().directory.lookupByPhone("9025551234", staff);
    expect([warm.source, elsewhere.source, hubspot.calls.length]).toEqual(["cache", "cache", 1]);
    expect(elsewhere.contact).toEqual({ ...warm.contact, source: "cache" });
  });

  it("fetches and keeps the allowed fields only", async () => {
    const { directory, hubspot, another, storage } = withAda({ options: { fields: ["email"] } });
    const { contact } = await directory.lookupByPhone("9025551234", staff);
    expect(contact).toMatchObject({ fullName: "", email: "ada@example.com" });
    expect(contact).not.toHaveProperty("company");
    expect(hubspot.calls[0]?.properties).toEqual(expect.not.arrayContaining(["firstname", "lastname", "company"]));
    // Fewer fields apply to what is cached already; more mean fetching anew.
    const fewer = await another({ options: { fields: [] } }).directory.lookupByPhone("9025551234", staff);
    expect([fewer.source, fewer.contact?.email]).toEqual(["cache", undefined]);
    const more = await another({ options: { fields: ["email", "company"] } }).directory.lookupByPhone(
      "9025551234",
      staff,
    );
    expect([more.source, more.contact?.company]).toEqual(["hubspot", "Analytical Engines"]);
    expect((await storage.cache.stats("acme", "62515", start)).positive).toBe(1);
  });

  it("hands out copies", async () => {
    const { directory } = withAda();
    const { contact } = await directory.lookupByPhone("9025551234", staff);
    (contact as { firstName: string }).firstName = "Eve";
    expect((await directory.lookupByPhone("9025551234", staff)).contact?.firstName).toBe("Ada");
  });

  it("says that a number belongs to several, and shows the same one each time", async () => {
    const { directory, hubspot, another } = withAda();
    hubspot.add("77", { firstname: "Bob", mobilephone: "+1 902-555-1234" });
    const cold = await directory.lookupByPhone("9025551234", staff);
    const warm = await another().directory.lookupByPhone("9025551234", staff);
    expect([cold.contact?.id, cold.contact?.ambiguous]).toEqual(["501", true]);
    expect(warm.contact).toMatchObject({ id: "501", ambiguous: true });
  });

  it("tells the extensions of a shared line apart", async () => {
    const { directory, hubspot } = bench();
    hubspot.add("1", { firstname: "Ada", phone: "902-555-1234 ext. 12" });
    hubspot.add("2", { firstname: "Bob", phone: "902-555-1234 ext. 34" });
    const who = async (number: string) => (await directory.lookupByPhone(number, staff)).contact;
    expect(await who("902-555-1234 x34")).toMatchObject({ id: "2", ambiguous: false, extension: "34" });
    expect(await who("902-555-1234 x12")).toMatchObject({ id: "1", ambiguous: false });
    expect(await who("902-555-1234")).toMatchObject({ ambiguous: true, phoneFormatted: "(902) 555-1234" });
  });
});

describe("nobody", () => {
  it("is remembered for ten minutes, then asked again", async () => {
    const { directory, hubspot, clock, another } = bench();
    expect(await directory.lookupByPhone("9025551234", staff)).toMatchObject({
      contact: null,
      source: "hubspot",
      decidedBy: "recipe",
    });
    hubspot.add("501", ada);
    await clock.advance(10 * minute - 1);
    expect(await directory.lookupByPhone("9025551234", staff)).toMatchObject({ contact: null, source: "negative" });
    expect(await another().directory.lookupByPhone("9025551234", staff)).toMatchObject({ source: "negative" });
    expect(hubspot.calls).toHaveLength(1);
    await clock.advance(1);
    expect((await directory.lookupByPhone("9025551234", staff)).contact?.id).toBe("501");
    expect(hubspot.calls).toHaveLength(2);
  });
});

describe("a stale contact", () => {
  it("is served at once and refreshed behind the answer, once", async () => {
    const { directory, hubspot, clock, finish } = withAda();
    await directory.lookupByPhone("9025551234", staff);
    hubspot.add("501", { ...ada, lastname: "King" });
    await clock.advance(day);
    let open = () => {};
    hubspot.gate = new Promise((resolve) => {
      open = resolve;
    });
    const served = await Promise.all(Array.from({ length: 10 }, () => directory.lookupByPhone("9025551234", staff)));
    expect(served.map(({ contact }) => [contact?.lastName, contact?.stale])).toEqual(
      Array(10).fill(["Lovelace", true]),
    );
    open();
    await finish();
    expect(hubspot.calls.map(({ lane }) => lane)).toEqual(["interactive", "incremental"]);
    expect(await directory.lookupByPhone("9025551234", staff)).toMatchObject({
      stale: false,
      contact: { lastName: "King" },
    });
  });

  it("is not refreshed where nothing may run behind an answer, and says that it is stale", async () => {
    const { directory, hubspot, clock } = withAda({ behind: false });
    await directory.lookupByPhone("9025551234", staff);
    await clock.advance(day);
    expect(await directory.lookupByPhone("9025551234", staff)).toMatchObject({ stale: true, contact: { stale: true } });
    await settled();
    expect(hubspot.calls).toHaveLength(1);
  });

  it("is asked for like an unknown number after four days", async () => {
    const { directory, hubspot, clock } = withAda();
    await directory.lookupByPhone("9025551234", staff);
    await clock.advance(4 * day);
    expect(await directory.lookupByPhone("9025551234", staff)).toMatchObject({ source: "hubspot", stale: false });
    expect(hubspot.calls).toHaveLength(2);
  });
});

describe("many at once", () => {
  it("ask HubSpot once for a cold number", async () => {
    const { directory, hubspot } = withAda();
    const all = await Promise.all(Array.from({ length: 50 }, () => directory.lookupByPhone("902 555 1234", staff)));
    expect(all.every(({ contact }) => contact?.id === "501")).toBe(true);
    expect(hubspot.calls).toHaveLength(1);
  });

  it("ask once more after a failure: a failure is not shared with those who come later", async () => {
    const { directory, hubspot } = withAda();
    hubspot.failing = new (await import("../errors/hubspoke-error.ts")).HubspokeError(
      "TIMEOUT",
      "TIMEOUT: made by a test",
    );
    expect((await directory.lookupByPhone("9025551234", staff)).degraded).toEqual({ code: "TIMEOUT" });
    hubspot.failing = null;
    expect((await directory.lookupByPhone("9025551234", staff)).contact?.id).toBe("501");
  });

  it("do not wait for the one whose caller went away, nor go with it", async () => {
    const { directory, hubspot } = withAda();
    let open = () => {};
    hubspot.gate = new Promise((resolve) => {
      open = resolve;
    });
    const leaving = new AbortController();
    const first = directory.lookupByPhone("9025551234", { ...staff, signal: leaving.signal });
    const second = directory.lookupByPhone("9025551234", staff);
    await settled();
    leaving.abort();
    await expect(first).rejects.toMatchObject({ code: "ABORTED" });
    open();
    expect((await second).contact?.id).toBe("501");
    expect(hubspot.calls).toHaveLength(1);
  });
});
