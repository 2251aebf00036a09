import type { AuditWriter } from "../../audit/audit-writer.ts";
import { HubspokeError, isHubspokeError } from "../../errors/hubspoke-error.ts";
import { parsePhone } from "../../phone/parse.ts";
import type { Phone, Region } from "../../phone/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Ctx } from "../../ports/context.ts";
import type { CursorStore } from "../../ports/cursor-store.ts";
import type { EpochMs, PortalId, RowId, Tenant } from "../../ports/ids.ts";
import type { Job, JobRun } from "../../ports/job.ts";
import type { LeaseStore } from "../../ports/lease-store.ts";
import type { Logger } from "../../ports/logger.ts";
import { subjectOf } from "../contact-finder.ts";
import type { FeaturesFor, Gate } from "../gate.ts";
import type { Resolve } from "../resolve.ts";
import type { PortalPort } from "../scope.ts";
import type { DirectoryField, LookupResult } from "../types.ts";
import { systemCtx } from "./system-ctx.ts";

/** The host's numbers that have no name yet, and where names go. */
export interface UnknownNumbers {
  /** Up to `limit` numbers after `after` (null: from the beginning), in an order of the host's that does not change. */
  list(
    tenant: Tenant,
    after: string | null,
    limit: number,
  ): Promise<{ readonly phones: readonly string[]; readonly next: string | null }>;
  /** Somebody was found: by the spelling that was listed. May be told twice of the same. */
  found(tenant: Tenant, people: ReadonlyMap<string, LookupResult>): Promise<void>;
  /** A pass begins by itself so many milliseconds after the last one began, for every tenant. Default: only when asked for. */
  readonly everyMs?: number;
}

/** How far naming the host's unknown numbers has come. */
export interface UnknownProgress {
  /** Of the latest pass, in whichever process it runs. */
  readonly state: "running" | "done" | "never";
  /** Numbers listed so far, of which somebody was found for so many. */
  readonly seen: number;
  /** Of these, numbers somebody was found for. */
  readonly found: number;
  /** Null while it never ran. */
  readonly startedAt: EpochMs | null;
  /** Null while it never ran. */
  readonly updatedAt: EpochMs | null;
}

export interface UnknownNumbersDeps {
  readonly unknownNumbers: UnknownNumbers | undefined;
  readonly gate: Gate;
  readonly resolve: Resolve;
  readonly portals: PortalPort;
  readonly cursors: CursorStore;
  readonly leases: LeaseStore;
  readonly audit: AuditWriter;
  readonly features?: FeaturesFor | undefined;
  readonly fields: readonly DirectoryField[];
  readonly tenants: () => Promise<readonly Tenant[]>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => RowId;
  readonly defaultRegion?: Region | undefined;
}

interface Position {
  readonly state: "running" | "done";
  readonly after: string | null;
  readonly seen: number;
  readonly found: number;
  readonly startedAt: EpochMs;
  readonly updatedAt: EpochMs;
}

const cursorName = "directory:unknown";
/** Numbers of one step: about six searches. */
const atOnce = 500;
/** Numbers of a step searched one by one when the packed search finds nobody. */
const recipeCap = 50;
const leaseMs = 120_000;
const idleMs = 30_000;

/**
 * Names for all numbers the host has no name for, as work of the background lane. The position is stored after every
 * step, so that a killed process is continued where it was; a step that HubSpot refused is tried again later.
 */
export class UnknownNumbersSync {
  readonly #deps: UnknownNumbersDeps;
  readonly job: Job;

  constructor(deps: UnknownNumbersDeps) {
    this.#deps = deps;
    this.job = { name: "directory:unknown", run: (run) => this.#run(run) };
  }

  /** Asks for a pass over all numbers and answers before it is done; one that runs already goes on. */
  async start(ctx: Ctx): Promise<UnknownProgress> {
    const { gate, unknownNumbers } = this.#deps;
    await gate.admit(ctx, "sync");
    if (unknownNumbers === undefined) {
      throw new HubspokeError(
        "CONFIG_INVALID",
        "CONFIG_INVALID: give directory.unknownNumbers: { list, found } to name unknown numbers",
      );
    }
    const portalId = await this.#portalOf(ctx.tenant);
    const { position, version } = await this.#read(ctx.tenant, portalId);
    return progressOf(position?.state === "running" ? position : await this.#begin(ctx, portalId, version));
  }

  async #begin(ctx: Ctx, portalId: PortalId, version: number): Promise<Position> {
    const { audit, cursors, clock } = this.#deps;
    const entry = { action: "sync", subjectIndex: null, contactId: null, outcome: "ok", errorCode: null } as const;
    await audit.record(ctx, [entry]);
    const now = clock.now();
    const begun: Position = { state: "running", after: null, seen: 0, found: 0, startedAt: now, updatedAt: now };
    // Who loses this race finds a pass that somebody else has just begun.
    await cursors.advance(ctx.tenant, portalId, cursorName, JSON.stringify(begun), version, now);
    return begun;
  }

  async progress(ctx: Ctx): Promise<UnknownProgress> {
    await this.#deps.gate.admit(ctx, "sync");
    const portalId = await this.#deps.portals.pinned(ctx.tenant);
    return progressOf(portalId === null ? null : (await this.#read(ctx.tenant, portalId)).position);
  }

  async #run(run: JobRun): ReturnType<Job["run"]> {
    const { tenants, logger, unknownNumbers } = this.#deps;
    let did = 0;
    if (unknownNumbers === undefined) return { did, nextAt: run.now + idleMs };
    for (const tenant of await tenants()) {
      if (run.signal.aborted) break;
      try {
        did += await this.#continue(tenant, unknownNumbers, run);
      } catch (error) {
        const code = isHubspokeError(error) ? error.code : "HANDLER_FAILED";
        logger.warn("directory.unknown_failed", { tenant, code });
      }
    }
    return { did, nextAt: did > 0 ? run.now : run.now + idleMs };
  }

  /** One process at a time for a tenant, as long as there is time. */
  async #continue(tenant: Tenant, host: UnknownNumbers, run: JobRun): Promise<number> {
    const { portals, leases, clock, newId, features } = this.#deps;
    const portalId = await portals.pinned(tenant);
    const on = (await features?.(systemCtx(tenant, "unknown-numbers"))) ?? { lookups: true };
    if (portalId === null || !on.lookups) return 0;
    const { position, version } = await this.#read(tenant, portalId);
    if (position?.state !== "running") {
      const dueAt = (position?.startedAt ?? Number.NEGATIVE_INFINITY) + (host.everyMs ?? Number.POSITIVE_INFINITY);
      // `dueAt` is no number where nothing ever began and nothing comes back by itself.
      if (!(dueAt <= clock.now())) return 0;
      await this.#begin(systemCtx(tenant, "unknown-numbers"), portalId, version);
    }
    const lease = await leases.acquire(`${cursorName}:${tenant}`, newId(), clock.now(), leaseMs);
    if (lease === null) return 0;
    let did = 0;
    try {
      for (let more = true; more && !run.signal.aborted && clock.now() < run.deadline; ) {
        const stepped = await this.#step(tenant, portalId, host);
        did += stepped.did;
        more = stepped.more && (await leases.renew(`${cursorName}:${tenant}`, lease.fence, clock.now(), leaseMs));
      }
    } finally {
      await leases.release(`${cursorName}:${tenant}`, lease.fence);
    }
    return did;
  }

  async #step(
    tenant: Tenant,
    portalId: PortalId,
    host: UnknownNumbers,
  ): Promise<{ readonly did: number; readonly more: boolean }> {
    const { cursors, clock } = this.#deps;
    const { position, version } = await this.#read(tenant, portalId);
    if (position?.state !== "running") return { did: 0, more: false };
    const { phones, next } = await host.list(tenant, position.after, atOnce);
    const people = await this.#named(tenant, phones);
    if (people === null) return { did: 0, more: false };
    if (people.size > 0) await host.found(tenant, people);
    const now = clock.now();
    const moved: Position = {
      ...position,
      state: next === null ? "done" : "running",
      after: next,
      seen: position.seen + phones.length,
      found: position.found + people.size,
      updatedAt: now,
    };
    await cursors.advance(tenant, portalId, cursorName, JSON.stringify(moved), version, now);
    return { did: phones.length, more: next !== null };
  }

  /** Who has these numbers, by spelling; null when HubSpot could not be asked, and the step is to be repeated. */
  async #named(tenant: Tenant, spellings: readonly string[]): Promise<ReadonlyMap<string, LookupResult> | null> {
    const { resolve, fields, audit, defaultRegion } = this.#deps;
    const read = new Map<string, Phone>();
    for (const spelling of spellings) {
      const result = parsePhone(spelling, { defaultRegion });
      if (result.ok) read.set(spelling, result.phone);
    }
    const phones = new Map([...read.values()].map((phone) => [subjectOf(phone), phone]));
    if (phones.size === 0) return new Map();
    const outcomes = await resolve(tenant, [...phones.values()], {
      batch: true,
      lane: "backfill",
      recipeCap,
      cache: true,
      fields,
    });
    const people = new Map<string, LookupResult>();
    for (const [spelling, phone] of read) {
      const outcome = outcomes.get(subjectOf(phone));
      if (outcome?.audit === "failed") return null;
      if (outcome?.result.contact) people.set(spelling, outcome.result);
    }
    const shown = [...new Set([...people.values()].map(({ contact }) => contact?.id ?? null))];
    const entry = { action: "sync", subjectIndex: null, outcome: "hit", errorCode: null } as const;
    await audit.record(
      systemCtx(tenant, "unknown-numbers"),
      shown.map((contactId) => ({ ...entry, contactId })),
    );
    return people;
  }

  async #read(
    tenant: Tenant,
    portalId: PortalId,
  ): Promise<{ readonly position: Position | null; readonly version: number }> {
    const stored = await this.#deps.cursors.read(tenant, portalId, cursorName);
    return stored === null
      ? { position: null, version: 0 }
      : { position: JSON.parse(stored.value) as Position, version: stored.version };
  }

  async #portalOf(tenant: Tenant): Promise<PortalId> {
    return (await this.#deps.portals.pinned(tenant)) ?? this.#deps.portals.learn(tenant);
  }
}

function progressOf(position: Position | null): UnknownProgress {
  if (position === null) return { state: "never", seen: 0, found: 0, startedAt: null, updatedAt: null };
  const { state, seen, found, startedAt, updatedAt } = position;
  return { state, seen, found, startedAt, updatedAt };
}
