import type { FlowRow, FlowStore } from "../ports/flow-store.ts";
import type { Sync } from "./expose.ts";
import { byText, keyOf, pageOf, removeWhere, where } from "./rows.ts";

export function memoryFlows(rows: Map<string, FlowRow>): Sync<FlowStore> {
  return {
    get: (tenant, flow, key) => rows.get(keyOf(tenant, flow, key)) ?? null,
    save(row) {
      const key = keyOf(row.tenant, row.flow, row.key);
      const stored = rows.get(key);
      if ((stored?.version ?? 0) !== row.version) return "stale";
      const { id, createdAt } = stored ?? row;
      rows.set(key, { ...row, id, createdAt, version: row.version + 1 });
      return "written";
    },
    list({ tenant, flow, state, after, limit }) {
      const places = where(
        rows,
        (row) =>
          row.tenant === tenant &&
          (flow === undefined || row.flow === flow) &&
          (state === undefined || row.state === state),
      ).map((row) => ({ id: row.id, at: row.updatedAt, row }));
      const { items, ...rest } = pageOf(places, after, limit);
      return { ...rest, items: items.map(({ row }) => row) };
    },
    delete: (tenant, ids) => removeWhere(rows, (row) => row.tenant === tenant && ids.includes(row.id)),
    scan: (tenant, afterId, limit) =>
      where(rows, (row) => row.tenant === tenant && row.id > (afterId ?? ""))
        .sort((a, b) => byText(a.id, b.id))
        .slice(0, limit),
    listForReseal: (keyId, limit) => where(rows, (row) => row.keyId !== null && row.keyId !== keyId).slice(0, limit),
    deleteBefore: (tenant, before, limit) =>
      removeWhere(rows, (row) => row.tenant === tenant && row.state === "done" && row.updatedAt < before, limit),
  };
}
