import { randomBytes, randomInt } from "node:crypto";
import { createHubSpoke, type Hubspoke, privateApp } from "@hubspoke/core";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { createHubSpotSimulator, createVirtualClock } from "@hubspoke/testing";
import type { Pool } from "pg";
import { expect, it } from "vitest";
import { place } from "./database.ts";

/** Letters nothing else on the server writes: what other tests leave in its log is not ours. */
const unique = randomBytes(6).toString("hex");
const tenant = `acme-${unique}`;
const digits = `555${randomInt(1_000, 9_999)}`;
const person = {
  firstname: `Canaryfirst${unique}`,
  lastname: `Canarylast${unique}`,
  company: `Canarycorp${unique}`,
  email: `canary-${unique}@person.example`,
  phone: `(902) ${digits.slice(0, 3)}-${digits.slice(3)}`,
};
const token = `pat-sim-${unique}`;
const agent = `Canarybrowser/${unique}`;
const text = `Canarynote${unique}`;
const planted = [
  ...[person.firstname, person.lastname, person.company, person.email],
  ...[`902${digits}`, `902-${digits.slice(0, 3)}`, token, agent, text],
];
const support = { tenant, actor: { id: "u7", role: "support" }, ip: "203.0.113.7", userAgent: agent };
const admin = { ...support, actor: { id: "root", role: "admin" } };

function hubspokeOver(pool: Pool, schema: string): { readonly hubspoke: Hubspoke; readonly key: string } {
  const clock = createVirtualClock();
  const portals = [{ id: 62515, tokens: [{ token }], defaultCountry: "CA" }];
  const simulator = createHubSpotSimulator({ seed: 7, clock, portals });
  simulator.portal().contacts.create(person);
  const key = randomBytes(32).toString("base64");
  const hubspoke = createHubSpoke({
    auth: privateApp(token),
    storage: postgresStorage({ pool, schema }),
    keys: { current: "k1", keys: { k1: key } },
    defaultRegion: "CA",
    audit: "strict",
    telemetry: false,
    directory: { fields: ["firstName", "lastName", "company", "email"] },
    transport: {
      async send({ url, method, headers, body }) {
        // HubSpot's time, in which it notices who was made and forgets what was asked.
        await clock.advance(60_000);
        const init = { method, headers, ...(body === undefined ? {} : { body: body as BodyInit }) };
        const response = await simulator.fetch(url, init);
        return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
      },
      close: async () => {},
    },
  });
  return { hubspoke, key };
}

/** What the server wrote: temporary files, its log since then, the tables' files, and their rows as a dump has them. */
const written = [
  `select 'temporary file', pg_read_binary_file('base/pgsql_tmp/' || name, 0, 100000000, true) from pg_ls_tmpdir()`,
  `select 'log', pg_read_binary_file('pg_wal/' || name, 0, 100000000, true) from pg_ls_waldir(), given
    where name between pg_walfile_name(since::pg_lsn) and pg_walfile_name(pg_current_wal_lsn())`,
  `select 'file', pg_read_binary_file(pg_relation_filepath(oid)) from pg_class, given
    where relkind in ('r', 'i', 't') and (relnamespace = namespace::regnamespace
      or oid in (select reltoastrelid from pg_class where relnamespace = namespace::regnamespace))`,
  `select 'dump', convert_to(query_to_xml('select * from ' || oid::regclass, true, false, '')::text, 'UTF8')
    from pg_class, given where relkind = 'r' and relnamespace = namespace::regnamespace`,
];

/** Which of the needles stand in it, and where. */
async function found(
  pool: Pool,
  schema: string,
  since: string,
  needles: readonly string[],
): Promise<readonly string[]> {
  await pool.query("checkpoint");
  const hits: string[] = [];
  for (const part of written) {
    const { rows } = await pool.query<{ hit: string }>(
      `with given as (select $1::text as namespace, $2::text as since)
      select place || ': ' || needle as hit from (${part}) as parts(place, bytes), unnest($3::text[]) as needle
        where position(convert_to(needle, 'UTF8') in bytes) > 0`,
      [`"${schema}"`, since, needles],
    );
    hits.push(...rows.map(({ hit }) => hit));
  }
  return hits;
}

it("S7: the log, the files and a dump of the server hold no name, number, address, text, agent or token, before and after an erasure", async () => {
  const { pool, schema } = await place();
  const { rows } = await pool.query<{ at: string; packed: string }>(
    "select pg_current_wal_lsn()::text as at, current_setting('wal_compression') as packed",
  );
  const [start] = rows;
  expect(start?.packed, "a compressed log would hide what it holds").toBe("off");
  const since = start?.at ?? "";
  const { hubspoke, key } = hubspokeOver(pool, schema);
  const { directory, outbox, privacy } = hubspoke;

  expect((await directory.lookupByPhone(person.phone, support)).contact?.lastName).toBe(person.lastname);
  const several = await directory.batchLookup([person.phone, "902-555-0000"], support);
  expect([...several.values()].map(({ contact }) => contact !== null)).toEqual([true, false]);
  const { contacts } = await directory.search(person.lastname, support);
  expect(contacts).toHaveLength(1);
  await directory.opened(contacts[0]?.id ?? "", support);
  const job = { to: [{ phone: person.phone }], body: text };
  await outbox.enqueue("note", job, { tenant, idempotencyKey: "call-1", notBefore: new Date(Date.now() + 86_400_000) });
  await hubspoke.worker().runJob("audit:flush");
  const secrets = [...planted, ...planted.map((one) => one.toLowerCase()), key];
  expect(await found(pool, schema, since, secrets)).toEqual([]);
  // What it finds where there is something to find: the tenant stands in the log, in files and in the dump.
  const places = new Set((await found(pool, schema, since, [tenant])).map((hit) => hit.split(":")[0]));
  expect(places).toEqual(new Set(["log", "file", "dump"]));

  await privacy.export({ email: person.email }, admin);
  const { removed } = await privacy.erase({ email: person.email }, admin);
  expect([removed.cache, removed.services]).toEqual([1, 1]);
  await hubspoke.close();
  expect(await found(pool, schema, since, secrets)).toEqual([]);
});
