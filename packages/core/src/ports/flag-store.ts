import type { EpochMs, Tenant } from "./ids.ts";

/** The five switches; docs/guide/phone-lookup.md says what each does when it is off. */
export const flagNames = ["master", "inbound", "outbound", "cache", "audit"] as const;
/** The name of a switch. */
export type FlagName = (typeof flagNames)[number];

/** A switch as it was thrown for a tenant. */
export interface FlagRow {
  readonly tenant: Tenant;
  readonly flag: FlagName;
  readonly enabled: boolean;
  /** Roles it is on for; empty means every role. */
  readonly roles: readonly string[];
  /** 0–100 of actors, by a stable hash of the actor id. */
  readonly percentage: number;
  readonly updatedAt: EpochMs;
}

/** What was set at run time. Duties: `list` sees what any handle has put; `remove` says whether there was a row. */
export interface FlagStore {
  list(tenant: Tenant): Promise<readonly FlagRow[]>;
  put(row: FlagRow): Promise<void>;
  remove(tenant: Tenant, flag: FlagName): Promise<boolean>;
}
