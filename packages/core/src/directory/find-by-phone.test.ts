import { describe, expect, it } from "vitest";
import { parsePhone, requirePhone } from "../phone/parse.ts";
import { spellings } from "../phone/spellings.fixture.ts";
import type { Phone, Region } from "../phone/types.ts";
import { type FindQuery, type PhoneFinding, subjectOf } from "./contact-finder.ts";
import { createPhoneFinder } from "./find-by-phone.ts";
import { type FakeHubSpot, failure, fakeHubSpot } from "./testing.fixture.ts";

const phone = (text: string, region: Region = "CA"): Phone => requirePhone(text, { defaultRegion: region });

function query(phones: readonly Phone[], more: Partial<FindQuery> = {}): FindQuery {
  const signal = new AbortController().signal;
  return { tenant: "acme", phones, properties: ["firstname"], lane: "interactive", recipeCap: 20, signal, ...more };
}

async function find(hubspot: FakeHubSpot, phones: readonly Phone[], more: Partial<FindQuery> = {}) {
  const findings = await createPhoneFinder({ search: hubspot, defaultRegion: "CA" }).findByPhones(query(phones, more));
  return (of: Phone) => findings.get(subjectOf(of)) as PhoneFinding;
}

const ids = (finding: PhoneFinding) => finding.ranked.map(({ candidate }) => candidate.id);

/** Valid Canadian numbers, all different. */
const numbers = (count: number): Phone[] =>
  Array.from({ length: count }, (_, i) => phone(`+1902${String(2_000_000 + i * 7)}`));

describe("finding contacts by phone", () => {
  it("costs one search for one number, found or not", async () => {
    const hubspot = fakeHubSpot();
    hubspot.add("1", { phone: "(902) 555-1234", firstname: "Ada" });
    const found = await find(hubspot, [phone("902-555-1234")]);
    expect(found(phone("902-555-1234"))).toMatchObject({ decidedBy: "calculated", ambiguous: false, complete: true });
    await find(hubspot, [phone("902-555-9999")]);
    expect(hubspot.calls).toHaveLength(2);
    expect(hubspot.calls[0]?.groups).toHaveLength(5);
    expect(hubspot.calls[0]?.lane).toBe("interactive");
  });

  it("packs a thousand numbers into at most twelve searches of at most 3,000 characters", async () => {
    const hubspot = fakeHubSpot();
    const phones = numbers(1_000);
    for (const [i, { national }] of phones.entries()) hubspot.add(String(i), { phone: national });
    const properties = ["firstname", "lastname", "company", "email", "notes_last_contacted"];
    const found = await find(hubspot, phones, { properties });
    expect(phones.every((each, i) => ids(found(each))[0] === String(i))).toBe(true);
    expect(hubspot.calls.length).toBeLessThanOrEqual(12);
    for (const { groups, properties, after } of hubspot.calls) {
      const body = { filterGroups: groups, sorts: [], properties, limit: 200, after };
      expect(JSON.stringify(body).length).toBeLessThanOrEqual(3_000);
    }
  });

  it("searches what the pack did not find one by one, in the background lane, up to the cap", async () => {
    const hubspot = fakeHubSpot();
    // The number is typed in full and HubSpot could calculate nothing of it.
    hubspot.add("7", {
      phone: "+19025551234",
      hs_calculated_phone_number: "",
      hs_searchable_calculated_phone_number: "x",
    });
    const unknown = [phone("+19025551234"), ...numbers(4)];
    const found = await find(hubspot, unknown, { recipeCap: 3 });
    expect(hubspot.calls.map(({ lane }) => lane)).toEqual(["interactive", "backfill", "backfill", "backfill"]);
    expect(found(unknown[0] as Phone)).toMatchObject({ decidedBy: "recipe", complete: true });
    expect(unknown.map((each) => found(each).complete)).toEqual([true, true, true, false, false]);
    expect(found(unknown[4] as Phone).decidedBy).toBe("calculated");
  });

  it("tells the same digits of two countries apart", async () => {
    const hubspot = fakeHubSpot();
    hubspot.add("uk", { phone: "+44 20 7946 0958" });
    hubspot.add("us", { phone: "+1 207 946 0958" });
    const [uk, us] = [phone("+442079460958"), phone("+12079460958")];
    const found = await find(hubspot, [uk, us]);
    expect([ids(found(uk)), ids(found(us))]).toEqual([["uk"], ["us"]]);
    expect(found(uk).ambiguous).toBe(false);
  });

  it("lets contacts that the pack can see decide alone, in both ways of asking", async () => {
    const hubspot = fakeHubSpot();
    hubspot.add("seen", { phone: "902 555 1234" });
    hubspot.add("unseen", {
      phone: "+19025551234",
      hs_calculated_phone_number: "",
      hs_searchable_calculated_phone_number: "x",
    });
    const wanted = phone("9025551234");
    const alone = (await find(hubspot, [wanted]))(wanted);
    const packed = (await find(hubspot, [wanted, phone("902-555-0000")]))(wanted);
    expect([ids(alone), alone.ambiguous, alone.decidedBy]).toEqual([["seen"], false, "calculated"]);
    expect([ids(packed), packed.ambiguous, packed.decidedBy]).toEqual([["seen"], false, "calculated"]);
  });

  it("reads every page, and halves a pack that has too many", async () => {
    const hubspot = fakeHubSpot();
    hubspot.pageSize = 2;
    const phones = numbers(8);
    for (const [i, { national }] of phones.entries()) {
      hubspot.add(`${i}0`, { phone: national });
      hubspot.add(`${i}1`, { mobilephone: national });
    }
    const found = await find(hubspot, phones, { recipeCap: 0 });
    expect(phones.map((each) => ids(found(each)))).toEqual(phones.map((_, i) => [`${i}0`, `${i}1`]));
    expect(phones.every((each) => found(each).ambiguous)).toBe(true);
  });

  it("does not call 'nobody' certain when there were too many to read", async () => {
    const hubspot = fakeHubSpot();
    hubspot.pageSize = 1;
    const wanted = phone("+442079460958");
    for (let i = 0; i < 9; i++) hubspot.add(String(i), { phone: "+1 207 946 0958" });
    const found = (await find(hubspot, [wanted]))(wanted);
    expect([found.ranked.length, found.complete]).toEqual([0, false]);
  });

  it("spoils only the numbers of the search that failed", async () => {
    const hubspot = fakeHubSpot();
    const phones = numbers(150);
    for (const [i, { national }] of phones.entries()) hubspot.add(String(i), { phone: national });
    let calls = 0;
    const flaky: FakeHubSpot = {
      ...hubspot,
      search: (asked) => (calls++ === 0 ? Promise.reject(failure("TIMEOUT")) : hubspot.search(asked)),
    };
    const findings = await createPhoneFinder({ search: flaky }).findByPhones(query(phones));
    const failed = phones.filter((each) => "failed" in (findings.get(subjectOf(each)) as object));
    expect(failed.length).toBeGreaterThan(50);
    expect(failed.length).toBeLessThan(100);
    expect(findings.size).toBe(150);
  });

  it("agrees alone and packed on every spelling of the corpus", async () => {
    const hubspot = fakeHubSpot();
    const corpus = spellings.map(({ input, region, e164 }, i) => ({ id: String(i), input, region, e164 }));
    for (const { id, input, region } of corpus) hubspot.add(id, { phone: input, country: region });
    const phones = new Map<string, Phone>();
    for (const { input, region } of corpus) {
      const read = parsePhone(input, { defaultRegion: region });
      if (read.ok) phones.set(subjectOf(read.phone), read.phone);
    }
    expect(phones.size).toBeGreaterThan(30);
    const packed = await find(hubspot, [...phones.values()], { recipeCap: 1_000 });
    for (const each of phones.values()) {
      const alone = (await find(hubspot, [each]))(each);
      expect(ids(alone).length, subjectOf(each)).toBeGreaterThan(0);
      expect({ ...packed(each) }, subjectOf(each)).toEqual({ ...alone });
    }
  });
});
