import type { ClaimedWork } from "@hubspoke/core/ports";
import { type BrokenStore, gap, replace } from "./broken-store.ts";

/** Faults in what one worker of many may hold. */
export const brokenClaims: readonly BrokenStore[] = [
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
    name: "seals an event's value anew, whatever was sealed meanwhile",
    caughtBy: "inbox.reseal",
    plant: (store) =>
      replace(store, "inbox", (inbox) => ({
        async reseal(id, sealed) {
          const all = await inbox.listForReseal(Uint8Array.of(255), 1_000);
          const now = all.find((one) => one.id === id);
          return now !== undefined && inbox.reseal(id, sealed, now.sealed);
        },
      })),
  },
];
