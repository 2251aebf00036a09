import type { CacheRow } from "@hubspoke/core/ports";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { expect, it } from "vitest";
import { place } from "./database.ts";

/** Every third is a number nobody has; values have every byte, lengths from nothing to a few hundred bytes. */
function rows(count: number, fetchedAt: number): CacheRow[] {
  return Array.from({ length: count }, (_, i) => ({
    tenant: "acme",
    portalId: "62515",
    id: `id-${i}`,
    index: `1.k1."{${i}},\\'`,
    contactId: i % 3 === 0 ? null : `NULL`,
    sealed: i % 3 === 0 ? null : Uint8Array.from({ length: i % 300 }, (_, at) => (i + at) % 256),
    keyId: i % 3 === 0 ? null : "k1",
    fetchedAt,
    freshUntil: 1_790_086_400_000 + i,
    expiresAt: 1_792_592_000_000,
    activeUntil: 0,
  }));
}

it("rows that travel as arrays come back byte by byte, more than one statement takes included, and guards hold", async () => {
  const { pool, schema } = await place();
  const storage = postgresStorage({ pool, schema });
  const written = rows(4_100, 1_000);
  expect(new Set(await storage.cache.put(written))).toEqual(new Set(["written"]));
  const read = await storage.cache.get(
    "acme",
    "62515",
    written.map(({ index }) => index),
  );
  const byId = new Map(read.map((row) => [row.id, row]));
  expect(written.map(({ id }) => byId.get(id))).toEqual(written);
  // Older ones are refused, newer ones taken, whatever is beside them in the call.
  const [older, newer] = [rows(50, 999), rows(50, 1_001)];
  const mixed = older.map((row, i) => (i % 2 === 0 ? row : (newer[i] as CacheRow)));
  expect(await storage.cache.put(mixed)).toEqual(mixed.map((_, i) => (i % 2 === 0 ? "stale" : "written")));
  await storage.close();
});
