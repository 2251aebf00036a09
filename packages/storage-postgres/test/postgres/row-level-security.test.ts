import { tenantTables } from "@hubspoke/storage-kysely";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { expect, it } from "vitest";
import { place } from "./database.ts";
import { admin, hubspokeOver, person, support, tenant, usualDay, workDay } from "./office.ts";

it("S20: with row-level security that shows and takes one tenant's rows only, that tenant's day is the same", async () => {
  const { pool, schema } = await place();
  await postgresStorage({ pool, schema }).migrate();
  const role = schema.replace("test", "role");
  await pool.query(`create role ${role}; grant usage on schema "${schema}" to ${role};
    grant select, insert, update, delete on all tables in schema "${schema}" to ${role}`);
  for (const table of tenantTables) {
    await pool.query(`alter table "${schema}".${table} enable row level security;
      create policy own on "${schema}".${table} using (tenant = current_setting('test.tenant'))`);
  }
  // A neighbour, served without any policy, works on the same tables.
  const neighbour = hubspokeOver(pool, schema);
  const elsewhere = { ...support, tenant: "neighbour" };
  await neighbour.hubspoke.directory.lookupByPhone(person.phone, elsewhere);
  const rowsOfNeighbour = async () => {
    const counts = tenantTables.map((table) => `select count(*) from "${schema}".${table} where tenant = 'neighbour'`);
    const { rows } = await pool.query<{ count: string }>(counts.join(" union all "));
    return rows.map(({ count }) => count);
  };
  const before = await rowsOfNeighbour();

  const own = await place({ options: `-c role=${role} -c test.tenant=${tenant}` });
  const { hubspoke, key } = hubspokeOver(own.pool, schema);
  expect(await workDay(hubspoke)).toEqual(usualDay);
  expect((await hubspoke.directory.lookupByPhone(person.phone, support)).source).toBe("cache");
  expect((await hubspoke.privacy.export({ email: person.email }, admin)).cache).toHaveLength(1);
  expect((await hubspoke.privacy.erase({ email: person.email }, admin)).removed).toMatchObject({
    cache: 1,
    services: 1,
  });
  expect(await rowsOfNeighbour()).toEqual(before);
  await hubspoke.close();

  // And the policy does something: under another tenant's, the same words write and find nothing.
  const foreign = await place({ options: `-c role=${role} -c test.tenant=somebody-else` });
  const lost = hubspokeOver(foreign.pool, schema, key);
  await expect(lost.hubspoke.directory.lookupByPhone(person.phone, support)).resolves.toMatchObject({
    contact: null,
    degraded: { code: expect.any(String) },
  });
  for (const one of [lost, neighbour]) await one.hubspoke.close();
  await pool.query(`drop owned by ${role}; drop role ${role}`);
});
