import type { EpochMs, Tenant } from "./ids.ts";

/**
 * An erased person, as keyed indexes of e-mail, phone and contact id only. The key is a secret of the tenant's own (see
 * `SecretStore`), not a root key: nobody could compute these again when a root key is retired, for want of the values.
 */
export interface SuppressionRow {
  readonly tenant: Tenant;
  readonly index: string;
  readonly kind: "email" | "phone" | "contact";
  readonly at: EpochMs;
}

/** Duty: an entry is visible to every handle before `add` returns: no feed may bring the person back after it. */
export interface SuppressionStore {
  add(rows: readonly SuppressionRow[]): Promise<void>;
  /** Which of `indexes` are suppressed. */
  match(tenant: Tenant, indexes: readonly string[]): Promise<readonly string[]>;
  remove(tenant: Tenant, indexes: readonly string[]): Promise<number>;
}
