import type { AuditRow } from "../ports/audit-store.ts";
import type { CacheRow } from "../ports/cache-store.ts";
import type { EngagementEventRow, EngagementScoreRow } from "../ports/engagement-store.ts";
import type { FlagRow } from "../ports/flag-store.ts";
import type { FlowRow } from "../ports/flow-store.ts";
import type { HistoryRow } from "../ports/history-store.ts";
import type { IntentRow } from "../ports/intent-store.ts";
import type { SecretRow } from "../ports/secret-store.ts";
import type { Storage } from "../ports/storage.ts";
import type { SuppressionRow } from "../ports/suppression-store.ts";
import type { ConflictRow, QuarantineRow, SyncLogRow, SyncRunRow } from "../ports/sync-stores.ts";
import type { TenantRow } from "../ports/tenant-store.ts";
import type { OAuthStateRow } from "../ports/token-store.ts";
import type { ExecutionRow, TriggerRow } from "../ports/workflow-store.ts";
import { type AlertEntry, memoryAlerts } from "./alerts.ts";
import { memoryAudit } from "./audit.ts";
import { memoryCache } from "./cache.ts";
import { type CursorEntry, memoryCursors } from "./cursors.ts";
import { memoryEngagement } from "./engagement.ts";
import { closedError, expose, maxValueBytes, type Sync } from "./expose.ts";
import { memoryFlags } from "./flags.ts";
import { memoryFlows } from "./flows.ts";
import { memoryHistory } from "./history.ts";
import { memoryInbox } from "./inbox.ts";
import { memoryIntents } from "./intents.ts";
import { type LeaseEntry, memoryLeases } from "./leases.ts";
import { memoryLinks } from "./links.ts";
import { type MappingSet, memoryMappings } from "./mappings.ts";
import { memoryOAuthStates } from "./oauth-states.ts";
import { memoryOutbox, type OutboxJob } from "./outbox.ts";
import { memoryRateBudgets } from "./rate-budgets.ts";
import { removeWhere } from "./rows.ts";
import { memorySchedules, type ScheduleEntry } from "./schedules.ts";
import { memorySecrets } from "./secrets.ts";
import { memorySuppression } from "./suppression.ts";
import { memoryConflicts, memoryQuarantine, memoryRuns, memorySyncLog } from "./sync-stores.ts";
import { memoryTenants } from "./tenants.ts";
import { memoryTokens, type TokenEntry } from "./tokens.ts";
import { memoryWork, type WorkEntry, type WorkQueue } from "./work.ts";
import { memoryWorkflows } from "./workflows.ts";

/** What a host may fill before it connects a tenant. */
const setUp: readonly string[] = ["flags", "oauthStates", "triggers", "schedules", "mappings"];

/**
 * A storage that lives and dies with this object: for tests and for trying things out. It keeps every duty of the
 * ports but two, which `capabilities` says: nothing is shared between processes and nothing survives this one.
 */
export function memoryStorage(): Storage {
  const ofTenants = {
    tenants: new Map<string, TenantRow>(),
    cache: new Map<string, CacheRow>(),
    audit: new Map<string, AuditRow>(),
    work: new Map<string, WorkEntry>(),
    queues: new Map<string, WorkQueue>(),
    intents: new Map<string, IntentRow>(),
    cursors: new Map<string, CursorEntry>(),
    conflicts: new Map<string, ConflictRow>(),
    quarantine: new Map<string, QuarantineRow>(),
    runs: new Map<string, SyncRunRow>(),
    syncLog: new Map<string, SyncLogRow>(),
    tokens: new Map<string, TokenEntry>(),
    oauthStates: new Map<string, OAuthStateRow>(),
    flags: new Map<string, FlagRow>(),
    history: new Map<string, HistoryRow>(),
    openAlerts: new Map<string, AlertEntry>(),
    suppression: new Map<string, SuppressionRow>(),
    secrets: new Map<string, SecretRow>(),
    outbox: new Map<string, OutboxJob>(),
    triggers: new Map<string, TriggerRow>(),
    executions: new Map<string, ExecutionRow>(),
    flows: new Map<string, FlowRow>(),
    engagementEvents: new Map<string, EngagementEventRow>(),
    engagementScores: new Map<string, EngagementScoreRow>(),
    schedules: new Map<string, ScheduleEntry>(),
    mappings: new Map<string, MappingSet>(),
  };
  const links = memoryLinks();
  const leases = new Map<string, LeaseEntry>();
  let closed = false;

  function forget(tenant: string, keep?: "keep what is set up"): void {
    links.forget(tenant);
    for (const [name, rows] of Object.entries<Map<string, { readonly tenant: string }>>(ofTenants)) {
      if (keep !== undefined && setUp.includes(name)) continue;
      removeWhere(rows, (row) => row.tenant === tenant);
    }
  }
  const open = <T extends object>(store: Sync<T>): T => expose<T>(store, () => closed);

  return {
    name: "memory",
    capabilities: { shared: false, durable: false, maxParams: Number.MAX_SAFE_INTEGER, maxValueBytes },
    async migrate() {
      if (closed) throw closedError();
      return { from: 1, to: 1, applied: [] };
    },
    async schemaVersion() {
      if (closed) throw closedError();
      return 1;
    },
    async close() {
      closed = true;
    },
    tenants: open(memoryTenants(ofTenants.tenants, forget)),
    cache: open(memoryCache(ofTenants.cache)),
    audit: open(memoryAudit(ofTenants.audit)),
    inbox: open(memoryInbox()),
    work: open(memoryWork(ofTenants.work, ofTenants.queues)),
    links: open(links.store),
    intents: open(memoryIntents(ofTenants.intents)),
    cursors: open(memoryCursors(ofTenants.cursors)),
    leases: open(memoryLeases(leases)),
    conflicts: open(memoryConflicts(ofTenants.conflicts)),
    quarantine: open(memoryQuarantine(ofTenants.quarantine)),
    runs: open(memoryRuns(ofTenants.runs)),
    syncLog: open(memorySyncLog(ofTenants.syncLog)),
    tokens: open(memoryTokens(ofTenants.tokens)),
    oauthStates: open(memoryOAuthStates(ofTenants.oauthStates)),
    flags: open(memoryFlags(ofTenants.flags)),
    history: open(memoryHistory(ofTenants.history)),
    openAlerts: open(memoryAlerts(ofTenants.openAlerts)),
    suppression: open(memorySuppression(ofTenants.suppression)),
    secrets: open(memorySecrets(ofTenants.secrets)),
    rateBudgets: open(memoryRateBudgets()),
    outbox: open(memoryOutbox(ofTenants.outbox)),
    workflows: open(memoryWorkflows(ofTenants.triggers, ofTenants.executions)),
    flows: open(memoryFlows(ofTenants.flows)),
    engagement: open(memoryEngagement(ofTenants.engagementEvents, ofTenants.engagementScores)),
    schedules: open(memorySchedules(ofTenants.schedules)),
    mappings: open(memoryMappings(ofTenants.mappings)),
  };
}
