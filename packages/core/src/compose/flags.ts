import type { AuditWriter } from "../audit/audit-writer.ts";
import { isOnFor } from "../config/flag-state.ts";
import type { Flags } from "../config/flags.ts";
import type { FeaturesFor } from "../directory/gate.ts";
import { chain } from "../util/maybe-async.ts";

/** What the five flags mean to the directory: `master` is part of everything, `inbound` look-ups, `outbound` searches. */
export function featuresOf(flags: Pick<Flags, "get">): FeaturesFor {
  return ({ tenant, actor }) =>
    chain(flags.get(tenant), ({ master, inbound, outbound, cache }) => {
      const on = isOnFor(master, actor);
      return {
        lookups: on && isOnFor(inbound, actor),
        search: on && isOnFor(outbound, actor),
        cache: isOnFor(cache, actor),
      };
    });
}

/** `audit` off: nothing more is recorded for whom it is off. What waits is still written, and reading goes on. */
export function auditUnder(flags: Pick<Flags, "isOn">, audit: AuditWriter): AuditWriter {
  return {
    record: (ctx, entries) => chain(flags.isOn("audit", ctx), (on) => (on ? audit.record(ctx, entries) : undefined)),
    flush: () => audit.flush(),
    close: () => audit.close(),
    get pending() {
      return audit.pending;
    },
  };
}
