import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { nextId, recorder, settled, start } from "../audit/testing.fixture.ts";
import { createBlindIndex } from "../crypto/blind-index.ts";
import type { KeyRing } from "../crypto/key-ring.ts";
import { createSealer } from "../crypto/sealer.ts";
import { ringOf } from "../crypto/testing.fixture.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import { cipher } from "../platform/node.ts";
import type { CacheRow, CacheStore } from "../ports/cache-store.ts";
import { type ContactCache, createContactCache } from "./contact-cache.ts";
import type { CacheScope } from "./memory-layer.ts";
import { defaultCachePolicy } from "./policy.ts";

interface Person {
  readonly name: string;
}

const acme: CacheScope = { tenant: "acme", portalId: "62515" };
const bolt: CacheScope = { tenant: "bolt", portalId: "62515" };
const number = "+19025551234";
const ada = { subject: number, value: { name: "Ada Canary" }, contactId: "501" };
const day = 86_400_000;

function cacheOver(store: CacheStore, ring: KeyRing = ringOf()) {
  const said = recorder();
  const cache: ContactCache<Person> = createContactCache<Person>({
    store,
    sealer: createSealer({ ring, cipher }),
    index: createBlindIndex(ring),
    newId: nextId,
    decode: (json) => (typeof (json as Person).name === "string" ? (json as Person) : undefined),
    policy: defaultCachePolicy,
    logger: said.logger,
  });
  return { cache, said };
}

/** A store that counts its reads and can be told to fail. */
function counted(): { readonly store: CacheStore; reads: number; readonly rows: CacheRow[] } {
  const inner = memoryStorage().cache;
  const counts = {
    reads: 0,
    rows: [] as CacheRow[],
    store: {
      ...inner,
      get: (...args: Parameters<CacheStore["get"]>) => {
        counts.reads += 1;
        return inner.get(...args);
      },
      put: (rows: readonly CacheRow[]) => {
        counts.rows.push(...rows);
        return inner.put(rows);
      },
    },
  };
  return counts;
}

describe("the contact cache", () => {
  it("gives back what was written: from memory without the store, in another process from the store", async () => {
    const counts = counted();
    const { cache } = cacheOver(counts.store);
    await cache.write(acme, [ada, { subject: "+19025550000", value: null, contactId: null }], start);
    expect(cache.remembered(acme, number, start)?.value).toEqual({ name: "Ada Canary" });
    const there = await cache.read(acme, [number, "+19025550000", "+19025559999"], start);
    expect(there.get(number)).toMatchObject({ contactId: "501", fetchedAt: start, freshUntil: start + day });
    expect(there.get("+19025550000")).toMatchObject({ value: null });
    expect(there.has("+19025559999")).toBe(false);

    const elsewhere = cacheOver(counts.store).cache;
    const read = await elsewhere.read(acme, [number, "+19025550000"], start);
    expect([read.get(number)?.value, read.get("+19025550000")?.value]).toEqual([{ name: "Ada Canary" }, null]);
    const before = counts.reads;
    await elsewhere.read(acme, [number, "+19025550000"], start + 59_999);
    expect(counts.reads).toBe(before);
    await elsewhere.read(acme, [number], start + 60_000);
    expect(counts.reads).toBe(before + 1);
  });

  it("stores nothing readable: number, name and their index without the key", async () => {
    const { rows, store } = counted();
    await cacheOver(store).cache.write(acme, [ada], start);
    const row = rows[0] as CacheRow;
    const dump = inspect(row, { maxArrayLength: null }) + Buffer.from(row.sealed as Uint8Array).toString("latin1");
    expect(dump).not.toMatch(/902555|5551234|Canary|Ada/);
    expect(row).toMatchObject({ keyId: "k1", tenant: "acme", portalId: "62515" });
  });

  it("keeps tenants and portals apart, in memory and in the store", async () => {
    const { store } = counted();
    const { cache } = cacheOver(store);
    await cache.write(acme, [ada], start);
    for (const other of [bolt, { tenant: "acme", portalId: "62516" }]) {
      expect(cache.remembered(other, number, start)).toBeUndefined();
      expect((await cache.read(other, [number], start)).size).toBe(0);
    }
    await cache.write(bolt, [{ subject: number, value: { name: "Bob" }, contactId: "501" }], start);
    await cache.forgetContacts(bolt, ["501"]);
    expect(cache.remembered(acme, number, start)?.value).toEqual({ name: "Ada Canary" });
    expect((await cacheOver(store).cache.read(acme, [number], start)).size).toBe(1);
  });

  it("finds entries of the previous key, and the newer one when both keys have one", async () => {
    const { store } = counted();
    await cacheOver(store, ringOf("k1", ["k1"])).cache.write(acme, [ada], start);
    const rotated = () => cacheOver(store, ringOf("k2", ["k1", "k2"])).cache;
    expect((await rotated().read(acme, [number], start)).get(number)?.value).toEqual({ name: "Ada Canary" });
    const married = { ...ada, value: { name: "Ada King" } };
    await rotated().write(acme, [married], start + 10);
    expect((await rotated().read(acme, [number], start + 10)).get(number)?.value).toEqual({ name: "Ada King" });
    await cacheOver(store, ringOf("k1")).cache.write(acme, [{ ...ada, value: { name: "Ada Late" } }], start + 20);
    expect((await rotated().read(acme, [number], start + 20)).get(number)?.value).toEqual({ name: "Ada Late" });
    expect(await rotated().forgetSubjects(acme, [number])).toBe(2);
  });

  it("answers the index of the current key, whichever key the row is under", async () => {
    const { store } = counted();
    await cacheOver(store, ringOf("k1", ["k1"])).cache.write(acme, [ada], start);
    const { cache } = cacheOver(store, ringOf("k2", ["k1", "k2"]));
    const entry = (await cache.read(acme, [number], start)).get(number);
    expect(entry?.index).toBe(await cache.indexOf("acme", number));
    expect(entry?.index).toMatch(/^1\.k2\./);
  });

  it("counts an entry of a retired key, an altered or a moved one as absent, and says so without its content", async () => {
    const counts = counted();
    await cacheOver(counts.store, ringOf("k1", ["k1"])).cache.write(acme, [ada], start);
    const retired = cacheOver({ ...counts.store, get: async () => counts.rows }, ringOf("k2", ["k2"]));
    // The index is another one under k2, so a read by number cannot meet this row; a damaged index can.
    const row = counts.rows[0] as CacheRow;
    const lie = async (changed: Partial<CacheRow>, ring: KeyRing = ringOf()) => {
      const index = await createBlindIndex(ring).index("acme", "phone", number);
      const { cache, said } = cacheOver({ ...counts.store, get: async () => [{ ...row, index, ...changed }] }, ring);
      return { found: (await cache.read(acme, [number], start)).size, said: said.spoken() };
    };
    expect((await retired.cache.read(acme, [number], start)).size).toBe(0);
    const cases = [
      await lie({}, ringOf("k2", ["k2"])),
      await lie({ id: "another-row" }),
      await lie({ sealed: Uint8Array.of(9, 9, 9) }),
    ];
    expect(cases.map(({ found }) => found)).toEqual([0, 0, 0]);
    expect(cases.map(({ said }) => /KEY_UNKNOWN|DECRYPTION_FAILED|ENVELOPE_MALFORMED/.exec(said)?.[0])).toEqual([
      "KEY_UNKNOWN",
      "DECRYPTION_FAILED",
      "ENVELOPE_MALFORMED",
    ]);
    expect(JSON.stringify(cases)).not.toMatch(/Canary|902555/);
    expect((await lie({})).found).toBe(1);
  });

  it("counts an entry of another shape as absent: a newer version may have written it", async () => {
    const { store } = counted();
    const answer = { subject: number, value: { v: 2 } as unknown as Person, contactId: "501" };
    await cacheOver(store).cache.write(acme, [answer], start);
    expect((await cacheOver(store).cache.read(acme, [number], start)).size).toBe(0);
  });

  it("is stale after a day, absent after four, and 'nobody' absent after ten minutes", async () => {
    const { store } = counted();
    const { cache } = cacheOver(store);
    await cache.write(acme, [ada, { subject: "+19025550000", value: null, contactId: null }], start);
    const at = async (ms: number) => [...(await cache.read(acme, [number, "+19025550000"], start + ms)).keys()].length;
    expect([await at(599_999), await at(600_000), await at(4 * day - 1), await at(4 * day)]).toEqual([2, 1, 1, 0]);
  });

  it("keeps the newer answer when an older one arrives late, in memory too", async () => {
    const { store } = counted();
    const { cache } = cacheOver(store);
    await cache.write(acme, [ada], start + 10);
    await cache.write(acme, [{ ...ada, value: { name: "Older" } }], start);
    expect(cache.remembered(acme, number, start + 10)?.value).toEqual({ name: "Ada Canary" });
  });

  it("does not bring back into memory who was forgotten while being read or written", async () => {
    const inner = memoryStorage().cache;
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const slow: CacheStore = {
      ...inner,
      async get(...args) {
        const rows = await inner.get(...args);
        await answered;
        return rows;
      },
    };
    await cacheOver(inner).cache.write(acme, [ada], start);
    const { cache } = cacheOver(slow);
    const reading = cache.read(acme, [number], start);
    await settled();
    await cache.forgetContacts(acme, ["501"]);
    answer();
    expect((await reading).size).toBe(1);
    expect(cache.remembered(acme, number, start)).toBeUndefined();
  });

  it("clears a tenant and nobody else", async () => {
    const { store } = counted();
    const { cache } = cacheOver(store);
    await cache.write(acme, [ada], start);
    await cache.write(bolt, [ada], start);
    expect(await cache.clear("acme")).toBe(1);
    expect(cache.remembered(acme, number, start)).toBeUndefined();
    expect(cache.remembered(bolt, number, start)).toBeDefined();
    expect(await cache.stats(bolt, start)).toMatchObject({ positive: 1, negative: 0 });
  });

  it("lets the store's and the key provider's failures through", async () => {
    const down = async () => {
      throw new HubspokeError("STORE_UNAVAILABLE", "the store is down");
    };
    const { cache } = cacheOver({ ...counted().store, get: down });
    await expect(cache.read(acme, [number], start)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  });
});
