import { envelopePrefix, parseEnvelope } from "../crypto/envelope.ts";
import type { KeyRing } from "../crypto/key-ring.ts";
import type { SealedTable } from "../crypto/sealed-table.ts";
import type { Storage } from "../ports/storage.ts";
import { everyTenant, staleRows } from "./key-rotation.ts";

export interface KeyUse {
  readonly id: string;
  readonly current: boolean;
  /**
   * Rows that cannot be read, found or compared without this key, by table; empty for the current key, which everything
   * new is under. Of tokens, secrets, outbox, flows and inbox the first thousand rows under other keys are looked at; while there
   * are as many, no key may retire.
   */
  readonly rows: Readonly<Record<string, number>>;
  /**
   * Whether the key may leave the ring: it is not the current one, and no value is sealed or compared under it. Pairs
   * whose record is archived in HubSpot, filtered out or waits for review keep theirs until it is looked at again. Accesses
   * recorded under it are found by phone afterwards as well: what makes their index is kept, sealed (`audit_indexes`).
   */
  readonly mayRetire: boolean;
}

/** The keys of the ring and what stands under each. */
export interface KeyStatus {
  readonly current: string;
  readonly keys: readonly KeyUse[];
  /** Keys that rows need and that are not on the ring: put them back. */
  readonly missing: readonly string[];
}

export interface Keys {
  /**
   * Which keys are still in use, and whether one may retire. Reads every tenant's sealed tables: a question for a
   * person before a rotation ends, not for a health check. Values are sealed again by the worker (`keys:reseal`), a
   * sync's pairs by its next `reconcile()`, which writes to neither side for it. Retire a key too early and the syncs
   * that need it stop with KEY_UNKNOWN, writing nothing, until it is back.
   */
  status(): Promise<KeyStatus>;
}

export interface KeysDeps {
  readonly ring: Pick<KeyRing, "currentId" | "ids">;
  readonly storage: Pick<Storage, "tenants" | "tokens" | "secrets" | "outbox" | "flows" | "inbox">;
  readonly tables: readonly SealedTable[];
}

/** Of one table of all tenants, in one look. */
const mostRows = 1_000;

export function keysFor({ ring, storage, tables }: KeysDeps): Keys {
  return {
    async status() {
      const current = await ring.currentId();
      const uses = new Map<string, Map<string, number>>((await ring.ids()).map((id) => [id, new Map()]));
      const count = (keyId: string, table: string): void => {
        const of = uses.get(keyId) ?? new Map<string, number>();
        of.set(table, (of.get(table) ?? 0) + 1);
        uses.set(keyId, of);
      };
      for await (const { tenant } of everyTenant(storage.tenants)) {
        for (const table of tables) {
          for await (const { keyIds } of staleRows(table, tenant, current)) {
            for (const keyId of keyIds) if (keyId !== current) count(keyId, table.name);
          }
        }
      }
      const ofAllTenants = {
        tokens: storage.tokens,
        secrets: storage.secrets,
        outbox: storage.outbox,
        flows: storage.flows,
      };
      let more = false;
      for (const [table, store] of Object.entries(ofAllTenants)) {
        const rows = await store.listForReseal(current, mostRows);
        for (const { keyId } of rows) if (keyId !== null) count(keyId, table);
        more ||= rows.length >= mostRows;
      }
      const values = await storage.inbox.listForReseal(envelopePrefix(current), mostRows);
      for (const { sealed } of values) count(parseEnvelope(sealed).keyId, "inbox");
      more ||= values.length >= mostRows;
      const onRing = new Set(await ring.ids());
      return {
        current,
        keys: [...uses].flatMap(([id, rows]) =>
          onRing.has(id)
            ? {
                id,
                current: id === current,
                rows: Object.fromEntries(rows),
                mayRetire: id !== current && rows.size === 0 && !more,
              }
            : [],
        ),
        missing: [...uses.keys()].filter((id) => !onRing.has(id)),
      };
    },
  };
}
