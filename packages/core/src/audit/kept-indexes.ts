import { type BlindIndex, indexUnder } from "../crypto/blind-index.ts";
import type { KeyRing } from "../crypto/key-ring.ts";
import type { SealedTable } from "../crypto/sealed-table.ts";
import type { Sealer } from "../crypto/sealer.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Cipher } from "../ports/cipher.ts";
import type { RowId, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { SecretRow, SecretStore } from "../ports/secret-store.ts";
import { fromBase64, toBase64Url } from "../util/bytes.ts";

export interface KeptIndexesDeps {
  readonly ring: Pick<KeyRing, "ids" | "indexSubkey">;
  readonly index: Pick<BlindIndex, "allLive">;
  readonly cipher: Pick<Cipher, "mac">;
  readonly sealer: Sealer;
  readonly secrets: Pick<SecretStore, "get" | "add">;
  readonly newId: () => RowId;
  readonly logger: Logger;
}

/** One former key of a tenant, as far as finding goes. */
interface Kept {
  readonly keyId: string;
  readonly subkey: Uint8Array;
}

const unreadable: ReadonlySet<string> = new Set(["KEY_UNKNOWN", "DECRYPTION_FAILED", "ENVELOPE_MALFORMED"]);
const nameOf = (n: number): string => `index:${n}`;
const bindingOf = (tenant: Tenant, rowId: RowId) => ({ tenant, table: "secrets", column: "sealed", rowId });

/**
 * Under what a number may stand in the audit trail: its index under every key of the ring, and under those that left it.
 *
 * A recorded access holds no number to be indexed anew from, so it keeps its index. What is kept for it is the tenant's
 * index subkey of each former key, sealed under the current one and re-sealed with the tenant's other secrets: it finds
 * rows and opens nothing, and the root key itself may go.
 */
export class KeptIndexes {
  readonly #deps: KeptIndexesDeps;

  constructor(deps: KeptIndexesDeps) {
    this.#deps = deps;
  }

  /** The current one first. */
  async indexesOf(tenant: Tenant, e164: string): Promise<readonly string[]> {
    const { ring, index, cipher } = this.#deps;
    const indexes = [...(await index.allLive(tenant, "phone", e164))];
    const onRing = new Set(await ring.ids());
    for (const { keyId, subkey } of await this.#kept(tenant)) {
      if (!onRing.has(keyId)) indexes.push(await indexUnder(await cipher.mac(subkey), keyId, "phone", e164));
    }
    return indexes;
  }

  /** What a rotation has to keep before a key may leave: one row for each key of the ring that is not kept yet. */
  get table(): SealedTable {
    return {
      name: "audit_indexes",
      page: async (tenant, currentKeyId) => {
        const kept = new Set((await this.#kept(tenant)).map(({ keyId }) => keyId));
        const wanted = (await this.#deps.ring.ids()).filter((id) => id !== currentKeyId && !kept.has(id));
        return {
          next: null,
          rows: wanted.map((keyId) => ({ id: keyId, keyIds: [keyId], renew: () => this.#keep(tenant, keyId) })),
        };
      },
    };
  }

  /** False when another process kept it meanwhile. */
  async #keep(tenant: Tenant, keyId: string): Promise<boolean> {
    const { ring, sealer, secrets, newId } = this.#deps;
    const value = { keyId, subkey: toBase64Url(await ring.indexSubkey(keyId, tenant)) };
    for (let n = 0; ; n++) {
      const row = await secrets.get(tenant, nameOf(n));
      if (row !== null) {
        if ((await this.#open(row))?.keyId === keyId) return false;
        continue;
      }
      const id = newId();
      const sealed = await sealer.sealJson(bindingOf(tenant, id), value);
      const added = await secrets.add({ tenant, name: nameOf(n), id, sealed, keyId: sealer.keyIdOf(sealed) });
      if (added === "added") return true;
      n--; // Somebody else's came first, maybe with this very key: it is read next.
    }
  }

  async #kept(tenant: Tenant): Promise<readonly Kept[]> {
    const found: Kept[] = [];
    for (let n = 0; ; n++) {
      const row = await this.#deps.secrets.get(tenant, nameOf(n));
      if (row === null) return found;
      const kept = await this.#open(row);
      if (kept !== undefined) found.push(kept);
    }
  }

  /** `undefined`, and a line in the log, where its own key is missing: `keys.status()` says so too. */
  async #open({ tenant, id, sealed }: SecretRow): Promise<Kept | undefined> {
    try {
      const { keyId, subkey } = (await this.#deps.sealer.openJson(bindingOf(tenant, id), sealed)) as Record<
        "keyId" | "subkey",
        string
      >;
      const bytes = fromBase64(subkey);
      if (bytes !== undefined) return { keyId, subkey: bytes };
      throw new HubspokeError("ENVELOPE_MALFORMED", `the kept index key of row ${id} holds no bytes`);
    } catch (error) {
      if (!isHubspokeError(error) || !unreadable.has(error.code)) throw error;
      this.#deps.logger.warn("audit.index_unreadable", { tenant, rowId: id, code: error.code });
      return undefined;
    }
  }
}
