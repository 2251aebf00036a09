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
  readonly from: number;
  readonly to: number;
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
  readonly name: string;
  readonly capabilities: StoreCapabilities;
  migrate(): Promise<MigrationReport>;
  /** 0 for an empty database. */
  schemaVersion(): Promise<number>;
  close(): Promise<void>;

  readonly tenants: TenantStore;
  readonly cache: CacheStore;
  readonly audit: AuditStore;
  readonly inbox: InboxStore;
  readonly work: WorkStore;
  readonly links: LinkStore;
  readonly intents: IntentStore;
  readonly cursors: CursorStore;
  readonly leases: LeaseStore;
  readonly conflicts: ConflictStore;
  readonly quarantine: QuarantineStore;
  readonly runs: SyncRunStore;
  readonly syncLog: SyncLogStore;
  readonly tokens: TokenStore;
  readonly oauthStates: OAuthStateStore;
  readonly flags: FlagStore;
  readonly history: HistoryStore;
  readonly openAlerts: AlertStore;
  readonly suppression: SuppressionStore;
  readonly secrets: SecretStore;
  readonly rateBudgets: RateBudgetStore;
  readonly outbox: OutboxStore;
  readonly workflows: WorkflowStore;
  readonly flows: FlowStore;
  readonly engagement: EngagementStore;
  readonly schedules: ScheduleStore;
  readonly mappings: MappingStore;
}
