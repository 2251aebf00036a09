import type { Storage } from "@hubspoke/core/ports";
import { type Database, Lifecycle } from "./lifecycle.ts";
import type { StoreDialect } from "./sql/dialect.ts";
import { Session } from "./sql/session.ts";
import { alertStore } from "./stores/alerts.ts";
import { auditStore } from "./stores/audit.ts";
import { cacheStore } from "./stores/cache.ts";
import { conflictStore } from "./stores/conflicts.ts";
import { cursorStore } from "./stores/cursors.ts";
import { engagementStore } from "./stores/engagement.ts";
import { flagStore } from "./stores/flags.ts";
import { flowStore } from "./stores/flows.ts";
import { historyStore } from "./stores/history.ts";
import { inboxStore } from "./stores/inbox.ts";
import { intentStore } from "./stores/intents.ts";
import { leaseStore } from "./stores/leases.ts";
import { linkStore } from "./stores/links.ts";
import { mappingStore } from "./stores/mappings.ts";
import { oauthStateStore } from "./stores/oauth-states.ts";
import { outboxStore } from "./stores/outbox.ts";
import { quarantineStore } from "./stores/quarantine.ts";
import { rateBudgetStore } from "./stores/rate-budgets.ts";
import { runStore } from "./stores/runs.ts";
import { scheduleStore } from "./stores/schedules.ts";
import { secretStore } from "./stores/secrets.ts";
import { suppressionStore } from "./stores/suppression.ts";
import { syncLogStore } from "./stores/sync-log.ts";
import { tenantStore } from "./stores/tenants.ts";
import { tokenStore } from "./stores/tokens.ts";
import { workStore } from "./stores/work.ts";
import { workflowStore } from "./stores/workflows.ts";

/** The dialect and database of a store, and when its schema is made. */
export interface KyselyStorageOptions {
  /** Which SQL is written, and how statements go in one atomic unit. */
  readonly dialect: StoreDialect;
  /** Connected at the first call. `close` destroys what `connect` gave; a driver over a host's pool leaves that open. */
  readonly database: Database;
  /**
   * `auto` brings the schema up to date at first use; `manual` answers SCHEMA_MISSING until `storage.migrate()` ran,
   * for hosts whose running application may not change tables.
   */
  readonly migrate: "auto" | "manual";
}

/**
 * The one implementation of `Storage` over SQL. A store package brings a dialect and a way to connect. Constructing
 * does no I/O. Rejects with STORE_*, SCHEMA_MISSING, SCHEMA_NEWER or INPUT_INVALID, never with a driver's error.
 */
export function kyselyStorage({ dialect, database, migrate }: KyselyStorageOptions): Storage {
  const lifecycle = new Lifecycle(dialect, database, migrate);
  const session = new Session(dialect, () => lifecycle.ready());
  return {
    name: dialect.name,
    capabilities: dialect.capabilities,
    migrate: () => lifecycle.migrate(),
    schemaVersion: () => lifecycle.version(),
    close: () => lifecycle.close(),
    tenants: tenantStore(session),
    cache: cacheStore(session),
    audit: auditStore(session),
    inbox: inboxStore(session),
    work: workStore(session),
    links: linkStore(session),
    intents: intentStore(session),
    cursors: cursorStore(session),
    leases: leaseStore(session),
    conflicts: conflictStore(session),
    quarantine: quarantineStore(session),
    runs: runStore(session),
    syncLog: syncLogStore(session),
    tokens: tokenStore(session),
    oauthStates: oauthStateStore(session),
    flags: flagStore(session),
    history: historyStore(session),
    openAlerts: alertStore(session),
    suppression: suppressionStore(session),
    secrets: secretStore(session),
    rateBudgets: rateBudgetStore(session),
    outbox: outboxStore(session),
    workflows: workflowStore(session),
    flows: flowStore(session),
    engagement: engagementStore(session),
    schedules: scheduleStore(session),
    mappings: mappingStore(session),
  };
}
