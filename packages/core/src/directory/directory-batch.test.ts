import { describe, expect, it } from "vitest";
import { spellings } from "../phone/spellings.fixture.ts";
import { bench, fakeHubSpot, staff, withAda } from "./testing.fixture.ts";
import type { LookupResult } from "./types.ts";

describe("a batch", () => {
  it("answers every spelling, the invalid ones too, masked and in order", async () => {
    const { directory } = withAda();
    const input = ["902-555-1234", "12", "+1 902 555 1234", "902-555-9999", "not a number", "902-555-1234"];
    const results = await directory.batchLookup(input, staff);
    expect([...results.keys()]).toEqual(input.slice(0, 5));
    expect([...results.values()].map(({ contact }) => contact?.id ?? null)).toEqual(["501", null, "501", null, null]);
    expect(results.get("12")).toEqual({ ok: false, reason: "too-short", phone: "•••", contact: null });
    expect(results.get("not a number")).toMatchObject({ ok: false });
  });

  it("takes what it can from the cache and packs the rest into one search", async () => {
    const { directory, hubspot } = withAda();
    await directory.lookupByPhone("9025551234", staff);
    for (let i = 0; i < 60; i++) hubspot.add(`c${i}`, { phone: `902555${2000 + i}` });
    const phones = ["9025551234", ...Array.from({ length: 60 }, (_, i) => `(902) 555-${2000 + i}`)];
    const results = await directory.batchLookup(phones, staff);
    expect(results.get("(902) 555-2059")?.contact?.id).toBe("c59");
    expect(hubspot.calls).toHaveLength(2);
    await directory.batchLookup(phones, staff);
    expect(hubspot.calls).toHaveLength(2);
  });

  it("says of numbers beyond the cap that only the packed search looked, and does not remember them as nobody", async () => {
    const { directory, hubspot } = bench({ options: { recipeCap: 1 } });
    const phones = ["902-555-2001", "902-555-2002", "902-555-2003"];
    const results = await directory.batchLookup(phones, staff);
    const decided = [...results.values()].map((result) => (result as LookupResult).decidedBy);
    expect(decided).toEqual(["recipe", "calculated", "calculated"]);
    hubspot.add("9", { phone: "902-555-2003" });
    expect((await directory.lookupByPhone("902-555-2003", staff)).contact?.id).toBe("9");
  });

  it("of nothing asks nothing, and of too much refuses", async () => {
    const { directory, hubspot } = bench();
    expect((await directory.batchLookup([], staff)).size).toBe(0);
    const tooMany = Array<string>(10_001).fill("9025551234");
    await expect(directory.batchLookup(tooMany, staff)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(hubspot.calls).toHaveLength(0);
  });

  it("agrees with single look-ups on every spelling of the corpus, cold", async () => {
    const hubspot = fakeHubSpot();
    const seen = new Set<string>();
    for (const { input, region, e164, extension } of spellings) {
      const key = `${e164};${extension}`;
      if (!seen.has(key))
        hubspot.add(String(seen.size + 1), { phone: input, country: region, firstname: `n${seen.size}` });
      seen.add(key);
    }
    expect(spellings.length).toBeGreaterThan(250);
    const fact = (result: LookupResult) => {
      const { source: _source, ...contact } = result.contact ?? {};
      return { phone: result.phone, decidedBy: result.decidedBy, contact };
    };
    for (const region of new Set(spellings.map((spelling) => spelling.region))) {
      const inputs = spellings.filter((spelling) => spelling.region === region).map(({ input }) => input);
      const batch = await bench({ hubspot }).directory.batchLookup(inputs, staff, {
        defaultRegion: region,
        recipeCap: 1_000,
      });
      const single = bench({ hubspot }).directory;
      for (const input of inputs) {
        const alone = await single.lookupByPhone(input, staff, { defaultRegion: region });
        expect(alone.contact, input).not.toBeNull();
        expect(fact(batch.get(input) as LookupResult), input).toEqual(fact(alone));
      }
    }
  });
});
