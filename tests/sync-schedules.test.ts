import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { field, type SyncDefinition, type SyncHandle } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { Kysely } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { type Instance, instance, type World, world } from "./directory/bed.ts";

const folder = mkdtempSync(join(tmpdir(), "hubspoke-schedules-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Tables {
  leads: { id: string; workspace: string; email: string | null; title: string | null };
}

const table = { table: "leads", tenantColumn: "workspace" } as const;
const tenant = "acme";
const minute = 60_000;
const hour = 60 * minute;

type Process = Instance & { readonly leads: SyncHandle };

interface Bed extends World {
  readonly crm: Kysely<Tables>;
  /** A process of its own over the same database files. */
  process(change?: Partial<SyncDefinition>): Process;
  /** Time passes; every so often each process's worker does what is due. */
  pass(ms: number, ...processes: readonly Instance[]): Promise<void>;
  title(): Promise<string | null | undefined>;
}

async function bed(): Promise<Bed> {
  const there = world();
  const path = mkdtempSync(join(folder, "own-"));
  const crm = new Kysely<Tables>({ dialect: nodeSqliteDialect(new DatabaseSync(join(path, "crm.db"))) });
  await crm.schema
    .createTable("leads")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("workspace", "text", (column) => column.notNull())
    .addColumn("email", "text")
    .addColumn("title", "text")
    .execute();
  await installOutbox(crm, table);
  return {
    ...there,
    crm,
    process(change = {}) {
      const one = instance(there, sqliteStorage({ path: join(path, "hubspoke.db") }));
      const fields = { email: field("email", { owner: "hubspot" }), title: field("jobtitle", { owner: "hubspot" }) };
      const local = kyselySource(crm, table);
      const definition = { name: "leads", object: "contacts", local, match: ["email"], fields } as const;
      return { ...one, leads: one.hubspoke.sync({ ...definition, ...change } as SyncDefinition) };
    },
    async pass(ms, ...processes) {
      const until = there.clock.now() + ms;
      while (there.clock.now() < until) {
        const ticks = processes.map(({ hubspoke }) => hubspoke.worker().tick({ budgetMs: 1_000 }));
        await there.drive(Promise.all(ticks));
        await there.clock.advance(Math.min(minute, Math.max(1, until - there.clock.now())));
      }
    },
    title: async () => (await crm.selectFrom("leads").select("title").executeTakeFirst())?.title,
  };
}

async function backfilled(b: Bed, one: Process): Promise<string> {
  const { contacts } = b.simulator.portal();
  const { id } = contacts.create({ email: "ada@example.com", jobtitle: "Countess" });
  await b.drive(one.leads.for(tenant).backfill());
  return id;
}

describe("a sync on a schedule", () => {
  it("gathers changes and works them off when it is due, whichever process claims it", async () => {
    const b = await bed();
    const [one, other] = [b.process({ schedule: "1h" }), b.process({ schedule: "1h" })];
    const id = await backfilled(b, one);
    const due = (await one.leads.for(tenant).schedule.status()).changes;
    expect(due).toMatchObject({ every: "1h", enabled: true });
    const nextAt = due === "realtime" ? 0 : due.nextAt;
    b.simulator.portal().contacts.update(id, { jobtitle: "Programmer" });
    await b.pass(nextAt - b.clock.now() - 2 * minute, one, other);
    expect(await b.title()).toBe("Countess");
    await b.pass(4 * minute, one, other);
    expect(await b.title()).toBe("Programmer");
    const after = (await other.leads.for(tenant).schedule.status()).changes;
    expect(after).toMatchObject({ lastOutcome: "ok", nextAt: nextAt + hour });
    for (const { hubspoke } of [one, other]) await b.drive(hubspoke.close());
  });

  it("is made real-time and back while everything runs, and a pause holds it", async () => {
    const b = await bed();
    const one = b.process({ schedule: "1d" });
    const id = await backfilled(b, one);
    const sync = one.leads.for(tenant);
    const edit = (jobtitle: string) => b.simulator.portal().contacts.update(id, { jobtitle });
    expect((await sync.schedule.edit({ changes: "realtime" })).changes).toBe("realtime");
    edit("Programmer");
    await b.pass(5 * minute, one);
    expect(await b.title()).toBe("Programmer");
    const timing = { every: "1d", timeZone: "America/Halifax", at: "03:00" } as const;
    expect((await sync.schedule.edit({ changes: timing })).changes).toMatchObject({ ...timing, enabled: true });
    edit("Mathematician");
    await b.pass(20 * minute, one);
    expect(await b.title()).toBe("Programmer");
    await sync.schedule.edit({ changes: { every: { ms: 5 * minute } } });
    await sync.pause();
    await b.pass(12 * minute, one);
    expect(await b.title()).toBe("Programmer");
    await sync.resume();
    await b.pass(7 * minute, one);
    expect(await b.title()).toBe("Mathematician");
    await b.drive(one.hubspoke.close());
  });

  it("proves both sides equal on a schedule of its own, and repairs what no feed told", async () => {
    const b = await bed();
    const one = b.process({ poll: { remoteMs: false }, reconcile: { every: "1h" } });
    const id = await backfilled(b, one);
    b.simulator.portal().contacts.update(id, { jobtitle: "Programmer" });
    await b.pass(62 * minute, one);
    expect(await b.title()).toBe("Programmer");
    expect((await one.leads.for(tenant).status()).lastRuns).toMatchObject([
      { kind: "reconcile" },
      { kind: "backfill" },
    ]);
    const { reconcile } = await one.leads.for(tenant).schedule.edit({ reconcile: "off" });
    expect(reconcile).toBeNull();
    await b.drive(one.hubspoke.close());
  });

  it("is refused with a timing that cannot be, where it is declared and where it is edited", async () => {
    const b = await bed();
    const one = b.process();
    for (const schedule of ["2h", { every: "1d", at: "25:00" }, { every: "1d", timeZone: "Mars" }, 7])
      expect(() => b.process({ schedule } as never)).toThrow(
        expect.objectContaining({ code: "SYNC_DECLARATION_INVALID", message: expect.stringContaining("schedule") }),
      );
    await b.drive(one.leads.for(tenant).start());
    const edit = one.leads.for(tenant).schedule.edit({ changes: { every: "1d", at: "7" } });
    await expect(edit).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect((await one.leads.for(tenant).schedule.status()).changes).toBe("realtime");
    await b.drive(one.hubspoke.close());
  });
});

describe("a host's own scheduled job", () => {
  it("runs once per occurrence over many processes on one database, and is edited while they run", async () => {
    const b = await bed();
    const runs: string[] = [];
    const processes = [b.process(), b.process(), b.process()];
    const handles = processes.map(({ hubspoke }) =>
      hubspoke.schedule({
        name: "push-mrr",
        every: "5m",
        run: ({ tenant: who, dueAt }) => void runs.push(`${who} ${dueAt}`),
      }),
    );
    for (const one of ["acme", "bolt"]) await handles[0]?.for(one).start();
    await b.pass(31 * minute, ...processes);
    expect(runs.length).toBeGreaterThanOrEqual(12);
    expect(new Set(runs).size).toBe(runs.length);
    const before = runs.filter((run) => run.startsWith("bolt")).length;
    await processes[1]?.hubspoke.schedules.edit("bolt", "push-mrr", { enabled: false });
    await b.pass(11 * minute, ...processes);
    expect(runs.filter((run) => run.startsWith("bolt"))).toHaveLength(before);
    expect(await processes[2]?.hubspoke.schedules.list("bolt")).toMatchObject([{ name: "push-mrr", enabled: false }]);
    for (const { hubspoke } of processes) await b.drive(hubspoke.close());
  });
});
