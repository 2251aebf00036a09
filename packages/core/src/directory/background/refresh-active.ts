import type { AuditEntry } from "../../audit/audit-row.ts";
import type { AuditWriter } from "../../audit/audit-writer.ts";
import type { ContactCache } from "../../cache/contact-cache.ts";
import type { CacheScope } from "../../cache/memory-layer.ts";
import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import { parsePhone } from "../../phone/parse.ts";
import type { Phone } from "../../phone/types.ts";
import type { Tenant } from "../../ports/ids.ts";
import type { Job } from "../../ports/job.ts";
import type { Logger } from "../../ports/logger.ts";
import { subjectOf } from "../contact-finder.ts";
import type { FeaturesFor } from "../gate.ts";
import type { Health } from "../health.ts";
import type { KnownContact } from "../known-contact.ts";
import type { Refill } from "../refill.ts";
import type { PortalPort } from "../scope.ts";
import { systemCtx } from "./system-ctx.ts";

export interface RefreshActiveDeps {
  readonly cache: ContactCache<KnownContact>;
  readonly refill: Refill;
  readonly health: Health;
  readonly portals: PortalPort;
  readonly audit: AuditWriter;
  readonly features?: FeaturesFor | undefined;
  readonly tenants: () => Promise<readonly Tenant[]>;
  readonly logger: Logger;
}

/** Rows of one tenant in one round: about one search. */
const atOnce = 100;
/** Numbers of one round that are searched one by one when the packed search finds nobody. */
const recipeCap = 20;
const pauseMs = 60_000;

/**
 * Keeps contacts of active conversations fresh, so that nobody waits for them and nobody sees an old name. Quiet while
 * HubSpot fails and where look-ups or the cache are switched off.
 */
export function refreshActiveJob(deps: RefreshActiveDeps): Job {
  const { cache, refill, health, portals, audit, features, tenants, logger } = deps;

  async function refresh(tenant: Tenant, now: number): Promise<number> {
    const ctx = systemCtx(tenant, "active-conversation");
    const on = (await features?.(ctx)) ?? { lookups: true, cache: true };
    const portalId = on.lookups && on.cache && health.mayRefresh(tenant) ? await portals.pinned(tenant) : null;
    if (portalId === null) return 0;
    const scope = { tenant, portalId };
    const stale = await cache.staleActive(scope, now, atOnce);
    const phones = await numbersOf(scope, stale);
    if (phones.length === 0) return 0;
    const fetched = await refill.fetch(scope, phones, { lane: "incremental", recipeCap, cache: true });
    const entries: AuditEntry[] = [];
    let did = 0;
    for (const phone of phones) {
      const outcome = fetched.get(subjectOf(phone));
      if (outcome === undefined) continue;
      const common = { action: "refresh", subjectIndex: await cache.indexOf(tenant, phone.e164) } as const;
      if ("failed" in outcome) {
        entries.push({ ...common, contactId: null, outcome: "failed", errorCode: outcome.failed.code });
      } else {
        did++;
        const contactId = outcome.value?.id ?? null;
        entries.push({ ...common, contactId, outcome: contactId === null ? "miss" : "hit", errorCode: null });
      }
    }
    await audit.record(ctx, entries);
    return did;
  }

  /** The numbers that the rows were kept under. "Nobody" says no number, and is worth nothing when it is old: it goes. */
  async function numbersOf(
    scope: CacheScope,
    stale: Awaited<ReturnType<typeof cache.staleActive>>,
  ): Promise<readonly Phone[]> {
    const phones: Phone[] = [];
    const useless: string[] = [];
    for (const { index, value } of stale) {
      const phone = value === null ? undefined : await numberUnder(scope.tenant, index, value);
      if (phone === undefined) useless.push(index);
      else phones.push(phone);
    }
    await cache.dropIndexes(scope, useless);
    return phones;
  }

  /** A contact's own extension need not have been asked for: the index tells which was. */
  async function numberUnder(tenant: Tenant, index: string, known: KnownContact): Promise<Phone | undefined> {
    const spellings = [known.phone, ...(known.extension === null ? [] : [`${known.phone} x${known.extension}`])];
    for (const spelling of spellings) {
      const read = parsePhone(spelling);
      if (read.ok && (await cache.isIndexOf(tenant, subjectOf(read.phone), index))) return read.phone;
    }
    return undefined;
  }

  return {
    name: "directory:refresh",
    async run({ now, deadline, signal }) {
      let did = 0;
      for (const tenant of await tenants()) {
        if (signal.aborted) break;
        try {
          did += await refresh(tenant, now);
        } catch (error) {
          // One tenant's trouble stays that tenant's.
          if (!isHubspokeError(error)) throw error;
          logger.warn("directory.refresh_failed", { tenant, code: error.code });
        }
      }
      return { did, nextAt: did > 0 ? now : Math.max(now + pauseMs, deadline) };
    },
  };
}
