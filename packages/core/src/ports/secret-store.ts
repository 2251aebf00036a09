import type { RowId, Tenant } from "./ids.ts";

/** Random bytes that belong to a tenant and outlive every root key: sealed, and re-sealed when the root key changes. */
export interface SecretRow {
  /** Bound into `sealed`: a row copied to another tenant does not open. */
  readonly tenant: Tenant;
  /** What the secret is for, such as the key of suppression indexes. */
  readonly name: string;
  /** Random, made before the insert and again by each re-seal: `sealed` is bound to it. */
  readonly id: RowId;
  /** The random bytes, under a root key. */
  readonly sealed: Uint8Array;
  /** Key id of `sealed`. */
  readonly keyId: string;
}

/** Duty: a secret, once there, keeps its value: among racers adding one exactly one wins and the others read its row. */
export interface SecretStore {
  /** Null where the tenant has none of this name yet. */
  get(tenant: Tenant, name: string): Promise<SecretRow | null>;
  /** "taken" when the tenant has a secret of that name. */
  add(row: SecretRow): Promise<"added" | "taken">;
  /** Replaces the sealed form of the same value, if the row still is `fromId`. */
  reseal(row: SecretRow, fromId: RowId): Promise<boolean>;
  /** Rows sealed under another key than `keyId`. */
  listForReseal(keyId: string, limit: number): Promise<readonly SecretRow[]>;
}
