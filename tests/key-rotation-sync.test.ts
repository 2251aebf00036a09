import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { field, functionSource, type SourceRecord } from "@hubspoke/core/sync";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { afterAll, expect, it } from "vitest";
import { type Instance, instance, keys, world } from "./directory/bed.ts";

const folder = mkdtempSync(join(tmpdir(), "hubspoke-keys-sync-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tenant = "acme";
const customer: SourceRecord = { id: "C1", version: "1", values: { domain: "acme.example" } };
const both = { current: "k2", keys } as const;
const retired = { current: "k2", keys: { k2: keys.k2 } } as const;
const properties = ["email", "firstname", "jobtitle", "hs_buying_role", "customer"] as const;

/** Three linked pairs, whose base is under k1, of a program whose records are in memory. */
async function bed() {
  const there = world();
  const contacts = there.simulator.portal().contacts;
  const path = join(mkdtempSync(join(folder, "own-")), "hubspoke.db");
  const records = new Map<string, SourceRecord>();
  const ids: string[] = [];
  for (const n of [1, 2, 3]) {
    const text = { email: `p${n}@example.com`, firstname: `F${n}`, jobtitle: `J${n}` };
    ids.push(contacts.create({ ...text, hs_buying_role: "BLOCKER;CHAMPION" }).id);
    records.set(`L${n}`, { id: `L${n}`, version: "1", values: { ...text, hs_buying_role: ["BLOCKER", "CHAMPION"] } });
  }
  records.set("L1", { id: "L1", version: "1", values: { ...records.get("L1")?.values, customer: "C1" } });
  there.simulator.portal().objects("companies").create({ domain: "acme.example" });
  const customers = functionSource({
    fields: ["domain"],
    list: async () => ({ records: [customer], next: null }),
    read: async (_tenant, wanted) => (wanted.includes("C1") ? [customer] : []),
    update: async () => customer,
  });
  const edit = (id: string, values: SourceRecord["values"]): SourceRecord => {
    const was = records.get(id) as SourceRecord;
    const now = { ...was, version: String(Number(was.version) + 1), values: { ...was.values, ...values } };
    records.set(id, now);
    return now;
  };
  const local = functionSource({
    fields: properties,
    list: async () => ({ records: [...records.values()], next: null }),
    read: async (_tenant, wanted) => wanted.flatMap((id) => records.get(id) ?? []),
    update: async (_tenant, id, values) => edit(id, values),
  });
  const start = (own: { readonly current: string; readonly keys: Readonly<Record<string, string>> }) => {
    const made = instance(there, sqliteStorage({ path }), { keys: own });
    const companies = made.hubspoke
      .sync({
        name: "customers",
        object: "companies",
        local: customers,
        match: ["domain"],
        create: { inHubspot: false, inLocal: false },
        fields: { domain: field("domain", { owner: "hubspot" }) },
      })
      .for(tenant);
    const leads = made.hubspoke
      .sync({
        name: "leads",
        object: "contacts",
        local,
        match: ["email"],
        create: { inHubspot: false, inLocal: false },
        conflict: { default: "review", tie: "review" },
        fields: {
          email: field("email", { owner: "hubspot" }),
          firstname: field("firstname"),
          jobtitle: field("jobtitle"),
          hs_buying_role: field("hs_buying_role", { rule: "union", as: "list" }),
        },
        associations: { company: { sync: "customers", localField: "customer" } },
      })
      .for(tenant);
    return { ...made, companies, leads };
  };
  const first = start({ current: "k1", keys: { k1: keys.k1 } });
  expect((await there.drive(first.companies.backfill())).state).toBe("done");
  expect((await there.drive(first.leads.backfill())).state).toBe("done");
  await there.drive(first.hubspoke.close());
  const work = async ({ hubspoke }: Instance) => {
    for (let i = 0; i < 6; i++) {
      await there.drive(hubspoke.worker().tick({ budgetMs: 3_600_000 }));
      await there.clock.advance(60_000);
    }
  };
  const k1In = async ({ hubspoke }: Instance) =>
    (await there.drive(hubspoke.keys.status())).keys.find(({ id }) => id === "k1");
  const remote = (n: number) => contacts.get(ids[n - 1] ?? "")?.properties ?? {};
  const here = (n: number) => records.get(`L${n}`)?.values ?? {};
  return { there, contacts, ids, edit, start, work, k1In, remote, here };
}

it("a reconciliation hashes every pair anew without a write to either side; then the key may retire, and edits still travel", async () => {
  const { there, contacts, ids, edit, start, work, k1In, remote, here } = await bed();
  const rotating = start(both);
  expect(await k1In(rotating)).toMatchObject({ mayRetire: false, rows: { links: 4 } });
  const before = JSON.stringify([1, 2, 3].map((n) => [remote(n), here(n)]));
  const pass = await there.drive(rotating.leads.reconcile());
  expect(pass).toMatchObject({ state: "done", equal: true });
  expect(JSON.stringify([1, 2, 3].map((n) => [remote(n), here(n)]))).toBe(before);
  expect(await k1In(rotating)).toMatchObject({ mayRetire: false, rows: { links: 1 } });
  await there.drive(rotating.companies.reconcile());
  await work(rotating);
  expect(await k1In(rotating)).toMatchObject({ mayRetire: true, rows: {} });
  await there.drive(rotating.hubspoke.close());

  const last = start(retired);
  const hs = last.hubspoke.client({ tenant });
  const companyOf = async () => {
    const [found] = await there.drive(hs.associations.batchRead("contacts", "companies", [ids[0] ?? ""]));
    return found?.ok === true
      ? found.value.filter(({ types }) => types.some(({ typeId }) => typeId === 1)).length
      : null;
  };
  expect(await companyOf()).toBe(1);
  edit("L1", { customer: null, jobtitle: "Ours", hs_buying_role: ["CHAMPION"] });
  contacts.update(ids[1] ?? "", { firstname: "Theirs", hs_buying_role: "BLOCKER" });
  await work(last);
  expect([remote(1).jobtitle, remote(1).hs_buying_role]).toEqual(["Ours", "CHAMPION"]);
  expect(await companyOf()).toBe(0);
  expect([here(2).firstname, here(2).hs_buying_role]).toEqual(["Theirs", ["BLOCKER"]]);
  expect((await there.drive(last.leads.conflicts.list({ status: "open" }))).items).toEqual([]);
  await there.drive(last.hubspoke.close());
});

it("what one side took out of a list after the rotation does not come back because the other side added something", async () => {
  const { there, contacts, ids, edit, start, work, remote, here } = await bed();
  const rotating = start(both);
  edit("L1", { hs_buying_role: ["BLOCKER"] });
  contacts.update(ids[0] ?? "", { hs_buying_role: "BLOCKER;CHAMPION;DECISION_MAKER" });
  await work(rotating);
  const merged = ["BLOCKER", "DECISION_MAKER"];
  expect([String(remote(1).hs_buying_role).split(";").sort(), here(1).hs_buying_role]).toEqual([merged, merged]);
  await there.drive(rotating.hubspoke.close());
});

it("a key retired before the pairs were hashed anew stops the sync: nothing is written, and edits travel when it is back", async () => {
  const { there, contacts, ids, edit, start, work, remote, here } = await bed();
  const early = start(retired);
  edit("L1", { jobtitle: "Ours" });
  contacts.update(ids[1] ?? "", { firstname: "Theirs" });
  await work(early);
  expect([remote(1).jobtitle, here(2).firstname]).toEqual(["J1", "F2"]);
  const told = early.alerts.map(({ key }) => key).toSorted();
  expect(told, "each once").toEqual(["customers", "leads"].map((sync) => `sync.errors_high:${sync}:KEY_UNKNOWN`));
  await expect(there.drive(early.leads.reconcile())).rejects.toMatchObject({ code: "KEY_UNKNOWN" });
  expect(await there.drive(early.hubspoke.keys.status())).toMatchObject({ missing: ["k1"] });
  await there.drive(early.hubspoke.close());

  const restored = start(both);
  await work(restored);
  expect((await there.drive(restored.leads.reconcile())).state).toBe("done");
  expect([remote(1).jobtitle, here(2).firstname]).toEqual(["Ours", "Theirs"]);
  await there.drive(restored.hubspoke.close());
});
