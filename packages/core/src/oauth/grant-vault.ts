import * as z from "zod/mini";
import type { Sealer } from "../crypto/sealer.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import { Secret } from "../model/secret.ts";
import type { EpochMs, PortalId, RowId, Tenant } from "../ports/ids.ts";
import type { TokenRow, TokenStore } from "../ports/token-store.ts";
import type { Reports } from "./reports.ts";

/** A tenant's tokens, opened. */
export interface Grant {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly accessToken: Secret;
  readonly refreshToken: Secret;
  readonly obtainedAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly scopes: readonly string[];
  readonly status: TokenRow["status"];
  /** Of the row it was read from; 0 for one not stored yet. */
  readonly version: number;
}

const sealedTokens = z.object({
  accessToken: z.string().check(z.minLength(1)),
  refreshToken: z.string().check(z.minLength(1)),
});

/** Grants at rest: both tokens sealed together, bound to their row. */
export class GrantVault {
  readonly #store: TokenStore;
  readonly #sealer: Sealer;
  readonly #newId: () => RowId;
  readonly #reports: Reports;

  constructor(store: TokenStore, sealer: Sealer, newId: () => RowId, reports: Reports) {
    this.#store = store;
    this.#sealer = sealer;
    this.#newId = newId;
    this.#reports = reports;
  }

  /** The row without opening it. */
  row(tenant: Tenant): Promise<TokenRow | null> {
    return this.#store.get(tenant);
  }

  async find(tenant: Tenant): Promise<Grant | null> {
    const row = await this.#store.get(tenant);
    return row === null ? null : this.open(row);
  }

  /** Errors: those of the sealer; ENVELOPE_MALFORMED when something else was sealed. */
  async open(row: TokenRow): Promise<Grant> {
    const opened = sealedTokens.safeParse(await this.#sealer.openJson(bindingOf(row), row.sealed));
    if (!opened.success) {
      throw new HubspokeError(
        "ENVELOPE_MALFORMED",
        `ENVELOPE_MALFORMED: tokens.sealed of row ${row.id} opened, but holds no tokens; disconnect the tenant and connect it again`,
      );
    }
    return {
      tenant: row.tenant,
      portalId: row.portalId,
      accessToken: new Secret(opened.data.accessToken),
      refreshToken: new Secret(opened.data.refreshToken),
      obtainedAt: row.updatedAt,
      expiresAt: row.expiresAt,
      scopes: row.scopes,
      status: row.status,
      version: row.version,
    };
  }

  /** Writes the grant over the row of its version. A new row id each time: an old sealed value fits no later row. */
  async save(grant: Grant): Promise<"written" | "stale"> {
    const id = this.#newId();
    const sealed = await this.#sealer.sealJson(bindingOf({ tenant: grant.tenant, id }), {
      accessToken: grant.accessToken.reveal(),
      refreshToken: grant.refreshToken.reveal(),
    });
    return this.#store.put({
      tenant: grant.tenant,
      portalId: grant.portalId,
      id,
      sealed,
      keyId: this.#sealer.keyIdOf(sealed),
      expiresAt: grant.expiresAt,
      scopes: grant.scopes,
      status: grant.status,
      version: grant.version,
      updatedAt: grant.obtainedAt,
    });
  }

  remove(tenant: Tenant): Promise<boolean> {
    return this.#store.delete(tenant);
  }

  /** Seals up to `limit` rows again under the current key. A row that was refreshed meanwhile is under it already. */
  async reseal(keyId: string, limit: number): Promise<{ readonly resealed: number; readonly failed: number }> {
    const rows = await this.#store.listForReseal(keyId, limit);
    let failed = 0;
    for (const row of rows) {
      try {
        await this.save(await this.open(row));
      } catch (error) {
        // One row that no longer opens must not keep the others under a key about to be retired.
        if (!isHubspokeError(error) || error.category !== "crypto") throw error;
        this.#reports.failed("oauth.reseal_failed", error, { tenant: row.tenant });
        failed++;
      }
    }
    return { resealed: rows.length - failed, failed };
  }
}

function bindingOf({ tenant, id }: Pick<TokenRow, "tenant" | "id">) {
  return { tenant, table: "tokens", column: "sealed", rowId: id };
}
