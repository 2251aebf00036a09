import { field, type SyncHandle } from "@hubspoke/core/sync";
import { kyselySource } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { expect, it } from "vitest";
import { associatedTables } from "./associated-tables.ts";
import { instance, world } from "./directory/bed.ts";

const tenant = "acme";
const domains = ["a.com", "b.com", "c.com"];
const effects = [
  { phase: "after", effect: "reset" },
  { phase: "before", effect: "reset" },
  { phase: "after", effect: { status: 503 } },
  { phase: "before", effect: { status: 500 } },
  { phase: "before", effect: { policy: "SECONDLY", retryAfter: 1 } },
  { phase: "before", effect: { status: 400 } },
] as const;

it.each((process.env.SEEDS ?? "1,2,3,4").split(",").map(Number))(
  "ends the same on both sides, whatever becomes of the answers: %i",
  async (seed) => {
    let state = seed * 2654435761;
    const random = (n: number) => {
      state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
      return ((state ^ (state >>> 13)) >>> 0) % n;
    };
    const label = seed % 2 === 0 ? "plain" : "primary";
    const there = world();
    const crm = await associatedTables(":memory:");
    const { hubspoke } = instance(there, sqliteStorage({ path: ":memory:" }));
    const customers: SyncHandle = hubspoke.sync({
      name: "customers",
      object: "companies",
      local: kyselySource(crm, { table: "customers", tenantColumn: "workspace" }),
      match: ["domain"],
      create: { inHubspot: "at-least-once" },
      fields: { domain: field("domain", { owner: "hubspot" }) },
    });
    const users: SyncHandle = hubspoke.sync({
      name: "users",
      object: "contacts",
      local: kyselySource(crm, { table: "users", tenantColumn: "workspace" }),
      match: ["email"],
      fields: { email: field("email", { owner: "hubspot" }) },
      associations: { company: { sync: "customers", localField: "customer_id", label } },
    });
    const hs = hubspoke.client({ tenant });
    const run = there.drive;
    const companies = await run(Promise.all(domains.map((domain) => hs.companies.create({ properties: { domain } }))));
    const people = await run(
      Promise.all([0, 1, 2, 3].map((i) => hs.contacts.create({ properties: { email: `p${i}@a.com` } }))),
    );
    await run(customers.for(tenant).backfill());
    await run(users.for(tenant).backfill());
    const rows = await crm.selectFrom("customers").selectAll().execute();
    const idOf = (i: number) => rows.find(({ domain }) => domain === domains[i])?.id ?? null;
    const type = label === "plain" ? 279 : 1;
    const said = new Map<number, number | null>();
    const linked = async (i: number) => {
      const [found] = await run(hs.associations.batchRead("contacts", "companies", [people[i]?.id ?? ""]));
      if (found?.ok !== true) throw new Error("not read");
      return found.value.flatMap(({ toId, types }) => (types.some(({ typeId }) => typeId === type) ? [toId] : []));
    };
    for (let turn = 0; turn < 8; turn++) {
      const remove: (() => void)[] = [];
      for (let k = random(3); k > 0; k--)
        remove.push(
          there.simulator.faults.add({
            method: "POST",
            route: `/crm/associations/**/batch/${["create", "labels/archive", "*"][random(3)]}`,
            times: 1 + random(6),
            ...(effects[random(effects.length)] as (typeof effects)[number]),
          }),
        );
      for (let k = 1 + random(3); k > 0; k--) {
        const [who, what] = [random(people.length), random(4)];
        const to = what === 3 ? null : what;
        await crm
          .updateTable("users")
          .set({ customer_id: to === null ? null : idOf(to) })
          .where("email", "=", `p${who}@a.com`)
          .execute();
        said.set(who, to);
      }
      for (let k = random(4); k > 0; k--) {
        await run(hubspoke.worker().tick({ budgetMs: 1_000 }));
        await there.clock.advance(1_000 + random(40_000));
      }
      for (const one of remove) one();
    }
    for (let i = 0; i < 12; i++) {
      await run(hubspoke.worker().tick({ budgetMs: 1_000 }));
      await there.clock.advance(31_000);
    }
    const problems = (await users.for(tenant).quarantine.list()).items;
    if (problems.length > 0) {
      await users.for(tenant).quarantine.replay?.();
      for (let i = 0; i < 8; i++) {
        await run(hubspoke.worker().tick({ budgetMs: 1_000 }));
        await there.clock.advance(31_000);
      }
    }
    expect((await run(users.for(tenant).reconcile())).equal).toBe(true);
    for (const [who, to] of said) {
      const row = await crm
        .selectFrom("users")
        .select("customer_id")
        .where("email", "=", `p${who}@a.com`)
        .executeTakeFirstOrThrow();
      expect([who, row.customer_id]).toEqual([who, to === null ? null : idOf(to)]);
      const wanted = to === null ? [] : [companies[to]?.id];
      // The first company of a contact is its primary one by itself, and keeps its plain association for that.
      expect(await linked(who)).toEqual(label === "plain" ? expect.arrayContaining(wanted) : wanted);
    }
    expect((await users.for(tenant).conflicts.list()).items).toEqual([]);
    await run(hubspoke.close());
  },
  300_000,
);
