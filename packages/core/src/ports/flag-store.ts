import type { EpochMs, Tenant } from "./ids.ts";

/** The five switches; docs/guide/phone-lookup.md says what each does when it is off. */
export const flagNames = ["master", "inbound", "outbound", "cache", "audit"] as const;
/** The name of a switch. */
export type FlagName = (typeof flagNames)[number];

/** A switch as it was thrown for a tenant. */
export interface FlagRow {
  /** A switch is a tenant's own; there is no row for all tenants. */
  readonly tenant: Tenant;
  /** `master`, `inbound`, `outbound`, `cache` or `audit`; `list` may give names only a newer release knows. */
  readonly flag: FlagName;
  /** False: off for everybody, whatever `roles` and `percentage` say. */
  readonly enabled: boolean;
  /** Roles it is on for; empty means every role. */
  readonly roles: readonly string[];
  /** 0–100 of actors, by a stable hash of the actor id. */
  readonly percentage: number;
  /** When it was thrown last. */
  readonly updatedAt: EpochMs;
}

/** What was set at run time. Duties: `list` sees what any handle has put; `remove` says whether there was a row. */
export interface FlagStore {
  /** Only what was thrown; the defaults stand for the rest. Rows of newer releases' flags included. */
  list(tenant: Tenant): Promise<readonly FlagRow[]>;
  /** Inserts or replaces by (tenant, flag); the last one wins. */
  put(row: FlagRow): Promise<void>;
  /** The configured default holds again. */
  remove(tenant: Tenant, flag: FlagName): Promise<boolean>;
}
