import { type BrokenStore, gap, replace } from "./broken-store.ts";

/** Faults in what is done later, in steps, or changed at run time. */
export const brokenLater: readonly BrokenStore[] = [
  {
    name: "runs the jobs of one key beside each other",
    caughtBy: "outbox.order.one-at-a-time",
    plant: (store) =>
      replace(store, "outbox", (outbox) => ({
        enqueue: (rows) => outbox.enqueue(rows.map((row) => ({ ...row, orderKey: null }))),
      })),
  },
  {
    name: "completes a job for whoever names it",
    caughtBy: "outbox.lease",
    plant: (store) => {
      const leases = new Map<string, string>();
      return replace(store, "outbox", (outbox) => ({
        async claim(now, leaseMs, limit, kinds) {
          const claimed = await outbox.claim(now, leaseMs, limit, kinds);
          for (const { id, lease } of claimed) leases.set(id, lease);
          return claimed;
        },
        complete: (tenant, id, lease, outcome, now, keepUntil) =>
          outbox.complete(tenant, id, leases.get(id) ?? lease, outcome, now, keepUntil),
      }));
    },
  },
  {
    name: "keeps what a job was given after it is done",
    caughtBy: "outbox.complete",
    plant: (store) => {
      const inputs = new Map<string, Uint8Array>();
      return replace(store, "outbox", (outbox) => ({
        enqueue(rows) {
          for (const { id, sealed } of rows) inputs.set(id, sealed);
          return outbox.enqueue(rows);
        },
        async scan(tenant, afterId, limit) {
          const rows = await outbox.scan(tenant, afterId, limit);
          return rows.map((row) => ({ ...row, sealed: inputs.get(row.id) ?? row.sealed }));
        },
      }));
    },
  },
  {
    name: "looks for an execution before it begins it",
    caughtBy: "workflows.begin.race.one-new",
    plant: (store) =>
      replace(store, "workflows", (workflows) => ({
        async begin(row) {
          const known = await workflows.execution(row.tenant, row.triggerId, row.eventId);
          await gap();
          await workflows.begin(row);
          return known === null ? "new" : "seen";
        },
      })),
  },
  {
    name: "records a step over the one that was recorded",
    caughtBy: "flows.race.one-step",
    plant: (store) =>
      replace(store, "flows", (flows) => ({
        async save(row) {
          const stored = await flows.get(row.tenant, row.flow, row.key);
          if ((stored?.version ?? 0) !== row.version) return "stale";
          await gap();
          const now = await flows.get(row.tenant, row.flow, row.key);
          return flows.save({ ...row, version: now?.version ?? 0 });
        },
      })),
  },
  {
    name: "counts an event once for every type",
    caughtBy: "engagement.record.once",
    plant: (store) => {
      const seen = new Set<string>();
      return replace(store, "engagement", (engagement) => ({
        async record(rows) {
          const fresh = rows.map(({ tenant, eventId }) => {
            const key = JSON.stringify([tenant, eventId]);
            return !seen.has(key) && seen.add(key) !== undefined;
          });
          await engagement.record(rows.filter((_, i) => fresh[i]));
          return fresh.map((isNew) => (isNew ? "new" : "seen"));
        },
      }));
    },
  },
  {
    name: "forgets a contact's events and keeps the score",
    caughtBy: "engagement.erasure",
    plant: (store) =>
      replace(store, "engagement", (engagement) => ({
        async deleteByContact(tenant, portalId, contactId) {
          const score = await engagement.score(tenant, portalId, contactId);
          const removed = await engagement.deleteByContact(tenant, portalId, contactId);
          if (score !== null) await engagement.putScore({ ...score, version: 0 });
          return removed;
        },
      })),
  },
  {
    name: "starts a schedule again when it is edited while it runs",
    caughtBy: "schedules.edit.while-running",
    plant: (store) =>
      replace(store, "schedules", (schedules) => ({
        async put(row) {
          await schedules.delete(row.tenant, row.name);
          await schedules.put(row);
        },
      })),
  },
  {
    name: "replaces a set of mappings that somebody else has replaced",
    caughtBy: "mappings.race.one-edit",
    plant: (store) =>
      replace(store, "mappings", (mappings) => ({
        async replace(tenant, sync, rows, expectedRevision) {
          const { revision } = await mappings.list(tenant, sync);
          if (revision !== expectedRevision) return "stale";
          await gap();
          return mappings.replace(tenant, sync, rows, (await mappings.list(tenant, sync)).revision);
        },
      })),
  },
];
