import type { Storage } from "@hubspoke/core/ports";
import { same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { race, times } from "../race.ts";
import {
  auditRow,
  cacheRow,
  conflictRow,
  inboxEvent,
  intentRow,
  linkRow,
  logRow,
  oauthStateRow,
  quarantineRow,
  runRow,
  tokenRow,
  workMark,
} from "../rows.ts";

/** One row of a tenant in every table that has tenants. */
async function fill(store: Storage, tenant: string): Promise<void> {
  await store.tenants.pin(tenant, "100", 1);
  await store.cache.put(times(1_200, (i) => cacheRow({ tenant, index: `i${i}` })));
  await store.audit.append([auditRow("r1", { tenant })]);
  await store.work.mark([workMark("1", { tenant })], 0);
  await store.links.put([linkRow("l1", "501", { tenant })]);
  await store.intents.store([intentRow("i1", { tenant })]);
  await store.cursors.advance(tenant, "100", "feed", "x", 0, 1);
  await store.conflicts.add([conflictRow("c1", { tenant })]);
  await store.quarantine.put([quarantineRow("q1", { tenant })]);
  await store.runs.save(runRow("r1", { tenant }));
  await store.syncLog.append([logRow("s1", { tenant })]);
  await store.tokens.put(tokenRow({ tenant }));
  await store.oauthStates.put(oauthStateRow(`state-${tenant}`, { tenant }));
}

/** A login can only be seen by taking it. */
async function logins(store: Storage, tenant: string): Promise<number> {
  const row = await store.oauthStates.consume(`state-${tenant}`);
  if (row !== null) await store.oauthStates.put(row);
  return row === null ? 0 : 1;
}

/** How many rows each table gives for a tenant. */
async function counts(store: Storage, tenant: string): Promise<Record<string, number>> {
  return {
    tenants: (await store.tenants.get(tenant)) === null ? 0 : 1,
    cache: (await store.cache.stats(tenant, "100", 0)).positive,
    audit: (await store.audit.query({ tenant, limit: 9 })).items.length,
    work: (await store.work.depth(tenant, "leads")).waiting,
    links: await store.links.count(tenant, "leads"),
    intents: (await store.intents.open(tenant, "leads", 99, 9)).length,
    cursors: (await store.cursors.list(tenant, "")).length,
    conflicts: (await store.conflicts.list({ tenant, limit: 9 })).items.length,
    quarantine: await store.quarantine.count(tenant, "leads"),
    runs: (await store.runs.list(tenant, null, 9)).length,
    syncLog: (await store.syncLog.list({ tenant, limit: 9 })).total,
    tokens: (await store.tokens.get(tenant)) === null ? 0 : 1,
    oauthStates: await logins(store, tenant),
  };
}

/** What a tenant store must do, removal of a whole tenant included. */
export const tenantCases: readonly ContractCase<Storage>[] = [
  {
    id: "tenants.pin",
    async run(t) {
      const { tenants } = await t.open();
      same(await tenants.get("a"), null, "no pin");
      same(await tenants.pin("a", "100", t.now), { outcome: "pinned" }, "the first pins");
      same(await tenants.pin("a", "100", t.now + 1), { outcome: "same" }, "the same again is the same");
      same(await tenants.pin("a", "200", t.now + 2), { outcome: "other", portalId: "100" }, "another is refused");
      const row = { tenant: "a", portalId: "100", pinnedAt: t.now, status: "active" };
      same(await tenants.get("a"), row, "and the pin stays where it was");
    },
  },
  {
    id: "tenants.race.one-portal",
    async run(t) {
      const outcomes = await race(t, ({ tenants }, i) => tenants.pin("a", `${100 + i}`, t.now));
      const winner = outcomes.findIndex((one) => one.outcome === "pinned");
      const expected = outcomes.map((_, i) =>
        i === winner ? { outcome: "pinned" } : { outcome: "other", portalId: `${100 + winner}` },
      );
      same(outcomes, expected, "one of many racers pins, and the others learn which");
    },
  },
  {
    id: "tenants.rebind",
    async run(t) {
      const { tenants } = await t.open();
      await tenants.pin("a", "100", 1);
      same(await tenants.rebind("a", "200", "300", 2), false, "not from another portal");
      const moved = await race(t, (store, i) => store.tenants.rebind("a", "100", `${300 + i}`, t.now));
      same(moved.filter(Boolean).length, 1, "one of many racers moves it");
      same((await tenants.get("a"))?.portalId, `${300 + moved.indexOf(true)}`, "to its own portal");
      same(await tenants.rebind("b", "100", "200", 1), false, "an unknown tenant is not made by moving it");
    },
  },
  {
    id: "tenants.list",
    async run(t) {
      const { tenants } = await t.open();
      for (const tenant of ["c", "a", "b", "d"]) await tenants.pin(tenant, tenant < "c" ? "100" : "200", 1);
      await tenants.setStatus("b", "disconnected");
      await tenants.setStatus("unknown", "disconnected");
      const names = (rows: readonly { tenant: string }[]): string[] => rows.map((row) => row.tenant);
      same(names(await tenants.byPortal("100")), ["a", "b"], "every tenant of a portal");
      same(names(await tenants.list(null, 3)), ["a", "b", "c"], "all tenants in order");
      same(names(await tenants.list("c", 3)), ["d"], "after the last one seen");
      same(
        (await tenants.byPortal("100")).map((row) => row.status),
        ["active", "disconnected"],
        "with their status",
      );
    },
  },
  {
    id: "tenants.delete-all",
    async run(t) {
      const store = await t.open();
      await fill(store, "a");
      await fill(store, "b");
      await store.inbox.record([inboxEvent("e1")]);
      const full = await counts(store, "b");
      same(
        Object.entries(full).filter(([, count]) => count === 0),
        [],
        "every table holds a row to begin with",
      );
      await store.tenants.deleteAll("a");
      const left = Object.entries(await counts(store, "a")).filter(([, count]) => count > 0);
      same(left, [], "no table keeps a row of the tenant");
      same(await counts(store, "b"), full, "the other tenant keeps every row");
      same((await store.inbox.depth()).waiting, 1, "events of a portal belong to no single tenant");
      await store.tenants.deleteAll("a");
    },
  },
  {
    id: "tenants.delete-leftovers",
    async run(t) {
      const store = await t.open();
      await fill(store, "a");
      await fill(store, "b");
      const full = await counts(store, "a");
      await store.tenants.deleteLeftovers("a");
      same(await counts(store, "a"), full, "a tenant that is pinned keeps every row");
      await store.tenants.deleteAll("a");
      await store.audit.append([auditRow("late", { tenant: "a" })]);
      await store.cache.put([cacheRow({ tenant: "a" })]);
      await store.oauthStates.put(oauthStateRow("state-a", { tenant: "a" }));
      await store.tenants.deleteLeftovers("a");
      const left = Object.entries(await counts(store, "a")).filter(([, count]) => count > 0);
      same(left, [["oauthStates", 1]], "one that is gone keeps the login that is under way, and nothing else");
      same(await counts(store, "b"), full, "the other tenant keeps every row");
    },
  },
  {
    id: "tenants.durable",
    needs: ["durable"],
    async run(t) {
      await (await t.open()).tenants.pin("a", "100", 1);
      same((await (await t.reopen()).tenants.get("a"))?.portalId, "100", "a pin outlives the process");
    },
  },
];
