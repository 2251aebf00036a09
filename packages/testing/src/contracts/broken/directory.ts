import type { Alert, CacheRow } from "@hubspoke/core/ports";
import { type BrokenStore, gap, replace } from "./broken-store.ts";

/** Faults in what the directory and privacy keep. */
export const brokenDirectory: readonly BrokenStore[] = [
  {
    name: "looks for an open alert in one step and opens it in another",
    caughtBy: "alerts.race.one-new",
    plant: (store) =>
      replace(store, "openAlerts", (alerts) => ({
        async open(alert, lapseMs) {
          const open = await alerts.list(alert.tenant ?? null, 100);
          await gap();
          await alerts.open(alert, lapseMs);
          return open.some(({ key }) => key === alert.key) ? "open" : "new";
        },
      })),
  },
  {
    name: "keeps an alert open for ever when its process died",
    caughtBy: "alerts.lapse",
    plant: (store) =>
      replace(store, "openAlerts", (alerts) => ({
        open: (alert: Alert) => alerts.open(alert, Number.MAX_SAFE_INTEGER),
      })),
  },
  {
    name: "lets a late search overwrite a newer one",
    caughtBy: "history.one-row-per-subject",
    plant: (store) =>
      replace(store, "history", (history) => ({
        async put(row) {
          for (const other of await history.list(row.tenant, row.actorId, row.kind, 100)) {
            if (other.subject === row.subject) await history.delete(row.tenant, other.id);
          }
          await history.put(row);
        },
      })),
  },
  {
    name: "lets an answer that was on its way make a changed contact fresh for a day",
    caughtBy: "cache.outdate.settles",
    plant: (store) =>
      replace(store, "cache", (cache) => ({
        outdate: (tenant, portalId, contactIds, now) => cache.outdate(tenant, portalId, contactIds, now, 0),
      })),
  },
  {
    name: "makes the first of a contact's numbers stale",
    caughtBy: "cache.outdate",
    plant: (store) =>
      replace(store, "cache", (cache) => ({
        async outdate(tenant, portalId, contactIds, now, settlesAt) {
          const rest: (readonly CacheRow[])[] = [];
          for (const id of new Set(contactIds)) rest.push((await cache.byContact(tenant, portalId, id)).slice(1));
          const concerned = await cache.outdate(tenant, portalId, contactIds, now, settlesAt);
          for (const rows of rest) {
            await cache.deleteByIndex(
              tenant,
              portalId,
              rows.map(({ index }) => index),
            );
            await cache.put(rows);
          }
          return concerned;
        },
      })),
  },
  {
    name: "gives every process a secret of its own",
    caughtBy: "secrets.race.one-value",
    plant: (store) =>
      replace(store, "secrets", (secrets) => ({
        async add(row) {
          const known = await secrets.get(row.tenant, row.name);
          await gap();
          await secrets.add(row);
          return known === null ? "added" : "taken";
        },
      })),
  },
  {
    name: "erases a record by one of its ids",
    caughtBy: "sync-log.erasure",
    plant: (store) =>
      replace(store, "syncLog", (log) => ({
        deleteByRecord: (record) => log.deleteByRecord({ ...record, localId: null }),
      })),
  },
];
