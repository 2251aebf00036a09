import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { createHubSpoke, privateApp } from "@hubspoke/core";
import { alertNames } from "@hubspoke/core/ports";
import { field, type TenantSync } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { createHubSpotSimulator } from "@hubspoke/testing";
import { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { root } from "../scripts/workspace.ts";

const page = readFileSync(join(root, "docs/operations.md"), "utf8");
const folder = join(root, "tests/.tmp/guide-operations");
beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("operations.md", () => {
  it("says of every alert what it means, what to look at and what to do, in the order of their names", () => {
    const rows = [...page.matchAll(/^\| `([a-z]+\.[a-z_]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)];
    expect(rows.map(([, name]) => name)).toEqual([...alertNames]);
    for (const cells of rows) for (const cell of cells.slice(2)) expect(cell.trim(), cells[1]).not.toBe("");
  });

  it("stops everything people see, and lets it go on", async () => {
    const program = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? "").join("\n");
    const file = join(folder, "operations.ts");
    writeFileSync(file, program);
    const simulator = createHubSpotSimulator({ seed: 7 });
    const server = await simulator.listen();
    try {
      const env = {
        PATH: process.env.PATH ?? "",
        HUBSPOT_ACCESS_TOKEN: simulator.token,
        HUBSPOT_API_BASE_URL: server.url,
        HUBSPOKE_KEY: Buffer.alloc(32, 1).toString("base64"),
        HUBSPOKE_DEFAULT_REGION: "CA",
      };
      const args = ["--conditions=@hubspoke/source", file];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
      expect(stdout.trim().split("\n")).toEqual(["FEATURE_OFF", "[]"]);
    } finally {
      await server.close();
    }
  });
});

interface Customer {
  id: string;
  workspace: string;
  email: string | null;
  name: string | null;
}

/** A product with a table, an account, and a store that is a file: so that the file can be an older one the next time. */
async function product() {
  const there = mkdtempSync(join(tmpdir(), "hubspoke-restore-"));
  const simulator = createHubSpotSimulator({ seed: 7 });
  const server = await simulator.listen();
  const file = new DatabaseSync(join(there, "app.db"));
  file.exec("create table customers (id text primary key, workspace text not null, email text, name text)");
  const db = new Kysely<{ customers: Customer }>({ dialect: nodeSqliteDialect(file) });
  const table = { table: "customers", tenantColumn: "workspace" } as const;
  await installOutbox(db, table);
  onTestFinished(async () => {
    file.close();
    await server.close();
    rmSync(there, { recursive: true, force: true });
  });
  const store = join(there, "hubspoke.db");
  /** A process of its own over the store as it is now. */
  async function process(work: (sync: TenantSync) => Promise<void>): Promise<void> {
    const hubspoke = createHubSpoke({
      auth: privateApp(simulator.token),
      baseUrl: server.url,
      storage: sqliteStorage({ path: store }),
      keys: { current: "k1", keys: { k1: "11".repeat(32) } },
    });
    const customers = hubspoke.sync({
      name: "customers",
      object: "contacts",
      local: kyselySource(db, table),
      match: ["email"],
      fields: { email: field("email", { owner: "hubspot" }), name: field("firstname", { rule: "review" }) },
    });
    await work(customers.for("acme"));
    await hubspoke.close();
  }
  const add = (id: string) => db.insertInto("customers").values(customer(id)).execute();
  const rename = (id: string, name: string) => db.updateTable("customers").set({ name }).where("id", "=", id).execute();
  return { there, store, simulator, db, process, add, rename };
}

const customer = (id: string): Customer => ({ id, workspace: "acme", email: `${id}@acme.example`, name: id });

describe("a store that is restored from a backup", () => {
  it("remembers what is equal, matches the pairs it has not seen, and carries what had not travelled", async () => {
    const { there, store, simulator, db, process, add, rename } = await product();
    const { contacts } = simulator.portal();
    await add("ann");
    await add("bob");
    await process(async (sync) => void (await sync.backfill()));
    const backup = join(there, "backup.db");
    const source = new DatabaseSync(store);
    source.exec(`vacuum into '${backup}'`);
    source.close();

    // After the backup: an edit that travels, a new pair, and an edit that has not travelled when the store is lost.
    await rename("ann", "Anna");
    await add("cid");
    await process(async (sync) => void (await sync.reconcile()));
    await rename("bob", "Robert");
    for (const end of ["", "-wal", "-shm"]) rmSync(store + end, { force: true });
    copyFileSync(backup, store);

    await process(async (sync) => {
      const { counts } = await sync.reconcile();
      expect(counts).not.toHaveProperty("createdHubspot");
      expect(counts).not.toHaveProperty("createdLocal");
      expect((await sync.conflicts.list({ status: "open" })).items).toEqual([]);
      expect((await sync.reconcile()).equal).toBe(true);
    });
    const names = await db.selectFrom("customers").select("name").orderBy("id").execute();
    expect(names.map(({ name }) => name)).toEqual(["Anna", "Robert", "cid"]);
    const there2 = contacts.list().map(({ properties }) => properties.firstname);
    expect(there2.toSorted()).toEqual(["Anna", "Robert", "cid"]);
  });
});
