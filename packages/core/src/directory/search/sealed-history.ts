import type { BlindIndex } from "../../crypto/blind-index.ts";
import { hashKeyId } from "../../crypto/keyed-hash.ts";
import type { SealedTable } from "../../crypto/sealed-table.ts";
import type { Sealer } from "../../crypto/sealer.ts";
import type { HistoryRow, HistoryStore } from "../../ports/history-store.ts";
import type { RowId } from "../../ports/ids.ts";
import { bindingOf } from "./history-book.ts";
import { normalised } from "./read-query.ts";

export interface SealedHistoryDeps {
  readonly store: HistoryStore;
  readonly sealer: Sealer;
  readonly index: BlindIndex;
  readonly newId: () => RowId;
}

/** Searches and recents, sealed anew; a search is found by an index of its text, which moves with it. */
export function sealedHistory({ store, sealer, index, newId }: SealedHistoryDeps): SealedTable {
  async function renew(row: HistoryRow): Promise<boolean> {
    const { tenant } = row;
    const from = bindingOf(tenant, row.id);
    const text = row.kind === "search" ? await sealer.openJson(from, row.sealed) : undefined;
    const subject = typeof text === "string" ? await index.index(tenant, "query", normalised(text)) : row.subject;
    const id = newId();
    const sealed = await sealer.reseal(from, row.sealed, bindingOf(tenant, id));
    // As old as it was: a search made meanwhile is newer and stays.
    await store.put({ ...row, id, subject, sealed, keyId: sealer.keyIdOf(sealed) });
    if (subject !== row.subject) await store.delete(tenant, row.id);
    return true;
  }
  return {
    name: "history",
    async page(tenant, currentKeyId, after, limit) {
      const rows = await store.scan(tenant, after, limit);
      const seen = rows.map((row) => ({
        row,
        keyIds: [...new Set([row.keyId, ...(row.kind === "search" ? [hashKeyId(row.subject)] : [])])],
      }));
      return {
        next: rows.length < limit ? null : (rows.at(-1)?.id ?? null),
        rows: seen
          .filter(({ keyIds }) => keyIds.some((keyId) => keyId !== currentKeyId))
          .map(({ row, keyIds }) => ({ id: row.id, keyIds, renew: () => renew(row) })),
      };
    },
  };
}
