import type { CacheRow, ClaimedWork, CursorStore, LinkRow, Storage } from "@hubspoke/core/ports";

/** A store with one planted fault, and the case that is named for it. */
export interface BrokenStore {
  readonly name: string;
  readonly caughtBy: string;
  /** Plants the fault in a store that works. Must race and misbehave, but not merely throw. */
  plant(store: Storage): Storage;
}

/** Lets the other racers in: the gap between a read and the write that relies on it. */
const gap = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function replace<Port extends keyof Storage>(
  store: Storage,
  port: Port,
  methods: (inner: Storage[Port]) => Partial<Storage[Port]>,
): Storage {
  return { ...store, [port]: { ...(store[port] as object), ...(methods(store[port]) as object) } };
}

export const brokenStores: readonly BrokenStore[] = [
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
    name: "renews and releases a lease by name alone",
    caughtBy: "leases.old-fence",
    plant: (store) => {
      const fences = new Map<string, number>();
      return replace(store, "leases", (leases) => ({
        async acquire(name, holder, now, ttlMs) {
          const lease = await leases.acquire(name, holder, now, ttlMs);
          if (lease !== null) fences.set(name, lease.fence);
          return lease;
        },
        renew: (name, fence, now, ttlMs) => leases.renew(name, fences.get(name) ?? fence, now, ttlMs),
        release: (name, fence) => leases.release(name, fences.get(name) ?? fence),
      }));
    },
  },
  {
    name: "frees leases when the clock goes back",
    caughtBy: "leases.clock-back",
    plant: (store) => {
      let last = Number.NEGATIVE_INFINITY;
      return replace(store, "leases", (leases) => ({
        async acquire(name, holder, now, ttlMs) {
          const back = now < last;
          last = now;
          return leases.acquire(name, holder, back ? Number.MAX_SAFE_INTEGER - ttlMs : now, ttlMs);
        },
      }));
    },
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
    name: "completes work that was marked meanwhile",
    caughtBy: "work.complete.marked-meanwhile",
    plant: (store) =>
      replace(store, "work", (work) => ({
        async complete(refs) {
          for (const ref of refs) await work.deleteByKey(ref.tenant, ref.queue, ref.side, ref.key);
        },
      })),
  },
  {
    name: "starts fences again with every record",
    caughtBy: "work.complete.reborn",
    plant: (store) => {
      const real = new Map<string, ClaimedWork>();
      const keyOf = (row: Pick<ClaimedWork, "tenant" | "queue" | "side" | "key">): string =>
        JSON.stringify([row.tenant, row.queue, row.side, row.key]);
      return replace(store, "work", (work) => ({
        async claim(query) {
          const rows = await work.claim(query);
          for (const row of rows) real.set(keyOf(row), row);
          return rows.map((row) => ({ ...row, fence: row.tries + 1 }));
        },
        complete: (refs) =>
          work.complete(
            refs.map((ref) => {
              const held = real.get(keyOf(ref));
              return held !== undefined && held.tries + 1 === ref.fence ? { ...ref, fence: held.fence } : ref;
            }),
          ),
      }));
    },
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
    name: "looks for an event before it inserts it",
    caughtBy: "inbox.race.one-new",
    plant: (store) => {
      const seen = new Set<string>();
      return replace(store, "inbox", (inbox) => ({
        async record(events) {
          const outcomes = events.map((event) => (seen.has(event.dedupeKey) ? ("seen" as const) : ("new" as const)));
          await gap();
          for (const event of events) seen.add(event.dedupeKey);
          await inbox.record(events);
          return outcomes;
        },
      }));
    },
  },
  {
    name: "claims without a limit",
    caughtBy: "inbox.claim.bounded",
    plant: (store) =>
      replace(store, "inbox", (inbox) => ({ claim: (now, leaseMs) => inbox.claim(now, leaseMs, 1_000) })),
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
    name: "answers after it was closed",
    caughtBy: "storage.close",
    plant: (store) => ({ ...store, close: async () => {} }),
  },
];
