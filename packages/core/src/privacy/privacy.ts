import type { AuditWriter } from "../audit/audit-writer.ts";
import type { Region } from "../phone/types.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ctx } from "../ports/context.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { Logger } from "../ports/logger.ts";
import type { Storage } from "../ports/storage.ts";
import { type ErasedCounts, type EraserDeps, type Erasure, eraseRows } from "./erase.ts";
import { type ExporterDeps, exportRows, type PersonalData } from "./export.ts";
import { type Identity, identifiersOf, identify, type PersonFinder, readSubject, type Subject } from "./subject.ts";
import type { SuppressionList } from "./suppression-list.ts";
import { type SweepDeps, sweepPrefix, sweepsOver } from "./sweep.ts";

/** Who was meant by an erasure, and what was removed. */
export interface Erased {
  /** HubSpot's ids of the people that were meant. */
  readonly contactIds: readonly string[];
  /** Rows removed or blanked here, by kind. HubSpot's own record stays. */
  readonly removed: ErasedCounts;
}

/** What a person may ask for, and what HubSpot's own deletions ask for. For roles that may `privacy`; always audited. */
export interface Privacy {
  /** Everything there is about a person, HubSpot's record included. Errors: those of HubSpot: half an export is none. */
  export(subject: Subject, ctx: Ctx): Promise<PersonalData>;
  /**
   * Removes a person from every table and keeps them out (other processes' memories within `memoryMs`): no feed, look-up, backfill or retry brings them back, and no
   * sync creates them in HubSpot again. HubSpot's own record stays unless it is deleted there. Safe to repeat. Errors:
   * those of HubSpot, which is asked first what else the person is known by; then nothing was removed.
   */
  erase(subject: Subject, ctx: Ctx): Promise<Erased>;
  /** Lets a person back in who asked for it. Says how many entries went. */
  readmit(subject: Subject, ctx: Ctx): Promise<number>;
}

export interface PrivacyService extends Privacy {
  /** HubSpot deleted a contact for privacy: the same as `erase`, by what is known here. */
  deletedInHubSpot(deletion: {
    readonly tenant: Tenant;
    readonly portalId: PortalId;
    readonly contactId: string;
  }): Promise<void>;
  /** For the worker. */
  readonly jobs: readonly Job[];
}

export interface PrivacyDeps extends EraserDeps, ExporterDeps, SweepDeps {
  readonly storage: Storage;
  readonly suppression: SuppressionList;
  readonly finder: PersonFinder;
  readonly audit: AuditWriter;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly defaultRegion?: Region | undefined;
  /** Throws for whoever may not. */
  readonly allow: (ctx: Ctx, action: "export" | "erase") => Promise<void>;
  readonly portalOf: (tenant: Tenant) => Promise<PortalId>;
  /** By what a contact is known in our own tables: HubSpot deleted them and cannot be asked. */
  readonly knownHere: (tenant: Tenant, portalId: PortalId, contactId: string) => Promise<Omit<Identity, "people">>;
  readonly tenants: () => Promise<readonly Tenant[]>;
}

export function createPrivacy(deps: PrivacyDeps): PrivacyService {
  const { storage, suppression, finder, audit, clock, logger, allow, portalOf } = deps;

  /** Kept out first, removed then: what comes in between is either not let in or removed. */
  async function eraseAll(erasure: Erasure): Promise<ErasedCounts> {
    const { tenant, portalId, identity } = erasure;
    await suppression.add(tenant, identifiersOf(identity));
    // Before anything is removed: whoever dies from here on has left word of what is to be done.
    await remember(tenant, portalId, identity);
    // What waits in memory would be written after the rows are gone.
    await audit.flush();
    return eraseRows(deps, erasure, clock.now());
  }

  const sweeps = sweepsOver(deps);

  /** A second look, durable, when everything that was under way has ended. Its row goes with it. */
  async function remember(tenant: Tenant, portalId: PortalId, identity: Identity): Promise<void> {
    const { name, value } = await sweeps.entry(tenant, identity, clock.now());
    await storage.cursors.advance(tenant, portalId, name, value, 0, clock.now());
  }

  async function sweep(tenant: Tenant, now: number): Promise<number> {
    let did = 0;
    for (const { name, value } of await storage.cursors.list(tenant, sweepPrefix)) {
      const identity = await sweeps.due(tenant, name, value, now);
      if (identity === null) continue;
      const portalId = await portalOf(tenant);
      await eraseRows(deps, { tenant, portalId, identity, ordered: false }, now);
      await storage.cursors.delete(tenant, portalId, name);
      did++;
    }
    return did;
  }

  const nobody = { subjectIndex: null, contactId: null, outcome: "ok", errorCode: null } as const;

  return {
    async export(subject, ctx) {
      await allow(ctx, "export");
      const named = readSubject(subject, deps.defaultRegion);
      const identity = await identify(finder, ctx.tenant, named);
      const contactId = identity.contactIds[0] ?? null;
      await audit.record(ctx, [{ ...nobody, action: "export", contactId }]);
      await audit.flush();
      return exportRows(deps, ctx.tenant, await portalOf(ctx.tenant), identity);
    },

    async erase(subject, ctx) {
      await allow(ctx, "erase");
      const named = readSubject(subject, deps.defaultRegion);
      const portalId = await portalOf(ctx.tenant);
      const identity = await identify(finder, ctx.tenant, named);
      const removed = await eraseAll({ tenant: ctx.tenant, portalId, identity, ordered: false });
      // That somebody was erased is recorded; who it was is what the record must not say.
      await audit.record(ctx, [{ ...nobody, action: "erase" }]);
      logger.info("privacy.erased", { tenant: ctx.tenant, contacts: identity.contactIds.length });
      return { contactIds: identity.contactIds, removed };
    },

    async readmit(subject, ctx) {
      await allow(ctx, "erase");
      const named = readSubject(subject, deps.defaultRegion);
      await audit.record(ctx, [{ ...nobody, action: "config" }]);
      return suppression.lift(ctx.tenant, named);
    },

    async deletedInHubSpot({ tenant, portalId, contactId }) {
      const identity = { ...(await deps.knownHere(tenant, portalId, contactId)), people: [] };
      await eraseAll({ tenant, portalId, identity, ordered: true });
      const ctx = { tenant, actor: { id: "hubspoke", role: "system" }, purpose: "privacyDeletion" };
      await audit.record(ctx, [{ ...nobody, action: "erase" }]);
    },

    jobs: [
      {
        name: "privacy",
        async run({ now, signal }) {
          let did = 0;
          for (const tenant of await deps.tenants()) if (!signal.aborted) did += await sweep(tenant, now);
          return { did, nextAt: now + 60_000 };
        },
      },
    ],
  };
}
