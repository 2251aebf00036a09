import type { EpochMs, Tenant } from "./ids.ts";

/**
 * An erased person, as keyed indexes of e-mail, phone and contact id only. The key is a secret of the tenant's own (see
 * `SecretStore`), not a root key: nobody could compute these again when a root key is retired, for want of the values.
 */
export interface SuppressionRow {
  /** An erasure is one tenant's: another may know the same person. */
  readonly tenant: Tenant;
  /** Keyed hash of the normalised address, number or id; nobody can read it back. */
  readonly index: string;
  /** What `index` was made of. */
  readonly kind: "email" | "phone" | "contact";
  /** When the person was erased, epoch ms. */
  readonly at: EpochMs;
}

/** Duty: an entry is visible to every handle before `add` returns: no feed may bring the person back after it. */
export interface SuppressionStore {
  /** An index that is there stays as it is. */
  add(rows: readonly SuppressionRow[]): Promise<void>;
  /** Which of `indexes` are suppressed. */
  match(tenant: Tenant, indexes: readonly string[]): Promise<readonly string[]>;
  /** The person may come back in. Answers how many entries went. */
  remove(tenant: Tenant, indexes: readonly string[]): Promise<number>;
}
