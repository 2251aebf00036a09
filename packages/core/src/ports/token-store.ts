import type { EpochMs, PortalId, RowId, Tenant } from "./ids.ts";

/** An OAuth grant. Both tokens are inside `sealed`. */
export interface TokenRow {
  /** One grant each. Bound into `sealed`: a row copied to another tenant does not open. */
  readonly tenant: Tenant;
  /** The account that granted it. */
  readonly portalId: PortalId;
  /** Random, made anew with each `sealed`, which is bound to it. */
  readonly id: RowId;
  /** JSON of access and refresh token. */
  readonly sealed: Uint8Array;
  /** Key id of `sealed`. */
  readonly keyId: string;
  /** When the access token ends, from HubSpot's `expires_in`; the refresh token has no end of its own. */
  readonly expiresAt: EpochMs;
  /** As HubSpot granted them. */
  readonly scopes: readonly string[];
  /** `disconnected`: HubSpot refused the refresh token for good. */
  readonly status: "active" | "disconnected";
  /** 0 to insert; else the stored one, which `put` raises by 1. */
  readonly version: number;
  /** Of the last login or refresh. */
  readonly updatedAt: EpochMs;
}

/**
 * Duties: `put` is guarded by `version` (0 inserts): a refresh that lost the race reads and adopts the winner's row.
 * A deleted grant's versions are never used again, so that a refresh that began before the tenant disconnected cannot
 * overwrite the grant it connected with afterwards. `listForReseal` gives rows under any other key than `keyId`.
 */
export interface TokenStore {
  /** Null where the tenant never connected, or was disconnected here. */
  get(tenant: Tenant): Promise<TokenRow | null>;
  /** "stale": another process was faster, or the grant was deleted. */
  put(row: TokenRow): Promise<"written" | "stale">;
  /** False where there was none. The tokens are gone for good; HubSpot is not told. */
  delete(tenant: Tenant): Promise<boolean>;
  /** Of all tenants. */
  listForReseal(keyId: string, limit: number): Promise<readonly TokenRow[]>;
}

/** A login in progress. `stateHash` is a hash: the database alone cannot complete a login. */
export interface OAuthStateRow {
  /** SHA-256 in hex of the state in HubSpot's address. */
  readonly stateHash: string;
  /** Whom the login connects. Bound into `sealed`. */
  readonly tenant: Tenant;
  /** SHA-256 in hex of the secret in the browser's cookie. */
  readonly sessionHash: string;
  /** Random: `sealed` is bound to it. */
  readonly id: RowId;
  /** Code verifier and return address. */
  readonly sealed: Uint8Array;
  /** The caller judges it: `consume` gives expired rows too. */
  readonly expiresAt: EpochMs;
}

/** Duty: `consume` hands a row to exactly one caller and removes it, expired or not. */
export interface OAuthStateStore {
  /** A state is 256 random bits: two rows with one hash do not happen. */
  put(row: OAuthStateRow): Promise<void>;
  /** Null for an unknown state, and for one that was used. */
  consume(stateHash: string): Promise<OAuthStateRow | null>;
  /** At most `limit`; answers how many went. */
  deleteExpired(now: EpochMs, limit: number): Promise<number>;
}
