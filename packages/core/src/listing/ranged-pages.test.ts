import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Listing, type Reading, rangedPages } from "./ranged-pages.ts";
import { fromTexts, type IdStretch, outside, toTexts, without } from "./stretches.ts";

const size = 10;

/** A list of ids in ascending order, whose answers come when `turn` lets them. */
function listOf(ids: readonly number[], turn: () => Promise<void> = async () => {}) {
  const calls: string[] = [];
  let open = 0;
  let most = 0;
  const listing: Listing<{ readonly id: string }> = {
    async page(after, signal) {
      calls.push(`page ${after}`);
      most = Math.max(most, ++open);
      await turn();
      open--;
      signal.throwIfAborted();
      const found = ids.filter((id) => id > Number(after ?? -1));
      const records = found.slice(0, size).map((id) => ({ id: String(id) }));
      return { records, next: found.length > size ? (records.at(-1)?.id ?? null) : null };
    },
    async extent() {
      calls.push("extent");
      return { highest: ids.length === 0 ? null : String(ids.at(-1)), total: ids.length };
    },
    refuse: (what) => new Error(what),
  };
  return { listing, calls, most: () => most };
}

const often: Reading = { pageSize: size, readers: 4, mostExtra: () => 100 };

async function read(listing: Listing<{ readonly id: string }>, reading: Reading) {
  const ids: number[] = [];
  let left: readonly IdStretch[] = reading.stretches ?? [{ at: 0n, end: null }];
  for await (const page of rangedPages(listing, reading)) {
    for (const { id } of page.records) {
      expect(BigInt(id) >= page.at && (page.end === null || BigInt(id) < page.end)).toBe(true);
      ids.push(Number(id));
    }
    left = without(left, page);
  }
  return { ids, left };
}

const someIds = fc
  .uniqueArray(fc.integer({ min: 1, max: 100_000 }), { minLength: 0, maxLength: 600 })
  .map((ids) => ids.toSorted((a, b) => a - b));
const stretches = fc
  .uniqueArray(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 8 })
  .map((cuts) => cuts.toSorted((a, b) => a - b))
  .map((cuts) => cuts.map((at, i) => ({ at: BigInt(at), end: i + 1 < cuts.length ? BigInt(cuts[i + 1] ?? 0) : null })))
  .chain((all) => fc.subarray(all));

describe("pages by ranges of ids", () => {
  it("bring every record once, and their stretches make up what was asked for", async () => {
    await fc.assert(
      fc.asyncProperty(someIds, fc.integer({ min: 1, max: 6 }), async (ids, readers) => {
        const { listing, most } = listOf(ids);
        const found = await read(listing, { ...often, readers });
        expect(found.ids.toSorted((a, b) => a - b)).toEqual(ids);
        expect(found.left).toEqual([]);
        expect(most()).toBeLessThanOrEqual(readers);
      }),
      { numRuns: 60 },
    );
  });

  it("bring of some stretches what is in them and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(someIds, stretches, async (ids, wanted) => {
        const found = await read(listOf(ids).listing, { ...often, stretches: wanted });
        const inside = (id: number) => wanted.some(({ at, end }) => id >= at && (end === null || id < end));
        expect(found.ids.toSorted((a, b) => a - b)).toEqual(ids.filter(inside));
        expect(found.left).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("come from as many readers as there are, once the search has told how far the ids go", async () => {
    const ids = Array.from({ length: 2_000 }, (_, i) => 5_000 + i * 3);
    const { listing, calls, most } = listOf(ids, () => new Promise((resolve) => setImmediate(resolve)));
    expect((await read(listing, often)).ids).toHaveLength(2_000);
    expect(most()).toBe(4);
    expect(calls.filter((call) => call === "extent")).toHaveLength(1);
  });

  it("are searched for while the first page is read, where there are known to be enough", async () => {
    const ids = Array.from({ length: 2_000 }, (_, i) => i + 1);
    const { listing, calls } = listOf(ids, () => new Promise((resolve) => setImmediate(resolve)));
    const pages = rangedPages(listing, { ...often, expected: 2_000 });
    const first = pages.next();
    expect(calls.toSorted()).toEqual(["extent", "page null"]);
    await first;
    await pages.return(undefined);
  });

  it("cost about as many more calls as they may, and never more than a page for each division", async () => {
    const ids = Array.from({ length: 2_000 }, (_, i) => i ** 2 + 1);
    for (const most of [0, 1, 5]) {
      const { listing, calls } = listOf(ids);
      await read(listing, { ...often, mostExtra: () => most });
      expect(calls.length).toBeLessThanOrEqual(200 + 1 + 2 * most);
    }
  });

  it("cost no search where too little is expected to be divided, nor where one page is all", async () => {
    const ids = Array.from({ length: 95 }, (_, i) => i + 1);
    const short = listOf(ids);
    await read(short.listing, { ...often, expected: 95, mostExtra: (pages) => pages / 20 - 1 });
    expect(short.calls).toHaveLength(10);
    const one = listOf(ids.slice(0, 10));
    await read(one.listing, often);
    expect(one.calls).toEqual(["page null"]);
  });

  it("are refused when they are not in the order of their ids, or lead nowhere", async () => {
    const { listing } = listOf([1, 2, 3]);
    const turned = { ...listing, page: async () => ({ records: [{ id: "2" }, { id: "1" }], next: null }) };
    await expect(read(turned, often)).rejects.toThrow("disorder");
    const still = { ...listing, page: async () => ({ records: [{ id: "2" }], next: "9" }) };
    await expect(read(still, often)).rejects.toThrow("no-progress");
  });

  it("stop what is under way when nobody wants more", async () => {
    const ids = Array.from({ length: 2_000 }, (_, i) => i + 1);
    const { listing, calls } = listOf(ids);
    for await (const { records } of rangedPages(listing, often)) if (records.length > 0) break;
    const asked = calls.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toHaveLength(asked);
  });
});

describe("stretches of ids", () => {
  const holds = (all: readonly IdStretch[], id: bigint) =>
    all.some(({ at, end }) => id >= at && (end === null || id < end));

  it("are taken out of others, and turned round, id for id", () => {
    fc.assert(
      fc.property(stretches, stretches, fc.bigInt({ min: 0n, max: 100_001n }), (all, parts, id) => {
        const left = parts.reduce<readonly IdStretch[]>(without, all);
        expect(holds(left, id)).toBe(holds(all, id) && !holds(parts, id));
        expect(holds(outside(all), id)).toBe(!holds(all, id));
        expect(fromTexts(JSON.parse(JSON.stringify(toTexts(all))))).toEqual(all);
      }),
    );
  });
});
