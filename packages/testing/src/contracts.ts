/** Contract suites: what every store must do, as data, so that anyone can certify a store of their own. */
export { auditCases } from "./contracts/cases/audit.ts";
export { cacheCases } from "./contracts/cases/cache.ts";
export { cursorCases } from "./contracts/cases/cursors.ts";
export { inboxCases } from "./contracts/cases/inbox.ts";
export { intentCases } from "./contracts/cases/intents.ts";
export { leaseCases } from "./contracts/cases/leases.ts";
export { linkCases } from "./contracts/cases/links.ts";
export { conflictCases, quarantineCases, runCases, syncLogCases } from "./contracts/cases/sync-stores.ts";
export { tenantCases } from "./contracts/cases/tenants.ts";
export { workCases } from "./contracts/cases/work.ts";
export { ContractViolation } from "./contracts/check.ts";
export type { ContractCase, Harness, Need, Space, World } from "./contracts/contract.ts";
export { describeContract } from "./contracts/describe-contract.ts";
export { ruledOut, runCase } from "./contracts/run-case.ts";
export { storageCases } from "./contracts/storage-cases.ts";
