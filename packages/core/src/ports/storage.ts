import type { AlertStore } from "./alert-store.ts";
import type { AuditStore } from "./audit-store.ts";
import type { CacheStore } from "./cache-store.ts";
import type { StoreCapabilities } from "./capabilities.ts";
import type { CursorStore } from "./cursor-store.ts";
import type { EngagementStore } from "./engagement-store.ts";
import type { FlagStore } from "./flag-store.ts";
import type { FlowStore } from "./flow-store.ts";
import type { HistoryStore } from "./history-store.ts";
import type { InboxStore } from "./inbox-store.ts";
import type { IntentStore } from "./intent-store.ts";
import type { LeaseStore } from "./lease-store.ts";
import type { LinkStore } from "./link-store.ts";
import type { MappingStore } from "./mapping-store.ts";
import type { OutboxStore } from "./outbox-store.ts";
import type { RateBudgetStore } from "./rate-budget-store.ts";
import type { ScheduleStore } from "./schedule-store.ts";
import type { SecretStore } from "./secret-store.ts";
import type { SuppressionStore } from "./suppression-store.ts";
import type { ConflictStore, QuarantineStore, SyncLogStore, SyncRunStore } from "./sync-stores.ts";
import type { TenantStore } from "./tenant-store.ts";
import type { OAuthStateStore, TokenStore } from "./token-store.ts";
import type { WorkStore } from "./work-store.ts";
import type { WorkflowStore } from "./workflow-store.ts";

/** Schema versions before and after, and the steps in between. */
export interface MigrationReport {
  /** Schema version that was found; 0 for an empty database. */
  readonly from: number;
  /** Schema version now: the library's own. */
  readonly to: number;
  /** Names of the steps this call took, in order; empty where another process had taken them. */
  readonly applied: readonly string[];
}

/**
 * Everything Hubspoke stores, over one database. Duties: constructing does no I/O; the first call opens and checks the
 * schema, shared by concurrent callers and tried again after a failure; a schema that is missing or newer than the
 * library is SCHEMA_MISSING or SCHEMA_NEWER and writes nothing; `migrate` may be run by ten processes at once;
 * `close` is idempotent and every later call is STORE_CLOSED; driver failures arrive as STORE_* errors without values.
 * The port is single guarded statements and atomic batches: there is no `transaction(callback)` because D1 has none.
 */
export interface Storage {
  /** For people and errors: `sqlite`, `postgres`, `d1`, `memory`. */
  readonly name: string;
  /** Data about the adapter, the same before and after it is opened. */
  readonly capabilities: StoreCapabilities;
  /** Brings the schema to the newest version. Ten processes may call it at once; one does it. */
  migrate(): Promise<MigrationReport>;
  /** 0 for an empty database. */
  schemaVersion(): Promise<number>;
  /** Ends what the storage itself opened; a pool of the host stays open. Later calls reject with STORE_CLOSED. */
  close(): Promise<void>;

  /** Which account a tenant is pinned to. */
  readonly tenants: TenantStore;
  /** Kept answers about people, sealed, found by keyed indexes of their numbers. */
  readonly cache: CacheStore;
  /** Who looked at whom. */
  readonly audit: AuditStore;
  /** Webhook events from their acknowledgement until their handlers ran. */
  readonly inbox: InboxStore;
  /** Records that may have changed and were not looked at yet. */
  readonly work: WorkStore;
  /** Pairs of records, with the hashes of what they agreed on. */
  readonly links: LinkStore;
  /** Writes to HubSpot that are about to happen or whose outcome is not known. */
  readonly intents: IntentStore;
  /** How far each feed was read, and small states such as "paused". */
  readonly cursors: CursorStore;
  /** The right to do something alone for a while. */
  readonly leases: LeaseStore;
  /** Edits of both sides that met, and how they were settled. */
  readonly conflicts: ConflictStore;
  /** Records and events that failed too often. */
  readonly quarantine: QuarantineStore;
  /** Full passes with their checkpoints. */
  readonly runs: SyncRunStore;
  /** What happened to which record. */
  readonly syncLog: SyncLogStore;
  /** OAuth grants, sealed. */
  readonly tokens: TokenStore;
  /** Logins that have begun; each is used once. */
  readonly oauthStates: OAuthStateStore;
  /** Switches thrown at run time. */
  readonly flags: FlagStore;
  /** Searches and recents of each actor, sealed. */
  readonly history: HistoryStore;
  /** Troubles that people were told of and that are not over. */
  readonly openAlerts: AlertStore;
  /** Keyed indexes of erased people, so that they stay out. */
  readonly suppression: SuppressionStore;
  /** Further secrets of tenants, sealed. */
  readonly secrets: SecretStore;
  /** What is left of limits, lent to processes in blocks that expire. */
  readonly rateBudgets: RateBudgetStore;
  /** Jobs to be done durably: notes, tickets, your own. */
  readonly outbox: OutboxStore;
  /** Triggers and their executions. */
  readonly workflows: WorkflowStore;
  /** How far each flow of several steps came. */
  readonly flows: FlowStore;
  /** Events that scores are made of, and the scores. */
  readonly engagement: EngagementStore;
  /** Jobs that come back, each due occurrence once. */
  readonly schedules: ScheduleStore;
  /** Tenants' own field mappings. */
  readonly mappings: MappingStore;
}
