import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { codec, field, type SyncHandle } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { Kysely } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { type Instance, instance, type World, world } from "./directory/bed.ts";

const folder = mkdtempSync(join(tmpdir(), "hubspoke-sync-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Tables {
  leads: { id: string; workspace: string; email: string | null; name: string | null; phone: string | null };
}

const table = { table: "leads", tenantColumn: "workspace" } as const;
const tenant = "acme";

const name = codec(["firstname", "lastname"], {
  encode: (text) => {
    const [firstname = "", ...rest] = (text ?? "").split(" ");
    return { firstname, lastname: rest.join(" ") };
  },
  decode: ({ firstname, lastname }) => [firstname, lastname].filter((part) => part).join(" ") || null,
  samples: ["Ada Lovelace", "Ada", ""],
  owner: "local",
});

interface Bed extends World {
  readonly path: string;
  readonly crm: Kysely<Tables>;
  /** A process of its own over the same database files. */
  process(): Instance & { readonly leads: SyncHandle };
}

/** A simulated HubSpot, a host's table in a database file, and as many processes as a test wants. */
async function bed(): Promise<Bed> {
  const there = world();
  const path = mkdtempSync(join(folder, "own-"));
  const crm = new Kysely<Tables>({ dialect: nodeSqliteDialect(new DatabaseSync(join(path, "crm.db"))) });
  await crm.schema
    .createTable("leads")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("workspace", "text", (column) => column.notNull())
    .addColumn("email", "text")
    .addColumn("name", "text")
    .addColumn("phone", "text")
    .execute();
  await installOutbox(crm, table);
  return {
    ...there,
    path,
    crm,
    process() {
      const one = instance(there, sqliteStorage({ path: join(path, "hubspoke.db") }), {
        syncSettings: { leaseMs: 6_000, marginMs: 1_000 },
      });
      const leads = one.hubspoke.sync({
        name: "leads",
        object: "contacts",
        local: kyselySource(crm, table),
        match: ["email"],
        fields: { email: field("email", { owner: "hubspot" }), name, phone: field("phone", { owner: "hubspot" }) },
      });
      return { ...one, leads };
    },
  };
}

const rows = ({ crm }: Bed) => crm.selectFrom("leads").selectAll().orderBy("email").execute();
const lead = (id: string, values: Partial<Tables["leads"]>): Tables["leads"] => ({
  id,
  workspace: tenant,
  email: null,
  name: null,
  phone: null,
  ...values,
});
const writesTo = ({ simulator }: Bed) =>
  simulator.calls.filter(({ path }) => /batch\/(create|update|upsert|archive)$/.test(path)).length;

describe("two databases", () => {
  it("are left alone by a declaration that names a column which is not there", async () => {
    const there = await bed();
    there.simulator.seedContacts(3);
    const sync = there
      .process()
      .hubspoke.sync({
        name: "mistaken",
        object: "contacts",
        local: kyselySource(there.crm, table),
        match: ["email"],
        fields: { email: field("email", { owner: "hubspot" }), phnoe: field("phone", { owner: "hubspot" }) },
      })
      .for(tenant);
    const refused = {
      code: "SYNC_DECLARATION_INVALID",
      message: expect.stringContaining('no field "phnoe". Did you mean "phone"?'),
    };
    await expect(there.drive(sync.plan())).rejects.toMatchObject(refused);
    await expect(there.drive(sync.backfill())).rejects.toMatchObject(refused);
    expect([writesTo(there), await rows(there)]).toEqual([0, []]);
  });

  it("are planned without a write, made equal, and stay equal without echoes", async () => {
    const there = await bed();
    there.simulator.seedContacts(250);
    const [first] = there.simulator.portal().contacts.list();
    const email = first?.properties.email ?? "";
    await there.crm
      .insertInto("leads")
      .values([
        lead("a", { email: ` ${email.toUpperCase()}`, name: "Someone Else" }),
        lead("b", { email: " New@Example.com ", name: "Nia New" }),
      ])
      .execute();
    const { leads, hubspoke } = there.process();
    const sync = leads.for(tenant);

    const plan = await there.drive(sync.plan());
    expect(plan.counts).toMatchObject({ link: 1, "create-local": 249, "create-hubspot": 1 });
    expect([writesTo(there), (await rows(there)).length]).toEqual([0, 2]);

    const done: string[] = [];
    const result = await there.drive(sync.backfill({ onProgress: ({ phase }) => done.push(phase) }));
    expect(result.counts).toMatchObject({ linked: 1, createdLocal: 249, createdHubspot: 1 });
    expect(new Set(done)).toContain("remote");
    expect(await rows(there)).toHaveLength(251);
    const contact = there.simulator
      .portal()
      .contacts.list()
      .find(({ properties }) => properties.email === email);
    expect(contact?.properties).toMatchObject({ firstname: "Someone", lastname: "Else" });

    const before = writesTo(there);
    await there.drive(hubspoke.worker().tick({ budgetMs: 30_000 }));
    const again = await there.drive(sync.reconcile());
    expect({ equal: again.equal, writes: writesTo(there) }).toEqual({ equal: true, writes: before });
    expect(there.simulator.stats().rateLimited).toBe(0);
    await there.drive(hubspoke.close());
  });

  it("carry edits both ways, and each rule decides its own field", async () => {
    const there = await bed();
    const contact = there.simulator
      .portal()
      .contacts.create({ email: "ada@example.com", firstname: "Ada", lastname: "Lovelace" });
    const { leads, hubspoke } = there.process();
    const sync = leads.for(tenant);
    await there.drive(sync.backfill());
    there.simulator.portal().contacts.update(contact.id, { firstname: "Augusta", phone: "902 555 0101" });
    await there.crm.updateTable("leads").set({ name: "Ada King", phone: "902 555 0199" }).execute();
    await there.clock.advance(120_000);
    for (let i = 0; i < 4; i++) {
      await there.drive(hubspoke.worker().tick());
      await there.clock.advance(10_000);
    }
    expect(await rows(there)).toMatchObject([{ name: "Ada King", phone: "902 555 0101" }]);
    expect(there.simulator.portal().contacts.get(contact.id)?.properties).toMatchObject({
      firstname: "Ada",
      lastname: "King",
      phone: "902 555 0101",
    });
    const { items } = await there.drive(sync.conflicts.list({ values: true }));
    expect(items.map(({ field: of, winner, values }) => [of, winner, values]).sort()).toEqual([
      ["name", "local", { local: "Ada King", hubspot: "Augusta Lovelace" }],
      ["phone", "hubspot", { local: "902 555 0199", hubspot: "902 555 0101" }],
    ]);
    await there.drive(hubspoke.close());
  });

  it("are made equal by the next process when one is stopped in the middle", async () => {
    const there = await bed();
    there.simulator.seedContacts(900);
    const stopped = there.process();
    const stop = new AbortController();
    const onProgress = ({ done }: { readonly done: number }) => {
      if (done >= 300) stop.abort();
    };
    const first = there.drive(stopped.leads.for(tenant).backfill({ signal: stop.signal, onProgress }));
    await expect(first).rejects.toMatchObject({ code: "ABORTED" });
    await there.drive(stopped.hubspoke.close());
    expect((await rows(there)).length).toBeLessThan(900);

    const { leads, hubspoke } = there.process();
    const listed = () =>
      there.simulator.calls.filter(({ method, path }) => method === "GET" && path.endsWith("/contacts")).length;
    const before = listed();
    const result = await there.drive(leads.for(tenant).backfill());
    expect(result).toMatchObject({ resumed: true, state: "done" });
    expect(await rows(there)).toHaveLength(900);
    expect(listed() - before).toBeLessThan(9);
    expect(await there.drive(leads.for(tenant).reconcile())).toMatchObject({ equal: true });
    await there.drive(hubspoke.close());
  });
});

describe("bad input", () => {
  it("names an unknown property and what was probably meant, before anything is written", async () => {
    const there = await bed();
    const { hubspoke } = there.process();
    const wrong = hubspoke.sync({
      name: "typo",
      object: "contacts",
      local: kyselySource(there.crm, table),
      match: ["email"],
      fields: { email: field("email", { owner: "hubspot" }), phone: field("phonne", { owner: "hubspot" }) },
    });
    const failed = there.drive(wrong.for(tenant).backfill());
    await expect(failed).rejects.toMatchObject({
      code: "PROPERTY_UNKNOWN",
      message: expect.stringContaining('"phone"'),
    });
    expect(await rows(there)).toEqual([]);
    await there.drive(hubspoke.close());
  });

  it("of one record never stops the others: refused with its reason, and sent again only after a change", async () => {
    const there = await bed();
    const people = Array.from({ length: 99 }, (_, i) => lead(`p${i}`, { email: `p${i}@example.com`, name: `P ${i}` }));
    await there.crm
      .insertInto("leads")
      .values([...people, lead("bad", { email: "not an address", name: "Bad" })])
      .execute();
    const { leads, hubspoke } = there.process();
    const sync = leads.for(tenant);
    await there.drive(sync.backfill());
    expect(there.simulator.portal().contacts.list()).toHaveLength(99);
    const { items } = await there.drive(sync.quarantine.list());
    expect(items).toMatchObject([{ side: "local", key: "bad", reason: "VALIDATION_FAILED" }]);
    await there.crm.updateTable("leads").set({ email: "good@example.com" }).where("id", "=", "bad").execute();
    await there.clock.advance(10_000);
    await there.drive(hubspoke.worker().tick());
    expect(there.simulator.portal().contacts.list()).toHaveLength(100);
    expect((await there.drive(sync.quarantine.list())).items).toEqual([]);
    await there.drive(hubspoke.close());
  });
});
