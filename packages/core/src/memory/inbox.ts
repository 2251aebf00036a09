import type { InboxEvent, InboxStore } from "../ports/inbox-store.ts";
import { equalBytes } from "../util/bytes.ts";
import type { Sync } from "./expose.ts";
import { keyOf, removeWhere, where } from "./rows.ts";

/** An event, or what is left of it once it is done: the dedupe key. */
interface InboxEntry {
  readonly dedupe: string;
  readonly event: InboxEvent | null;
  readonly dueAt: number;
  readonly lease: string | null;
  readonly tries: number;
  readonly keepUntil: number | null;
}

export function memoryInbox(): Sync<InboxStore> {
  const rows = new Map<string, InboxEntry>();
  const seen = new Set<string>();
  let leases = 0;

  function remove(matches: (row: InboxEntry) => boolean, limit?: number): number {
    return removeWhere(
      rows,
      (row) => {
        const goes = matches(row);
        if (goes) seen.delete(row.dedupe);
        return goes;
      },
      limit,
    );
  }
  const waiting = (): (InboxEntry & { readonly event: InboxEvent })[] =>
    where(rows, (row) => row.event !== null).map((row) => ({ ...row, event: row.event as InboxEvent }));

  return {
    record: (events) =>
      events.map((event) => {
        const dedupe = keyOf(event.portalId, event.dedupeKey);
        if (seen.has(dedupe)) return "seen";
        seen.add(dedupe);
        rows.set(event.id, { dedupe, event, dueAt: event.receivedAt, lease: null, tries: 0, keepUntil: null });
        return "new";
      }),
    claim(now, leaseMs, limit) {
      const lease = `lease-${++leases}`;
      return waiting()
        .filter((row) => row.dueAt <= now)
        .sort((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit)
        .map((row) => {
          // Taking over a lapsed lease counts a try: an event that kills its worker must not be tried for ever.
          const tries = row.tries + (row.lease === null ? 0 : 1);
          rows.set(row.event.id, { ...row, dueAt: now + leaseMs, lease, tries });
          return { ...row.event, lease, tries };
        });
    },
    complete(events, keepUntil) {
      for (const { id, lease } of events) {
        const row = rows.get(id);
        if (row?.lease === lease) rows.set(id, { ...row, event: null, lease: null, keepUntil });
      }
    },
    retry(events, at) {
      for (const { id, lease } of events) {
        const row = rows.get(id);
        if (row?.lease === lease) rows.set(id, { ...row, dueAt: at, lease: null, tries: row.tries + 1 });
      }
    },
    wake(ids, now) {
      let woken = 0;
      for (const id of new Set(ids)) {
        const row = rows.get(id);
        if (row === undefined || row.event === null || row.lease !== null) continue;
        rows.set(id, { ...row, dueAt: now, tries: 0 });
        woken++;
      }
      return woken;
    },
    deleteExpired: (now, limit) => remove((row) => row.keepUntil !== null && row.keepUntil <= now, limit),
    depth() {
      const received = waiting().map((row) => row.event.receivedAt);
      return { waiting: received.length, oldestReceivedAt: received.length === 0 ? null : Math.min(...received) };
    },
    listForReseal: (prefix, limit) =>
      waiting()
        .flatMap(({ event: { id, portalId, sealed } }) => (sealed === null ? [] : [{ id, portalId, sealed }]))
        .filter(({ sealed }) => !equalBytes(sealed.subarray(0, prefix.length), prefix))
        .slice(0, limit),
    reseal(id, sealed, was) {
      const row = rows.get(id);
      if (row?.event?.sealed == null || !equalBytes(row.event.sealed, was)) return false;
      rows.set(id, { ...row, event: { ...row.event, sealed } });
      return true;
    },
    deleteByObject: (portalId, objectId) =>
      remove(
        ({ event }) =>
          event?.portalId === portalId &&
          event.subscriptionType !== "contact.privacyDeletion" &&
          (event.objectId === objectId || event.relatedIds.includes(objectId)),
      ),
  };
}
