import type { FieldHasher } from "../crypto/field-hash.ts";
import type { Sealer } from "../crypto/sealer.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Lane } from "../model/lane.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs, PortalId, RowId, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Storage } from "../ports/storage.ts";
import type { BoundAssociation } from "./associations/association.ts";
import type { RemoteAssociations } from "./associations/remote-associations.ts";
import type { BoundField, BoundSync } from "./declare/bind.ts";
import type { SelfSource } from "./observe/self-source.ts";
import type { RemotePort } from "./remote-port.ts";
import type { SyncHealth } from "./run/health-port.ts";
import type { TimetablePort } from "./timetable-port.ts";

/** The part of a storage that syncs use. */
export type SyncStorage = Pick<
  Storage,
  | "links"
  | "intents"
  | "work"
  | "cursors"
  | "leases"
  | "conflicts"
  | "quarantine"
  | "runs"
  | "syncLog"
  | "mappings"
  | "openAlerts"
>;

/** All that the engine is given. Nothing else reaches it. */
export interface SyncDeps {
  /** HubSpot, as far as records go. */
  readonly remote: RemotePort;
  /** The stores a sync keeps its state in; no values but sealed ones. */
  readonly storage: SyncStorage;
  /** Epoch ms of leases, checkpoints and observations: one clock for an instance. */
  readonly clock: Clock;
  /** Keyed hashes of the base. */
  readonly hasher: FieldHasher;
  /** Seals the values a conflict row keeps. */
  readonly sealer: Pick<Sealer, "sealJson" | "openJson">;
  /** Random row ids, from the runtime's CSPRNG. */
  readonly newId: () => RowId;
  /** The portal a tenant is pinned to. */
  readonly portalOf: (tenant: Tenant) => Promise<PortalId>;
  /**
   * The portal a tenant was pinned to before, as the store knows it; null: none yet. What only looks into the store, or
   * pauses, works while HubSpot does not.
   */
  readonly pinnedPortal?: (tenant: Tenant) => Promise<PortalId | null> | PortalId | null;
  /** The tenants the worker serves; those that started the sync are picked from them. */
  readonly tenants: () => Promise<readonly Tenant[]>;
  /** Associations in HubSpot, for syncs that declare some. */
  readonly associations?: RemoteAssociations;
  /** Keeps schedules; without it every sync is real-time. */
  readonly timetable?: TimetablePort;
  /** Gets ids, names and codes, no values. Default: nothing is logged. */
  readonly logger?: Logger;
  /** The `sync.*` figures. Default: nobody is told. */
  readonly metrics?: Metrics;
  /** Told of open breakers and quarantined records, once for each trouble. Default: nobody is. */
  readonly alerts?: AlertSink;
  /** Sizes of batches and waits; each has a default of its own. */
  readonly settings?: Partial<SyncSettings>;
}

/** Times and limits of the engine. The defaults suit most. */
export interface SyncSettings {
  /** How long a claim, a run or an open intent excludes others. Default 30 s. */
  readonly leaseMs: number;
  /** A worker whose lease ends within this margin writes nothing any more. Default 5 s. */
  readonly marginMs: number;
  /** Tries before a record is quarantined. Default 6. */
  readonly maxTries: number;
  /** How far back the search feed looks again, because HubSpot's index lags (hubspot-facts §3). Default 1 h. */
  readonly lookBackMs: number;
  /** Records of a page of HubSpot's list. Default 100, HubSpot's most. */
  readonly pageSize: number;
  /** Pages of a full pass that are asked for at once. Default 10: what fills 19 calls a second at 0.4 s each. */
  readonly readers: number;
}

export const defaultSettings: SyncSettings = {
  leaseMs: 30_000,
  marginMs: 5_000,
  maxTries: 6,
  lookBackMs: 3_600_000,
  pageSize: 100,
  readers: 10,
};

/** One sync of one tenant. */
export interface SyncScope {
  readonly deps: SyncDeps;
  readonly settings: SyncSettings;
  readonly sync: BoundSync;
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  /** The declared name: the key of links, intents, logs and the work queue. */
  readonly name: string;
  readonly object: string;
  readonly associations: readonly BoundAssociation[];
  /** Told how records fared; absent in tests of single steps. */
  readonly health?: SyncHealth;
  /** Of the tenant's stored mappings; 0 where there are none. */
  readonly revision: number;
  /** How our own writes are signed in HubSpot's history, once one was seen. */
  readonly self: SelfSource;
}

/** Where a tenant's sync has its rows: all that is needed of it while HubSpot cannot be asked. */
export type SyncPlace = Pick<SyncScope, "deps" | "tenant" | "portalId" | "name">;

/** Whether this worker may still write. */
export interface Fence {
  readonly token: number;
  /** The time until which a write may be sent. Throws LEASE_LOST when another worker may have taken over. */
  hold(): Promise<EpochMs>;
}

/** Local records whose match key is spelled so that a source that compares exactly does not find it: `Bob@Acme.example`. */
export interface Spellings {
  /** Ids of the records that hold one of `keys` in another spelling. */
  idsOf(field: BoundField, keys: readonly string[]): Promise<readonly string[]>;
}

/** One piece of work in progress: the lane its calls travel in, its fence, and the caller's wish to stop. */
export interface Session {
  readonly lane: Lane;
  readonly fence: Fence;
  /** In a pass over both sides: what matching by exact comparison would miss. */
  readonly spellings?: Spellings;
  readonly signal?: AbortSignal;
}

export function leaseLost(scope: SyncScope): HubspokeError {
  return new HubspokeError(
    "LEASE_LOST",
    `sync "${scope.name}": another worker took over; this one stops without writing`,
    { details: { sync: scope.name } },
  );
}
