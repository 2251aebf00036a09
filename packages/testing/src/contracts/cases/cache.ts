import type { CacheRow, CacheStore, Storage } from "@hubspoke/core/ports";
import { holds, refused, same, sorted } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { batchSizes, race, times } from "../race.ts";
import { bytes, cacheRow } from "../rows.ts";

const get = async (cache: CacheStore, index = "i", tenant = "a"): Promise<CacheRow | undefined> =>
  (await cache.get(tenant, "100", [index]))[0];

/** What a cache store must do. */
export const cacheCases: readonly ContractCase<Pick<Storage, "cache">>[] = [
  {
    id: "cache.bytes",
    async run(t) {
      const { cache } = await t.open();
      const rows = [0, 1, 256, 200_000].map((length) =>
        cacheRow({ index: `i${length}`, sealed: bytes(length), fetchedAt: t.now, expiresAt: t.now + 1 }),
      );
      await cache.put(rows);
      const stored = await cache.get(
        "a",
        "100",
        rows.map((row) => row.index),
      );
      same(
        sorted(stored, (row) => row.index),
        sorted(rows, (row) => row.index),
        "a row comes back as it was put",
      );
      for (const { sealed } of stored) same(sealed?.constructor, Uint8Array, "bytes are a plain Uint8Array");
    },
  },
  {
    id: "cache.text",
    async run(t) {
      const { cache } = await t.open();
      const plain = ["it's", 'a "quoted" one', "50%_off", "naïve ☎️ 電話", "\\", "[1]", " "];
      const rows = [...plain, "NULL", "null", "{a,b}", '\\"', "", ",", "\n\t", "1"].map((index) =>
        cacheRow({ index, contactId: index, sealed: null, keyId: null }),
      );
      for (const row of rows) {
        await cache.put([row]);
        same(await cache.get("a", "100", [row.index]), [row], "text is kept as it is");
      }
      await cache.clear("a");
      const put = await cache.put(rows);
      same(new Set(put), new Set(["written"]), "all at once as well");
      for (const row of rows) same(await cache.get("a", "100", [row.index]), [row], "and each is kept as it is");
    },
  },
  {
    id: "cache.ownership",
    async run(t) {
      const { cache } = await t.open();
      const row = cacheRow({ sealed: bytes(4) });
      await cache.put([row]);
      row.sealed?.fill(255);
      const returned = await get(cache);
      returned?.sealed?.fill(254);
      Object.assign(returned as object, { contactId: "edited" });
      same(await get(cache), cacheRow({ sealed: bytes(4) }), "editing what went in or came out changes nothing stored");
    },
  },
  {
    id: "cache.order.newer-stays",
    async run(t) {
      const { cache } = await t.open();
      same(await cache.put([cacheRow({ fetchedAt: 20, contactId: "new" })]), ["written"], "the first is written");
      same(await cache.put([cacheRow({ fetchedAt: 19, contactId: "old" })]), ["stale"], "an older one is stale");
      same((await get(cache))?.contactId, "new", "the newer one stays");
      same(await cache.put([cacheRow({ fetchedAt: 21, contactId: "newest" })]), ["written"], "a newer one is written");
      same((await get(cache))?.contactId, "newest", "the newest one is read");
    },
  },
  {
    id: "cache.order.same-time-rewrites",
    async run(t) {
      const { cache } = await t.open();
      await cache.put([cacheRow()]);
      const resealed = cacheRow({ id: "other-row", keyId: "k2", sealed: bytes(8) });
      same(await cache.put([resealed]), ["written"], "the same observation may be sealed again under a new key");
      same(await get(cache), resealed, "row id, key and sealed value are replaced together");
    },
  },
  {
    id: "cache.order.within-a-call",
    async run(t) {
      const { cache } = await t.open();
      const rows = [cacheRow({ fetchedAt: 30 }), cacheRow({ fetchedAt: 10 }), cacheRow({ index: "j" })];
      same(await cache.put(rows), ["written", "stale", "written"], "outcomes are in input order");
      same((await get(cache))?.fetchedAt, 30, "the newest of one call is kept");
    },
  },
  {
    id: "cache.race.newest-wins",
    async run(t) {
      const outcomes = await race(t, ({ cache }, i) => cache.put([cacheRow({ fetchedAt: (i * 7) % t.racers })]));
      const { cache } = await t.open();
      same((await get(cache))?.fetchedAt, t.racers - 1, "whatever the order, the newest is kept");
      holds(outcomes.flat().includes("written"), "at least one racer has written");
    },
  },
  {
    id: "cache.batch.sizes",
    async run(t) {
      const { cache } = await t.open();
      for (const size of batchSizes) {
        const rows = times(size, (i) => cacheRow({ index: `${size}-${i}`, id: `${size}-${i}`, fetchedAt: i }));
        same(
          await cache.put(rows),
          times(size, () => "written"),
          `${size} rows are written`,
        );
        const stored = await cache.get(
          "a",
          "100",
          rows.map((row) => row.index),
        );
        same(
          sorted(stored, (row) => row.fetchedAt),
          rows,
          `${size} rows come back`,
        );
      }
    },
  },
  {
    id: "cache.batch.refused-whole",
    async run(t) {
      const { cache } = await t.open();
      const tooLarge = cacheRow({ index: "j", sealed: new Uint8Array(t.capabilities.maxValueBytes + 1) });
      await refused("STORE_VALUE_TOO_LARGE", cache.put([cacheRow(), tooLarge]), "an oversized value is refused");
      same(await cache.get("a", "100", ["i", "j"]), [], "and nothing of its batch is stored");
    },
  },
  {
    id: "cache.active",
    async run(t) {
      const { cache } = await t.open();
      const rows = times(4, (i) => cacheRow({ index: `i${i}`, freshUntil: t.now - i }));
      await cache.put(rows);
      await cache.markActive("a", "100", ["i0", "i1", "i2", "unknown"], t.now + 50);
      await cache.markActive("a", "100", ["i0"], t.now + 20);
      const stale = await cache.listStale("a", "100", t.now + 30, 10);
      same(
        stale.map((row) => row.index),
        ["i2", "i1", "i0"],
        "active stale rows, oldest first, no mark shortened",
      );
      same((await cache.listStale("a", "100", t.now + 30, 2)).length, 2, "no more than asked for");
      same(await cache.listStale("a", "100", t.now - 10, 10), [], "a fresh row is not stale");
      same(await cache.listStale("a", "100", t.now + 50, 10), [], "a mark ends");
      await cache.put([cacheRow({ index: "i0", fetchedAt: 5_000, activeUntil: 0 })]);
      same((await get(cache, "i0"))?.activeUntil, t.now + 50, "a refresh keeps the mark");
    },
  },
  {
    id: "cache.reseal",
    async run(t) {
      const { cache } = await t.open();
      await cache.put([
        cacheRow({ index: "v2.current" }),
        cacheRow({ index: "v2.older-key", keyId: "k0" }),
        cacheRow({ index: "v2.newer-key", keyId: "k2" }),
        cacheRow({ index: "v1.older-index" }),
        cacheRow({ index: "v3.newer-index" }),
        cacheRow({ index: "v2.negative", keyId: null, sealed: null }),
      ]);
      const found = (await cache.listForReseal("a", "k1", "v2.", 10)).map((row) => row.index);
      const wanted = ["v1.older-index", "v2.newer-key", "v2.older-key", "v3.newer-index"];
      same(
        sorted(found, (index) => index),
        wanted,
        "rows under another key or another index version",
      );
      same((await cache.listForReseal("a", "k1", "v2.", 3)).length, 3, "no more than asked for");
    },
  },
  {
    id: "cache.delete",
    async run(t) {
      const { cache } = await t.open();
      await cache.put(times(10, (i) => cacheRow({ index: `i${i}`, contactId: i < 3 ? "x" : null, expiresAt: i })));
      const ofContact = (await cache.byContact("a", "100", "x")).map(({ index }) => index).sort();
      same(ofContact, ["i0", "i1", "i2"], "what is kept of a contact");
      same(await cache.deleteByContact("a", "100", "x"), 3, "all rows of a contact");
      same(await cache.byContact("a", "100", "x"), [], "nothing is kept of it then");
      same(await cache.deleteByIndex("a", "100", ["i3", "i3", "unknown"]), 1, "the named rows");
      same(await cache.deleteExpired("a", 6, 2), 2, "no more than the limit");
      same(await cache.deleteExpired("a", 6, 9), 1, "the rest of what expired, its end included");
      same(await cache.clear("a"), 3, "all that is left");
      same(await cache.clear("a"), 0, "nothing is left");
    },
  },
  {
    id: "cache.stats",
    async run(t) {
      const { cache } = await t.open();
      const empty = { positive: 0, negative: 0, stale: 0, oldestFetchedAt: null };
      same(await cache.stats("a", "100", 0), empty, "an empty cache");
      await cache.put([
        cacheRow({ index: "fresh", fetchedAt: 7, freshUntil: 30, expiresAt: 40 }),
        cacheRow({ index: "stale", fetchedAt: 5, freshUntil: 20, expiresAt: 40 }),
        cacheRow({ index: "negative", fetchedAt: 9, freshUntil: 30, expiresAt: 40, sealed: null, keyId: null }),
        cacheRow({ index: "expired", fetchedAt: 1, freshUntil: 10, expiresAt: 20 }),
      ]);
      const wanted = { positive: 2, negative: 1, stale: 1, oldestFetchedAt: 5 };
      same(await cache.stats("a", "100", 20), wanted, "what has not expired is counted");
    },
  },
  {
    id: "cache.tenants",
    async run(t) {
      const { cache } = await t.open();
      const mine = cacheRow({ activeUntil: 9_000 });
      await cache.put([mine, cacheRow({ portalId: "200", contactId: "other-portal" })]);
      same(await cache.get("b", "100", ["i"]), [], "another tenant reads nothing");
      same(await cache.listStale("b", "100", 5_000, 9), [], "another tenant lists nothing");
      same(await cache.listForReseal("b", "k9", "x", 9), [], "another tenant re-seals nothing");
      same(await cache.byContact("b", "100", "501"), [], "another tenant reads nothing by contact");
      same(await cache.deleteByContact("b", "100", "501"), 0, "another tenant deletes nothing by contact");
      same(await cache.deleteByIndex("b", "100", ["i"]), 0, "another tenant deletes nothing by index");
      same(await cache.deleteExpired("b", t.now, 9), 0, "another tenant expires nothing");
      same(await cache.clear("b"), 0, "another tenant clears nothing");
      same((await cache.stats("b", "100", 0)).positive, 0, "another tenant counts nothing");
      await cache.markActive("b", "100", ["i"], t.now);
      same(await cache.outdate("b", "100", ["501"], 1, 9_000), 0, "another tenant outdates nothing");
      same(await cache.outdate("a", "200", ["501"], 1, 9_000), 0, "nor does another portal");
      await cache.put([cacheRow({ tenant: "b", fetchedAt: 9_000, contactId: "b" })]);
      same(await cache.get("a", "100", ["i"]), [mine], "and a's row is as it was");
      same((await cache.get("a", "200", ["i"]))[0]?.contactId, "other-portal", "portals are apart as well");
      same(await cache.deleteByContact("a", "100", "other-portal"), 0, "in deletions too");
    },
  },
  {
    id: "cache.time-zero",
    async run(t) {
      const { cache } = await t.open();
      const row = cacheRow({ fetchedAt: 0, freshUntil: 0, expiresAt: 0 });
      same(await cache.put([row]), ["written"], "0 is a time like any other");
      same(await get(cache), row, "and comes back");
      same(await cache.deleteExpired("a", 0, 9), 1, "and passes");
    },
  },
  {
    id: "cache.peer",
    needs: ["shared"],
    async run(t) {
      await (await t.open()).cache.put([cacheRow()]);
      const { cache } = await t.peer();
      same(await get(cache), cacheRow(), "what one handle wrote the other reads");
      await cache.clear("a");
      same(await get((await t.open()).cache), undefined, "and what it deleted is gone");
    },
  },
];
