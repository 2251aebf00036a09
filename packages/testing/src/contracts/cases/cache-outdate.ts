import type { CacheRow, CacheStore, Storage } from "@hubspoke/core/ports";
import { same, sorted } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { race, times } from "../race.ts";
import { cacheRow } from "../rows.ts";

const get = async (cache: CacheStore, index = "i"): Promise<CacheRow | undefined> =>
  (await cache.get("a", "100", [index]))[0];

/** What a cache store must do when a contact changed in HubSpot. */
export const cacheOutdateCases: readonly ContractCase<Pick<Storage, "cache">>[] = [
  {
    id: "cache.outdate",
    async run(t) {
      const { cache } = await t.open();
      const lives = { fetchedAt: 1_000, freshUntil: 90_000, expiresAt: 99_000 };
      await cache.put([
        ...["i", "j"].map((index) => cacheRow({ ...lives, index })),
        cacheRow({ ...lives, index: "other", contactId: "502" }),
        cacheRow({ ...lives, index: "old", contactId: "503", freshUntil: 1_500 }),
        cacheRow({ ...lives, index: "nobody", contactId: null, sealed: null, keyId: null }),
      ]);
      same(await cache.outdate("a", "100", ["501", "503", "501", "unknown"], 2_000, 5_000), 3, "rows of the contacts");
      const fresh = async () =>
        (await cache.get("a", "100", ["i", "j", "other", "old", "nobody"]))
          .map(({ index, freshUntil }) => `${index} ${freshUntil}`)
          .sort();
      same(
        await fresh(),
        ["i 2000", "j 2000", "nobody 90000", "old 1500", "other 90000"],
        "fresh until now at most, and only these contacts'",
      );
      same((await get(cache))?.expiresAt, 99_000, "what is not fresh is still there");
      same(await cache.outdate("a", "100", [], 1, 9_000), 0, "no contact, no row");
    },
  },
  {
    id: "cache.outdate.settles",
    async run(t) {
      const { cache } = await t.open();
      const lives = { freshUntil: 90_000, expiresAt: 99_000 };
      await cache.put(times(4, (i) => cacheRow({ ...lives, index: `i${i}` })));
      await cache.outdate("a", "100", ["501"], 2_000, 5_000);
      await cache.outdate("a", "100", ["501"], 2_100, 4_000);
      await cache.markActive("a", "100", ["i0"], 80_000);
      const nobody = { contactId: null, sealed: null, keyId: null } as const;
      const outcomes = await cache.put([
        cacheRow({ ...lives, index: "i0", fetchedAt: 4_999 }),
        cacheRow({ ...lives, ...nobody, index: "i1", fetchedAt: 4_999 }),
        cacheRow({ ...lives, index: "i2", fetchedAt: 5_000 }),
        cacheRow({ ...lives, ...nobody, index: "i3", fetchedAt: 5_000 }),
      ]);
      same(outcomes, ["written", "written", "written", "written"], "an answer is kept, whatever it is worth");
      const kept = await cache.get("a", "100", ["i0", "i1", "i2", "i3"]);
      same(
        sorted(kept, (row) => row.index).map((row) => [row.freshUntil, row.expiresAt]),
        [
          [5_000, 99_000],
          [5_000, 5_000],
          [90_000, 99_000],
          [90_000, 99_000],
        ],
        "asked before the change has settled: fresh, and nobody known, until then at most",
      );
      await cache.put([cacheRow({ ...lives, index: "i0", fetchedAt: 4_999, freshUntil: 3_000 })]);
      same((await get(cache, "i0"))?.freshUntil, 3_000, "never made fresher than it was put");
      await cache.deleteByContact("a", "100", "501");
      await cache.put([cacheRow({ ...lives, index: "i0", fetchedAt: 4_999 })]);
      same((await get(cache, "i0"))?.freshUntil, 90_000, "a row that was removed leaves no doubt behind");
    },
  },
  {
    id: "cache.outdate.race",
    async run(t) {
      const lives = { fetchedAt: 1_000, freshUntil: 90_000, expiresAt: 99_000 };
      await (await t.open()).cache.put(times(20, (i) => cacheRow({ ...lives, index: `i${i}` })));
      await race(
        t,
        ({ cache }, i): Promise<unknown> =>
          i % 2 === 0
            ? cache.outdate("a", "100", ["501"], 2_000, 5_000)
            : cache.put(times(20, (n) => cacheRow({ ...lives, index: `i${n}`, fetchedAt: 1_000 + i }))),
      );
      const rows = await (await t.open()).cache.byContact("a", "100", "501");
      same(rows.length, 20, "every row is there");
      same(
        rows.filter((row) => row.freshUntil > 5_000).map((row) => row.index),
        [],
        "whoever was first, none of what was asked before is fresh for long",
      );
    },
  },
];
