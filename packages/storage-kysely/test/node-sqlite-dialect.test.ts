import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { expect, test } from "vitest";
import { nodeSqliteDialect } from "../src/index.ts";

interface Tables {
  people: { id: number; name: string; vip: number | boolean };
}

const open = () => new Kysely<Tables>({ dialect: nodeSqliteDialect(new DatabaseSync(":memory:")) });

test("a host's Kysely reads and writes through node:sqlite", async () => {
  const db = open();
  await db.schema
    .createTable("people")
    .addColumn("id", "integer", (c) => c.primaryKey())
    .addColumn("name", "text")
    .addColumn("vip", "integer")
    .execute();
  const inserted = await db.insertInto("people").values({ id: 7, name: "Ada", vip: true }).executeTakeFirstOrThrow();
  expect(inserted.numInsertedOrUpdatedRows).toBe(1n);
  const updated = await db
    .updateTable("people")
    .set({ name: "Ada L." })
    .where("id", "=", 7)
    .returning("name")
    .executeTakeFirst();
  expect(updated).toEqual({ name: "Ada L." });
  expect(await db.selectFrom("people").selectAll().execute()).toEqual([{ id: 7, name: "Ada L.", vip: 1 }]);
  await db.destroy();
});

test("a transaction that fails leaves nothing behind", async () => {
  const db = open();
  await db.schema
    .createTable("people")
    .addColumn("id", "integer", (c) => c.primaryKey())
    .addColumn("name", "text")
    .addColumn("vip", "integer")
    .execute();
  const failing = db.transaction().execute(async (trx) => {
    await trx.insertInto("people").values({ id: 1, name: "gone", vip: 0 }).execute();
    throw new Error("stop");
  });
  await expect(failing).rejects.toThrow("stop");
  expect(await db.selectFrom("people").selectAll().execute()).toEqual([]);
  await db.destroy();
});
