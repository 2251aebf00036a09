import type { CacheRow, CursorStore, LinkRow } from "@hubspoke/core/ports";
import { type BrokenStore, gap, replace } from "./broken-store.ts";

/** Faults in how rows are kept, guarded, listed and removed. */
export const brokenRows: readonly BrokenStore[] = [
  {
    name: "compares versions in one step and writes in another",
    caughtBy: "links.race.one-update",
    plant: (store) =>
      replace(store, "links", (links) => ({
        async put(rows) {
          const current = new Map<LinkRow, number>();
          for (const row of rows) {
            const [stored] = await links.byLocalIds(row.tenant, row.sync, [row.localId]);
            if ((stored?.version ?? 0) !== row.version) return rows.map(() => "stale" as const);
            current.set(row, row.version);
          }
          await gap();
          return Promise.all(
            rows.map(async (row) => {
              const [stored] = await links.byLocalIds(row.tenant, row.sync, [row.localId]);
              return (await links.put([{ ...row, version: stored?.version ?? 0 }]))[0] ?? "stale";
            }),
          );
        },
      })),
  },
  {
    name: "ends a pair before it begins the one in its place",
    caughtBy: "links.hand-over",
    plant: (store) =>
      replace(store, "links", (links) => ({
        async handOver(row, from) {
          if (!(await links.delete(row.tenant, row.sync, from, row.version))) return "stale";
          return (await links.put([{ ...row, version: 0 }]))[0] ?? "stale";
        },
      })),
  },
  {
    name: "hands out its own objects",
    caughtBy: "cache.ownership",
    plant: (store) => {
      const live = new Map<string, CacheRow>();
      return replace(store, "cache", (cache) => ({
        async get(tenant, portalId, indexes) {
          const rows = await cache.get(tenant, portalId, indexes);
          return rows.map((row) => {
            const key = JSON.stringify([tenant, portalId, row.index]);
            const known = live.get(key) ?? row;
            live.set(key, known);
            return known;
          });
        },
      }));
    },
  },
  {
    name: "lets the last writer win",
    caughtBy: "cache.order.newer-stays",
    plant: (store) =>
      replace(store, "cache", (cache) => ({
        async put(rows) {
          for (const row of rows) await cache.deleteByIndex(row.tenant, row.portalId, [row.index]);
          return cache.put(rows);
        },
      })),
  },
  {
    name: "writes the first hundred of a batch and claims them all",
    caughtBy: "cache.batch.sizes",
    plant: (store) =>
      replace(store, "cache", (cache) => ({
        async put(rows) {
          await cache.put(rows.slice(0, 100));
          return rows.map(() => "written" as const);
        },
      })),
  },
  {
    name: "forgets the tenant in one statement",
    caughtBy: "cache.tenants",
    plant: (store) => {
      const tenants = new Set<string>();
      return replace(store, "cache", (cache) => ({
        async put(rows) {
          for (const row of rows) tenants.add(row.tenant);
          return cache.put(rows);
        },
        async deleteByContact(_tenant, portalId, contactId) {
          let deleted = 0;
          for (const tenant of tenants) deleted += await cache.deleteByContact(tenant, portalId, contactId);
          return deleted;
        },
      }));
    },
  },
  {
    name: "appends a batch row by row",
    caughtBy: "audit.batch.atomic",
    plant: (store) =>
      replace(store, "audit", (audit) => ({
        async append(rows) {
          for (const row of rows) await audit.append([row]);
        },
      })),
  },
  {
    name: "pages by time alone",
    caughtBy: "audit.page",
    plant: (store) =>
      replace(store, "audit", (audit) => ({
        async query(query) {
          const page = await audit.query(query);
          return page.next === undefined ? page : { ...page, next: `${page.next.split(".")[0]}.` };
        },
      })),
  },
  {
    name: "begins a deleted cursor at version 1 again",
    caughtBy: "cursors.delete.not-revived",
    plant: (store) => {
      const lives = new Map<string, number>();
      const named = (portalId: string, name: string): string => {
        const life = lives.get(JSON.stringify([portalId, name])) ?? 0;
        return life === 0 ? name : `${name}#${life}`;
      };
      return replace(
        store,
        "cursors",
        (cursors): Partial<CursorStore> => ({
          read: (tenant, portalId, name) => cursors.read(tenant, portalId, named(portalId, name)),
          advance: (tenant, portalId, name, value, expected, now) =>
            cursors.advance(tenant, portalId, named(portalId, name), value, expected, now),
          async delete(tenant, portalId, name) {
            await cursors.delete(tenant, portalId, named(portalId, name));
            const key = JSON.stringify([portalId, name]);
            lives.set(key, (lives.get(key) ?? 0) + 1);
          },
        }),
      );
    },
  },
  {
    name: "moves a pin to whoever asks last",
    caughtBy: "tenants.pin",
    plant: (store) =>
      replace(store, "tenants", (tenants) => ({
        async pin(tenant, portalId, now) {
          const outcome = await tenants.pin(tenant, portalId, now);
          if (outcome.outcome === "other") await tenants.rebind(tenant, outcome.portalId, portalId, now);
          return outcome;
        },
      })),
  },
  {
    name: "leaves a table behind when a tenant goes",
    caughtBy: "tenants.delete-all",
    plant: (store) =>
      replace(store, "tenants", (tenants) => ({
        async deleteAll(tenant) {
          const runs = await store.runs.list(tenant, null, 100);
          await tenants.deleteAll(tenant);
          for (const run of runs) await store.runs.save({ ...run, version: 0 });
        },
      })),
  },
  {
    name: "stores a second intent for the same HubSpot record",
    caughtBy: "intents.one-open.hubspot",
    plant: (store) =>
      replace(store, "intents", (intents) => ({
        store: (rows) => intents.store(rows.map((row) => ({ ...row, hubspotId: null }))),
      })),
  },
  {
    name: "clears an intent that recovery has taken over",
    caughtBy: "intents.taken-over",
    plant: (store) => replace(store, "intents", (intents) => ({ clear: (tenant, ids) => intents.clear(tenant, ids) })),
  },
  {
    name: "answers after it was closed",
    caughtBy: "storage.close",
    plant: (store) => ({ ...store, close: async () => {} }),
  },
];
