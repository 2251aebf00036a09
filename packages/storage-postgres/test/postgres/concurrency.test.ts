import { postgresStorage } from "@hubspoke/storage-postgres";
import { ContractViolation, describeContract, runCase, storageCases } from "@hubspoke/testing/contracts";
import { describe, expect, it } from "vitest";
import { databaseUrl, place, postgresHarness, racers, waitsForLock, warmPool } from "./database.ts";
import { inProcess } from "./processes.ts";
import { recording } from "./recording.ts";
import { cacheRow, inboxEvent } from "./rows.ts";

// A pool of the storage's own, from an address.
describeContract(
  storageCases.filter((one) => one.id.startsWith("storage.")),
  {
    ...postgresHarness("Postgres by its address", []),
    async space() {
      const { schema, pool } = await place();
      return {
        open: async () => postgresStorage({ url: databaseUrl(), schema, maxConnections: racers }),
        close: (store) => store.close(),
        remove: async () => {
          await pool.query(`drop schema if exists "${schema}" cascade`);
        },
      };
    },
  },
  { describe, it },
);

it("processes on one database share the work: everything once, nothing lost", async () => {
  const { pool, schema } = await place();
  const storage = postgresStorage({ pool, schema });
  const ids = Array.from({ length: 400 }, (_, i) => `e${i}`);
  await storage.inbox.record(ids.map(inboxEvent));
  const workers = await Promise.all(Array.from({ length: 3 }, () => inProcess<string[]>("claimer.ts", schema)));
  expect(workers.flat().sort()).toEqual([...ids].sort());
  expect((await storage.inbox.depth()).waiting).toBe(0);
});

it("claims pass rows that another claim holds instead of waiting for it", async () => {
  const { pool, schema } = await place();
  const storage = postgresStorage({ pool, schema });
  await storage.inbox.record(["e1", "e2", "e3"].map(inboxEvent));
  const other = await pool.connect();
  await other.query(`begin; select 1 from "${schema}".hubspoke_inbox where id in ('e1', 'e2') for update`);
  const claimed = await storage.inbox.claim(2_000, 100, 9);
  expect(claimed.map((event) => event.id)).toEqual(["e3"]);
  await other.query("rollback");
  other.release();
});

it("the undone side of a deadlock is repeated and succeeds", async () => {
  const { pool, schema } = await place();
  const storage = postgresStorage({ pool, schema });
  await storage.cache.put([cacheRow("i1"), cacheRow("i2")]);
  const other = await pool.connect();
  const touch = (index: string) =>
    other.query(`update "${schema}".hubspoke_contact_cache set contact_id = 'other' where "index" = '${index}'`);
  // The other looks for deadlocks later, so it is the store that is undone.
  await other.query("begin; set local deadlock_timeout = '20s'");
  await touch("i2");
  const put = storage.cache.put(["i1", "i2"].map((index) => cacheRow(index, { fetchedAt: 2_000 })));
  await waitsForLock(pool, "transactionid", `%${schema}%`);
  await touch("i1");
  await other.query("commit");
  other.release();
  expect(await put).toEqual(["written", "written"]);
});

it("two writers of the same rows in opposite order both finish", async () => {
  const { pool, schema } = await place();
  const storage = postgresStorage({ pool, schema });
  await storage.migrate();
  const indexes = Array.from({ length: 200 }, (_, i) => `i${i}`);
  const rows = indexes.map((index) => cacheRow(index));
  for (let round = 1; round <= 5; round++) {
    const newer = rows.map((row) => ({ ...row, fetchedAt: 1_000 + round }));
    const outcomes = await Promise.all([storage.cache.put(newer), storage.cache.put(newer.toReversed())]);
    expect(outcomes.flat().filter((one) => one !== "written")).toEqual([]);
  }
});

it("the suite would see a claim without its lock", async () => {
  const pools = [await warmPool(), await warmPool()];
  const careless = postgresHarness("no lock", pools, (pool) =>
    recording(pool, (sql) => sql.replace(" for update skip locked", "")),
  );
  const bounded = storageCases.find((one) => one.id === "inbox.claim.bounded");
  if (bounded === undefined) throw new Error("the case has another name now");
  await expect(runCase(bounded, careless)).rejects.toBeInstanceOf(ContractViolation);
  await Promise.all(pools.map((pool) => pool.end()));
});
