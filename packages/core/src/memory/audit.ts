import type { AuditRow, AuditStore } from "../ports/audit-store.ts";
import type { Sync } from "./expose.ts";
import { keyOf, pageOf, removeWhere, where } from "./rows.ts";

export function memoryAudit(rows: Map<string, AuditRow>): Sync<AuditStore> {
  return {
    append(input) {
      for (const row of input) {
        const key = keyOf(row.tenant, row.id);
        // A flush repeated after an unknown outcome must not count an access twice.
        if (!rows.has(key)) rows.set(key, row);
      }
    },
    query(query) {
      const matching = where(
        rows,
        (row) =>
          row.tenant === query.tenant &&
          (query.subjectIndexes === undefined || query.subjectIndexes.some((index) => index === row.subjectIndex)) &&
          (query.contactId === undefined || row.contactId === query.contactId) &&
          (query.actorId === undefined || row.actorId === query.actorId) &&
          (query.from === undefined || row.at >= query.from) &&
          (query.to === undefined || row.at < query.to),
      );
      return pageOf(matching, query.after, query.limit);
    },
    forget(tenant, subjectIndexes, contactIds) {
      const concerned = where(
        rows,
        (row) =>
          row.tenant === tenant &&
          ((row.subjectIndex !== null && subjectIndexes.includes(row.subjectIndex)) ||
            (row.contactId !== null && contactIds.includes(row.contactId))),
      );
      for (const row of concerned) {
        rows.set(keyOf(tenant, row.id), { ...row, subjectIndex: null, contactId: null, sealed: null });
      }
      return concerned.length;
    },
    reseal(input) {
      const held = input.filter(({ tenant, at, id }) => {
        const row = rows.get(keyOf(tenant, id));
        return row !== undefined && row.at === at && row.sealed !== null;
      });
      for (const { tenant, id, sealed } of held) {
        const key = keyOf(tenant, id);
        rows.set(key, { ...(rows.get(key) as AuditRow), sealed });
      }
      return held.length;
    },
    deleteBefore: (tenant, before, limit) =>
      removeWhere(rows, (row) => row.tenant === tenant && row.at < before, limit),
  };
}
