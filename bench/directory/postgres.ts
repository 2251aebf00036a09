/**
 * Rows into the contact cache on Postgres: ours in bulk, ours one by one, and the statement everybody would write, a
 * hundred rows of VALUES prepared once and no guard or answer given up. DATABASE_URL, or the server on this machine.
 */
import { postgresStorage } from "@hubspoke/storage-postgres";
import { Pool } from "pg";
import { cacheRows } from "./rows.ts";

const schema = `hubspoke_bench_${process.pid}`;
const connectionString = process.env.DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/postgres";
const pool = new Pool({ connectionString, max: 1 });
const storage = postgresStorage({ pool, schema });
await storage.migrate();

const fields = [
  "tenant",
  "portalId",
  "id",
  "index",
  "contactId",
  "sealed",
  "keyId",
  "fetchedAt",
  "freshUntil",
  "expiresAt",
  "activeUntil",
] as const;
const columns = fields.map((field) => `"${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}"`);
const key = ['"tenant"', '"portal_id"', '"index"'];
const table = `"${schema}".hubspoke_contact_cache`;

async function raw(rows: ReturnType<typeof cacheRows>): Promise<void> {
  const places = rows.map((_, r) => `(${fields.map((_, c) => `$${r * fields.length + c + 1}`).join(", ")})`);
  const changes = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  await pool.query({
    name: `raw ${rows.length}`,
    text: `insert into ${table} (${columns.join(", ")}) values ${places.join(", ")}
      on conflict (${key.join(", ")}) do update set ${changes.join(", ")}`,
    values: rows.flatMap((row) => fields.map((field) => row[field])),
  });
}

async function inPieces<T>(rows: readonly T[], size: number, write: (piece: T[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += size) await write(rows.slice(from, from + size));
}

const contestants: Readonly<
  Record<string, { rows: number; write(rows: ReturnType<typeof cacheRows>): Promise<void> }>
> = {
  rawHundreds: { rows: 2_000, write: (rows) => inPieces(rows, 100, raw) },
  ourHundreds: { rows: 2_000, write: (rows) => inPieces(rows, 100, (piece) => storage.cache.put(piece)) },
  ourThousands: { rows: 2_000, write: (rows) => inPieces(rows, 1_000, (piece) => storage.cache.put(piece)) },
  ourSingles: { rows: 200, write: (rows) => inPieces(rows, 1, (piece) => storage.cache.put(piece)) },
};

const perSecond: Record<string, number[]> = {};
for (let round = 0; round < 8; round++) {
  for (const [name, { rows: count, write }] of Object.entries(contestants)) {
    const rows = cacheRows(count);
    const began = performance.now();
    await write(rows);
    // The first two rounds prepare statements and fill caches.
    if (round >= 2) perSecond[name] = [...(perSecond[name] ?? []), (count / (performance.now() - began)) * 1_000];
  }
}
await storage.close();
await pool.query(`drop schema "${schema}" cascade`);
await pool.end();
console.log(JSON.stringify(perSecond));
