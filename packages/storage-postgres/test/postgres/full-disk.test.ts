import { randomBytes } from "node:crypto";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { Pool } from "pg";
import { expect, it } from "vitest";
import { databaseUrl, schemaName } from "./database.ts";
import { inboxEvent } from "./rows.ts";
import { smallDisk } from "./small-disk.ts";

it("a full disk is STORE_FULL, loses nothing that was there, and ends when there is room", async () => {
  const schema = schemaName();
  const admin = new Pool({ connectionString: databaseUrl(), max: 1 });
  const disk = await smallDisk(admin, schema);
  const pool = new Pool({ connectionString: databaseUrl(), max: 2, options: disk.options });
  try {
    const storage = postgresStorage({ pool, schema });
    await storage.migrate();
    expect(await storage.inbox.record([inboxEvent("before")])).toEqual(["new"]);

    await disk.fill();
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
    const claimed = await storage.inbox.claim(10_000, 10, 9);
    expect(
      claimed.map(({ id }) => id),
      "reads and small writes go on",
    ).toEqual(["before"]);

    await disk.free();
    expect(await storage.inbox.record(delivery)).toEqual(delivery.map(() => "new"));
  } finally {
    await pool.end();
    await admin.query(`drop schema if exists "${schema}" cascade`);
    await disk.remove();
    await admin.end();
  }
});
