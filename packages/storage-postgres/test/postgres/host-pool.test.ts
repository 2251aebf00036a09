import { postgresStorage } from "@hubspoke/storage-postgres";
import { Pool } from "pg";
import { expect, it } from "vitest";
import { place } from "./database.ts";
import { inboxEvent, workMark } from "./rows.ts";

const settings = ["search_path", "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "role"];

it("a connection of the host's is given back as it was, and stays the host's to close", async () => {
  const { pool, schema } = await place({ max: 1, options: "-c search_path=pg_catalog -c lock_timeout=1234" });
  const values = async (): Promise<unknown[]> => {
    const { rows } = await pool.query(
      `select ${settings.map((one, i) => `current_setting('${one}') as s${i}`).join()}`,
    );
    return rows;
  };
  const before = await values();
  const storage = postgresStorage({ pool, schema });
  await storage.work.mark([workMark("1")], 0);
  await storage.work.claim({ tenant: "a", queue: "leads", now: 0, leaseMs: 9, limit: 9 });
  expect(await values()).toEqual(before);
  expect((await pool.query("select 1 from pg_prepared_statements")).rows, "nothing a pooler would trip over").toEqual(
    [],
  );
  await storage.close();
  expect(await values()).toEqual(before);
});

it("parsers the host has set for its own types change nothing", async () => {
  const { pool: admin, schema } = await place();
  const pool = new Pool({
    ...admin.options,
    types: {
      getTypeParser: (oid: number) => (text: unknown) =>
        oid === 20 ? BigInt(String(text)) : oid === 17 ? Buffer.from(String(text).slice(2), "hex") : text,
    } as never,
  });
  const storage = postgresStorage({ pool, schema });
  const event = { ...inboxEvent("e"), receivedAt: 1_790_000_000_000, sealed: new Uint8Array([0, 1, 255]) };
  await storage.inbox.record([event]);
  const [claimed] = await storage.inbox.claim(1_790_000_000_000, 10, 9);
  expect(claimed).toMatchObject(event);
  await pool.end();
});

it("a pool the host has ended is STORE_CLOSED", async () => {
  const { pool: admin, schema } = await place();
  const pool = new Pool(admin.options);
  const storage = postgresStorage({ pool, schema });
  await storage.migrate();
  await pool.end();
  await expect(storage.tenants.get("a")).rejects.toMatchObject({ code: "STORE_CLOSED" });
});

it.each(["on", "off"])("a commit is on disk before it is told, with synchronous_commit = %s", async (commits) => {
  const { pool, schema } = await place({ options: `-c synchronous_commit=${commits}` });
  const storage = postgresStorage({ pool, schema });
  await storage.migrate();
  await pool.query(`
    create table "${schema}".seen (commits text);
    create function "${schema}".see() returns trigger language plpgsql as
      $$ begin insert into "${schema}".seen values (current_setting('synchronous_commit')); return null; end $$;
    create trigger see after insert on "${schema}".hubspoke_inbox execute function "${schema}".see();
    create trigger see after insert on "${schema}".hubspoke_work execute function "${schema}".see()`);
  await storage.inbox.record([inboxEvent("e")]);
  await storage.work.mark([workMark("1")], 0);
  expect((await pool.query(`select * from "${schema}".seen`)).rows).toEqual([{ commits: "on" }, { commits: "on" }]);
});
