import type { Sealer } from "../crypto/sealer.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Cipher } from "../ports/cipher.ts";
import type { Clock } from "../ports/clock.ts";
import type { RowId, Tenant } from "../ports/ids.ts";
import type { SecretRow, SecretStore } from "../ports/secret-store.ts";
import type { SuppressionRow, SuppressionStore } from "../ports/suppression-store.ts";
import { bounded } from "../util/bounded.ts";
import { toBase64Url, utf8 } from "../util/bytes.ts";

/** One thing a person is known by: an e-mail address in lower case, a number in E.164, a contact id. */
export interface Identifier {
  readonly kind: SuppressionRow["kind"];
  readonly value: string;
}

export interface SuppressionListDeps {
  readonly store: SuppressionStore;
  readonly secrets: SecretStore;
  readonly sealer: Sealer;
  readonly cipher: Pick<Cipher, "randomBytes" | "hmac">;
  readonly newId: () => RowId;
  readonly clock: Pick<Clock, "now">;
}

const secretName = "suppression";
const secretBytes = 32;
const bindingOf = (tenant: Tenant, rowId: RowId) => ({ tenant, table: "secrets", column: "sealed", rowId });

/**
 * People who were erased, known by keyed indexes alone. The key is a random secret of the tenant's own, kept sealed: a
 * root key may be retired and the erased stay out, though nobody has their names and numbers to index them again.
 */
export class SuppressionList {
  readonly #deps: SuppressionListDeps;
  /** Opened secrets: they never change. */
  readonly #keys = bounded<Tenant, Uint8Array>(10_000);

  constructor(deps: SuppressionListDeps) {
    this.#deps = deps;
  }

  /** From the moment this resolves, every process keeps these people out. */
  async add(tenant: Tenant, identifiers: readonly Identifier[]): Promise<void> {
    const key = (await this.#key(tenant)) ?? (await this.#makeKey(tenant));
    const at = this.#deps.clock.now();
    const rows: SuppressionRow[] = [];
    for (const one of identifiers) rows.push({ tenant, index: await this.#index(key, one), kind: one.kind, at });
    await this.#deps.store.add(rows);
  }

  /** Which of these are erased, in input order. */
  async match(tenant: Tenant, identifiers: readonly Identifier[]): Promise<readonly boolean[]> {
    const key = identifiers.length === 0 ? null : await this.#key(tenant);
    if (key === null) return identifiers.map(() => false);
    const indexes = await Promise.all(identifiers.map((one) => this.#index(key, one)));
    const found = new Set(await this.#deps.store.match(tenant, indexes));
    return indexes.map((index) => found.has(index));
  }

  /** Lets people back in, who asked for it. Says how many entries went. */
  async lift(tenant: Tenant, identifiers: readonly Identifier[]): Promise<number> {
    const key = await this.#key(tenant);
    if (key === null) return 0;
    return this.#deps.store.remove(tenant, await Promise.all(identifiers.map((one) => this.#index(key, one))));
  }

  /** Seals secrets anew that are under another key than the current one. Says how many. */
  async reseal(currentKeyId: string, limit: number): Promise<number> {
    const { secrets, sealer, newId } = this.#deps;
    let did = 0;
    for (const row of await secrets.listForReseal(currentKeyId, limit)) {
      const id = newId();
      const sealed = await sealer.reseal(bindingOf(row.tenant, row.id), row.sealed, bindingOf(row.tenant, id));
      if (await secrets.reseal({ ...row, id, sealed, keyId: sealer.keyIdOf(sealed) }, row.id)) did++;
    }
    return did;
  }

  /** Forgets an opened secret: the tenant is gone. */
  forget(tenant: Tenant): void {
    this.#keys.delete(tenant);
  }

  async #index(key: Uint8Array, { kind, value }: Identifier): Promise<string> {
    const mac = await this.#deps.cipher.hmac(key, utf8(JSON.stringify([kind, value])));
    return `s1.${toBase64Url(mac.subarray(0, 16))}`;
  }

  /** Null for a tenant nobody of whom was ever erased. Not remembered: another process may be erasing somebody now. */
  async #key(tenant: Tenant): Promise<Uint8Array | null> {
    const known = this.#keys.get(tenant);
    if (known !== undefined) return known;
    const row = await this.#deps.secrets.get(tenant, secretName);
    return row === null ? null : this.#open(row);
  }

  async #makeKey(tenant: Tenant): Promise<Uint8Array> {
    const { secrets, sealer, cipher, newId } = this.#deps;
    const id = newId();
    const sealed = await sealer.seal(bindingOf(tenant, id), cipher.randomBytes(secretBytes));
    await secrets.add({ tenant, name: secretName, id, sealed, keyId: sealer.keyIdOf(sealed) });
    // Of many who make one, the stored one is everybody's.
    const key = await this.#key(tenant);
    if (key !== null) return key;
    throw new HubspokeError("INTERNAL", "INTERNAL: a secret that was just stored is not there; the store loses rows");
  }

  async #open({ tenant, id, sealed }: SecretRow): Promise<Uint8Array> {
    const key = await this.#deps.sealer.open(bindingOf(tenant, id), sealed);
    this.#keys.set(tenant, key);
    return key;
  }
}
