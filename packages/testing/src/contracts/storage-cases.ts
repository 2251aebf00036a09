import type { Storage } from "@hubspoke/core/ports";
import { alertCases } from "./cases/alerts.ts";
import { auditCases } from "./cases/audit.ts";
import { cacheCases } from "./cases/cache.ts";
import { cacheOutdateCases } from "./cases/cache-outdate.ts";
import { cursorCases } from "./cases/cursors.ts";
import { engagementCases } from "./cases/engagement.ts";
import { flagCases } from "./cases/flags.ts";
import { flowCases } from "./cases/flows.ts";
import { historyCases } from "./cases/history.ts";
import { inboxCases } from "./cases/inbox.ts";
import { intentCases } from "./cases/intents.ts";
import { lateFailureCases } from "./cases/late-failures.ts";
import { leaseCases } from "./cases/leases.ts";
import { linkCases } from "./cases/links.ts";
import { mappingCases } from "./cases/mappings.ts";
import { oauthStateCases } from "./cases/oauth-states.ts";
import { outboxCases } from "./cases/outbox.ts";
import { outboxClaimCases } from "./cases/outbox-claims.ts";
import { rateBudgetCases } from "./cases/rate-budgets.ts";
import { scheduleCases } from "./cases/schedules.ts";
import { secretCases } from "./cases/secrets.ts";
import { storageLifeCases } from "./cases/storage.ts";
import { suppressionCases } from "./cases/suppression.ts";
import { syncErasureCases } from "./cases/sync-erasure.ts";
import { conflictCases, quarantineCases, runCases, syncLogCases } from "./cases/sync-stores.ts";
import { tenantCases } from "./cases/tenants.ts";
import { tokenCases } from "./cases/tokens.ts";
import { workCases } from "./cases/work.ts";
import { workLeaseCases } from "./cases/work-leases.ts";
import { workflowCases } from "./cases/workflows.ts";
import type { ContractCase } from "./contract.ts";

/** Every duty of `Storage`. A store that passes them can be used in production. */
export const storageCases: readonly ContractCase<Storage>[] = [
  ...storageLifeCases,
  ...tenantCases,
  ...cacheCases,
  ...cacheOutdateCases,
  ...auditCases,
  ...inboxCases,
  ...workCases,
  ...workLeaseCases,
  ...linkCases,
  ...intentCases,
  ...cursorCases,
  ...leaseCases,
  ...conflictCases,
  ...quarantineCases,
  ...runCases,
  ...syncLogCases,
  ...syncErasureCases,
  ...tokenCases,
  ...oauthStateCases,
  ...flagCases,
  ...historyCases,
  ...alertCases,
  ...suppressionCases,
  ...secretCases,
  ...rateBudgetCases,
  ...outboxCases,
  ...outboxClaimCases,
  ...workflowCases,
  ...flowCases,
  ...engagementCases,
  ...scheduleCases,
  ...mappingCases,
  ...lateFailureCases,
];
