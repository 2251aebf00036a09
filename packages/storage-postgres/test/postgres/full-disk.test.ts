import { randomBytes } from "node:crypto";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { Pool } from "pg";
import { expect, it, onTestFinished } from "vitest";
import { databaseUrl, schemaName } from "./database.ts";
import { inboxEvent } from "./rows.ts";
import { smallDisk } from "./small-disk.ts";

it("a full disk is STORE_FULL, loses nothing that was there, and ends when there is room", async (test) => {
  const disk = await smallDisk(24);
  if ("why" in disk) return test.skip(disk.why);
  onTestFinished(disk.remove);
  const schema = schemaName();
  const admin = new Pool({ connectionString: databaseUrl(), max: 1 });
  await admin.query(`create tablespace "${schema}" location '${disk.path}'`);
  const pool = new Pool({ connectionString: databaseUrl(), max: 2, options: `-c default_tablespace=${schema}` });
  const storage = postgresStorage({ pool, schema });
  await storage.migrate();
  expect(await storage.inbox.record([inboxEvent("before")])).toEqual(["new"]);

  disk.fill();
  const delivery = Array.from({ length: 200 }, (_, i) => ({
    ...inboxEvent(`e${i}`),
    sealed: new Uint8Array(randomBytes(5_000)),
  }));
  await expect(storage.inbox.record(delivery)).rejects.toMatchObject({
    code: "STORE_FULL",
    retryable: true,
    details: { postgres: "53100" },
  });
  expect((await storage.inbox.depth()).waiting, "nothing of the delivery, and what was there").toBe(1);
  expect(
    (await storage.inbox.claim(10_000, 10, 9)).map(({ id }) => id),
    "reads and small writes go on",
  ).toEqual(["before"]);

  disk.free();
  expect(await storage.inbox.record(delivery)).toEqual(delivery.map(() => "new"));
  await pool.end();
  await admin.query(`drop schema "${schema}" cascade`);
  await admin.query(`drop tablespace "${schema}"`);
  await admin.end();
});
