/** Statements a hundred rows cost on D1, which bills and limits those: counted before SQLite, which D1 is inside. */
import { DatabaseSync } from "node:sqlite";
import type { AuditRow, InboxEvent } from "@hubspoke/core/ports";
import { type D1DatabaseLike, type D1StatementLike, d1Storage } from "@hubspoke/storage-d1";
import { cacheRows } from "./rows.ts";

const database = new DatabaseSync(":memory:");
let sent = 0;

function statement(sql: string, values: readonly unknown[]): D1StatementLike {
  return {
    bind: (...given) => statement(sql, given),
    async all() {
      sent++;
      const prepared = database.prepare(sql);
      const results = prepared.all(...(values as never[]));
      return { results, meta: { changes: Number(database.prepare("select changes() as n").get()?.n ?? 0) } };
    },
  };
}

const binding: D1DatabaseLike = {
  prepare: (sql) => statement(sql, []),
  batch: async (statements) => {
    const results = [];
    for (const one of statements) results.push(await one.all());
    return results;
  },
};

const storage = d1Storage(binding);
await storage.migrate();
const ids = Array.from({ length: 100 }, (_, i) => `id-${i}`);

const writes: Readonly<Record<string, () => Promise<unknown>>> = {
  "contacts into the cache": () => storage.cache.put(cacheRows(100)),
  "accesses into the audit trail": () =>
    storage.audit.append(
      ids.map((id): AuditRow => {
        const who = {
          actorId: "u1",
          actorRole: "support",
          action: "lookup",
          purpose: "call",
          requestId: null,
        } as const;
        const whom = { subjectIndex: "i".repeat(43), contactId: id, outcome: "hit", errorCode: null } as const;
        return { id, tenant: "acme", at: 1, ...who, ...whom, sealed: new Uint8Array(90) };
      }),
    ),
  "webhook events into the inbox": () =>
    storage.inbox.record(
      ids.map((id): InboxEvent => {
        const what = { subscriptionType: "contact.creation", objectType: "contacts", objectId: id, relatedIds: [] };
        const from = { attempt: 0, changeSource: null, sourceId: null, propertyName: null, sealed: null };
        return { id, dedupeKey: id, portalId: "62515", occurredAt: 1, receivedAt: 1, ...what, ...from };
      }),
    ),
  "records marked dirty": () =>
    storage.work.mark(
      ids.map((key) => {
        return { tenant: "acme", portalId: "62515", queue: "leads", side: "remote", key, priority: 1, availableAt: 0 };
      }),
      1,
    ),
};

const counts: Record<string, number> = {};
for (const [what, write] of Object.entries(writes)) {
  sent = 0;
  await write();
  counts[what] = sent;
}
console.log(JSON.stringify(counts));
