import type { EpochMs, PortalId, RowId, Tenant } from "./ids.ts";

/** An OAuth grant. Both tokens are inside `sealed`. */
export interface TokenRow {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly id: RowId;
  readonly sealed: Uint8Array;
  readonly keyId: string;
  readonly expiresAt: EpochMs;
  readonly scopes: readonly string[];
  readonly status: "active" | "disconnected";
  readonly version: number;
  readonly updatedAt: EpochMs;
}

/**
 * Duties: `put` is guarded by `version` (0 inserts): a refresh that lost the race reads and adopts the winner's row.
 * A deleted grant's versions are never used again, so that a refresh that began before the tenant disconnected cannot
 * overwrite the grant it connected with afterwards. `listForReseal` gives rows under any other key than `keyId`.
 */
export interface TokenStore {
  get(tenant: Tenant): Promise<TokenRow | null>;
  put(row: TokenRow): Promise<"written" | "stale">;
  delete(tenant: Tenant): Promise<boolean>;
  listForReseal(keyId: string, limit: number): Promise<readonly TokenRow[]>;
}

/** A login in progress. `stateHash` is a hash: the database alone cannot complete a login. */
export interface OAuthStateRow {
  readonly stateHash: string;
  readonly tenant: Tenant;
  readonly sessionHash: string;
  readonly id: RowId;
  /** Code verifier and return address. */
  readonly sealed: Uint8Array;
  readonly expiresAt: EpochMs;
}

/** Duty: `consume` hands a row to exactly one caller and removes it, expired or not. */
export interface OAuthStateStore {
  put(row: OAuthStateRow): Promise<void>;
  consume(stateHash: string): Promise<OAuthStateRow | null>;
  deleteExpired(now: EpochMs, limit: number): Promise<number>;
}
