import type { LinkOutcome } from "@hubspoke/core/ports";
import type { Mutant } from "./mutant.ts";
import { intents, links, mapBase, stores, work } from "./plant.ts";

const isRefresh = (lease: string): boolean => lease.startsWith("oauth:");

export const atTheStores: readonly Mutant[] = [
  intents("intents are never stored", () => ({ store: async (rows) => rows.map(() => "stored" as const) })),
  intents("intents are cleared before the check", (store) => ({
    markSent: (tenant, ids) => store.clear(tenant, ids),
  })),
  intents("intents of other workers are not seen", (store) => ({
    byRecord: async () => [],
    store: async (rows) => {
      await store.store(rows);
      return rows.map(() => "stored" as const);
    },
  })),
  intents("recovery finds nothing", () => ({ open: async () => [] })),
  intents("a second open intent is overwritten", (store) => ({
    store: async (rows) => {
      const before = await Promise.all(
        rows.map(({ tenant, sync, localId, hubspotId }) =>
          store.byRecord(tenant, sync, localId === null ? [] : [localId], hubspotId === null ? [] : [hubspotId]),
        ),
      );
      for (const row of before.flat()) await store.clear(row.tenant, [row.id]);
      return store.store(rows);
    },
  })),
  work("complete ignores newer marks", (store) => ({
    complete: async (refs) => {
      for (const { tenant, queue, side, key } of refs) await store.deleteByKey(tenant, queue, side, key);
    },
  })),
  work("a retry forgets the record", (store) => ({ retry: (refs) => store.complete(refs) })),
  work("local marks are lost", (store) => ({
    mark: (marks, now) =>
      store.mark(
        marks.filter(({ side }) => side === "remote"),
        now,
      ),
  })),
  work("remote marks are lost", (store) => ({
    mark: (marks, now) =>
      store.mark(
        marks.filter(({ side }) => side === "local"),
        now,
      ),
  })),
  work("a claim excludes nobody and is never lost", (store) => ({
    claim: (query) => store.claim({ ...query, leaseMs: 1 }),
    renew: async () => [],
  })),
  links("one hash for both sides", (store) => ({
    put: (rows) =>
      store.put(rows.map((row) => ({ ...row, base: mapBase(row.base, (one) => ({ ...one, remote: one.local })) }))),
  })),
  links("the base is never kept", (store) => ({ put: (rows) => store.put(rows.map((row) => ({ ...row, base: {} }))) })),
  links("links are written whatever version they have", (store) => ({
    put: async (rows) => {
      const outcomes: LinkOutcome[] = [];
      for (const row of rows) {
        const [there] = await store.byLocalIds(row.tenant, row.sync, [row.localId]);
        outcomes.push(...(await store.put([{ ...row, version: there?.version ?? 0 }])));
      }
      return outcomes;
    },
  })),
  links("a link that could not be written is taken for written", (store) => ({
    put: async (rows) => {
      await store.put(rows);
      return rows.map(() => "written" as const);
    },
  })),
  links("the base ends with a row that another one takes the place of", (store) => ({
    handOver: (row, from) => store.handOver({ ...row, base: {} }, from),
  })),
  links("parked conflicts are forgotten", (store) => ({
    put: (rows) => store.put(rows.map((row) => ({ ...row, base: mapBase(row.base, ({ parked, ...one }) => one) }))),
  })),
  stores("conflicts are not logged", ({ conflicts }) => ({ conflicts: { ...conflicts, add: async () => {} } })),
  stores("refresh without lock", ({ leases }) => ({
    leases: {
      ...leases,
      acquire: (name, holder, now, leaseMs) =>
        isRefresh(name) ? Promise.resolve({ fence: 1 }) : leases.acquire(name, holder, now, leaseMs),
      renew: (name, ...rest) => (isRefresh(name) ? Promise.resolve(true) : leases.renew(name, ...rest)),
      release: (name, fence) => (isRefresh(name) ? Promise.resolve() : leases.release(name, fence)),
    },
  })),
  stores("webhooks are acknowledged and dropped", ({ inbox }) => ({
    inbox: { ...inbox, claim: async () => [] },
  })),
  stores("echo by source only: what a program changed is taken for ours", ({ inbox }) => ({
    inbox: {
      ...inbox,
      record: (rows) => inbox.record(rows.filter(({ changeSource }) => changeSource !== "INTEGRATION")),
    },
  })),
  stores("the local cursor runs ahead of the marks", ({ work: queue, ...storage }) => {
    let calls = 0;
    return {
      ...storage,
      work: { ...queue, mark: async (marks, now) => (++calls % 3 === 0 ? undefined : queue.mark(marks, now)) },
    };
  }),
];
