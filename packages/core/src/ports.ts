/** Contracts for people who write a store, a source, a transport or a key provider. Types, and the tables of names. */
export type { AlertStore } from "./ports/alert-store.ts";
export { type Alert, type AlertName, type AlertSink, alertNames } from "./ports/alerts.ts";
export type { AuditAction, AuditRow, AuditStore, ResealedAuditRow } from "./ports/audit-store.ts";
export type { CacheRow, CacheStats, CacheStore } from "./ports/cache-store.ts";
export type { StoreCapabilities } from "./ports/capabilities.ts";
export type { AeadKey, Cipher, MacKey } from "./ports/cipher.ts";
export type { Clock, Random } from "./ports/clock.ts";
export type { Actor, Ctx } from "./ports/context.ts";
export type { Credential, CredentialSource, CredentialUse } from "./ports/credentials.ts";
export type { CursorStore } from "./ports/cursor-store.ts";
export {
  type Downloaded,
  type Downloader,
  type DownloadOptions,
  type DownloadRefusal,
  downloadRefusals,
} from "./ports/downloader.ts";
export type { EngagementEventRow, EngagementScoreRow, EngagementStore } from "./ports/engagement-store.ts";
export { type FlagName, type FlagRow, type FlagStore, flagNames } from "./ports/flag-store.ts";
export type { FlowRow, FlowStore } from "./ports/flow-store.ts";
export type { HistoryRow, HistoryStore } from "./ports/history-store.ts";
export type { EpochMs, Page, PageCursor, PortalId, RowId, Tenant } from "./ports/ids.ts";
export type { ClaimedInboxEvent, InboxEvent, InboxStore, SealedInboxValue } from "./ports/inbox-store.ts";
export type { IntentField, IntentRow, IntentStore } from "./ports/intent-store.ts";
export type { Job, JobResult, JobRun } from "./ports/job.ts";
export type { KeyProvider, RootKey } from "./ports/key-provider.ts";
export type { LeaseStore } from "./ports/lease-store.ts";
export type { FieldBase, LinkOutcome, LinkRow, LinkState, LinkStore } from "./ports/link-store.ts";
export type {
  LocalChange,
  LocalRecord,
  LocalSource,
  LocalSourceCapabilities,
  LocalValue,
  LocalWrite,
  LocalWriteResult,
} from "./ports/local-source.ts";
export type { LogFields, Logger } from "./ports/logger.ts";
export type { MappingRow, MappingStore } from "./ports/mapping-store.ts";
export { type MetricName, type Metrics, metricNames } from "./ports/metrics.ts";
export type {
  OpenTelemetryApi,
  TelemetryAttributes,
  TelemetryMeter,
  TelemetrySpan,
  TelemetryTracer,
} from "./ports/open-telemetry.ts";
export type { ClaimedOutboxRow, OutboxEntry, OutboxRow, OutboxStore, SealedOutboxEntry } from "./ports/outbox-store.ts";
export type { BudgetShare, LearnedBudget, RateBudgetStore } from "./ports/rate-budget-store.ts";
export type { ScheduleRow, ScheduleStore } from "./ports/schedule-store.ts";
export type { SecretRow, SecretStore } from "./ports/secret-store.ts";
export type { MigrationReport, Storage } from "./ports/storage.ts";
export type { SuppressionRow, SuppressionStore } from "./ports/suppression-store.ts";
export type {
  ConflictRow,
  ConflictStore,
  QuarantineRow,
  QuarantineStore,
  RecordOfSync,
  SyncLogRow,
  SyncLogStore,
  SyncRunRow,
  SyncRunStore,
} from "./ports/sync-stores.ts";
export type { PinOutcome, TenantRow, TenantStore } from "./ports/tenant-store.ts";
export type { OAuthStateRow, OAuthStateStore, TokenRow, TokenStore } from "./ports/token-store.ts";
export type { Transport, TransportRequest, TransportResponse } from "./ports/transport.ts";
export type { ClaimedWork, WorkMark, WorkRef, WorkSide, WorkStore } from "./ports/work-store.ts";
export type { ExecutionRow, TriggerRow, WorkflowStore } from "./ports/workflow-store.ts";
