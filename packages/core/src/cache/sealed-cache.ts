import type { BlindIndex } from "../crypto/blind-index.ts";
import { hashKeyId } from "../crypto/keyed-hash.ts";
import type { SealedTable } from "../crypto/sealed-table.ts";
import type { Sealer } from "../crypto/sealer.ts";
import type { CacheRow, CacheStore } from "../ports/cache-store.ts";
import type { RowId } from "../ports/ids.ts";

export interface SealedCacheDeps {
  readonly store: CacheStore;
  readonly sealer: Sealer;
  readonly index: BlindIndex;
  readonly newId: () => RowId;
  /** What a stored value may have been asked for; nothing when it is of another version. */
  readonly subjectsOf: (json: unknown) => readonly string[];
}

const table = "contact_cache";

/**
 * The contact cache, sealed and indexed anew: the number inside the value gives the index, so that no look-up misses
 * what is known. What says "nobody" has no number inside, and is dropped: it is asked again when it is wanted.
 */
export function sealedCache({ store, sealer, index, newId, subjectsOf }: SealedCacheDeps): SealedTable {
  /** The index under the current key of the one subject that the row's own index is of. */
  async function indexAnew({ tenant, index: stored }: CacheRow, subjects: readonly string[]): Promise<string | null> {
    for (const subject of subjects) {
      const [current, ...others] = await index.allLive(tenant, "phone", subject);
      if (current !== undefined && (stored === current || others.includes(stored))) return current;
    }
    return null;
  }

  async function renew(row: CacheRow): Promise<boolean> {
    const { tenant, portalId, sealed } = row;
    const from = { tenant, table, column: "sealed", rowId: row.id };
    const subjects = sealed === null ? [] : subjectsOf(await sealer.openJson(from, sealed));
    const moved = await indexAnew(row, subjects);
    if (sealed !== null && moved !== null) {
      const id = newId();
      const anew = await sealer.reseal(from, sealed, { ...from, rowId: id });
      const [outcome] = await store.put([{ ...row, id, index: moved, sealed: anew, keyId: sealer.keyIdOf(anew) }]);
      if (moved === row.index) return outcome === "written";
    }
    return (await store.deleteByIndex(tenant, portalId, [row.index])) > 0;
  }
  return {
    name: table,
    async page(tenant, currentKeyId, _after, limit) {
      const rows = await store.listForReseal(tenant, currentKeyId, await index.currentPrefix(), limit);
      return {
        next: null,
        rows: rows.map((row) => ({
          id: row.id,
          keyIds: [...new Set([hashKeyId(row.index), ...(row.keyId === null ? [] : [row.keyId])])],
          renew: () => renew(row),
        })),
      };
    },
  };
}
