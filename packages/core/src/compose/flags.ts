import type { CachePolicy } from "../cache/policy.ts";
import type { AccessCheck } from "../directory/access.ts";
import type { AuditStore } from "../ports/audit-store.ts";
import type { FlagName } from "../ports/flag-store.ts";

export type Switches = Readonly<Record<FlagName, boolean>>;

/** What is not named is on. */
export function switchesOf(flags: Partial<Record<FlagName, boolean>> = {}): Switches {
  return { master: true, inbound: true, outbound: true, cache: true, audit: true, ...flags };
}

/** `master` and `inbound` refuse look-ups with FEATURE_OFF; `outbound` refuses searches. */
export function accessOf(switches: Switches): AccessCheck {
  return (_ctx, action) => {
    const on = switches.master && (action === "search" ? switches.outbound : switches.inbound);
    return on ? null : { code: "FEATURE_OFF" };
  };
}

/** `cache` off: every answer comes from HubSpot and none is used again. */
export function cachePolicyOf(switches: Switches, policy: Partial<CachePolicy> = {}): Partial<CachePolicy> {
  return switches.cache ? policy : { freshMs: 0, staleMs: 0, negativeMs: 0, memoryMs: 0 };
}

/** `audit` off: nothing is recorded. Reading what was recorded before still works. */
export function auditStoreOf(switches: Switches, store: AuditStore): AuditStore {
  if (switches.audit) return store;
  return {
    append: async () => {},
    query: (query) => store.query(query),
    forget: (tenant, indexes, ids) => store.forget(tenant, indexes, ids),
    deleteBefore: (tenant, before, limit) => store.deleteBefore(tenant, before, limit),
  };
}
