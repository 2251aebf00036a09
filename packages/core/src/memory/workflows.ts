import type { ExecutionRow, TriggerRow, WorkflowStore } from "../ports/workflow-store.ts";
import type { Sync } from "./expose.ts";
import { byText, keyOf, pageOf, removeWhere, where } from "./rows.ts";

export function memoryWorkflows(
  triggers: Map<string, TriggerRow>,
  executions: Map<string, ExecutionRow>,
): Sync<WorkflowStore> {
  const keyOfExecution = (row: Pick<ExecutionRow, "tenant" | "triggerId" | "eventId">): string =>
    keyOf(row.tenant, row.triggerId, row.eventId);
  return {
    listTriggers: (tenant, eventType) =>
      where(triggers, (row) => row.tenant === tenant && (eventType === undefined || row.eventType === eventType)).sort(
        (a, b) => a.createdAt - b.createdAt || byText(a.id, b.id),
      ),
    getTrigger: (tenant, id) => triggers.get(keyOf(tenant, id)) ?? null,
    putTrigger(row) {
      const key = keyOf(row.tenant, row.id);
      if ((triggers.get(key)?.version ?? 0) !== row.version) return "stale";
      triggers.set(key, { ...row, version: row.version + 1 });
      return "written";
    },
    deleteTrigger: (tenant, id) => triggers.delete(keyOf(tenant, id)),
    begin(row) {
      const key = keyOfExecution(row);
      if (executions.has(key)) return "seen";
      executions.set(key, row);
      return "new";
    },
    execution: (tenant, triggerId, eventId) => executions.get(keyOfExecution({ tenant, triggerId, eventId })) ?? null,
    finish(tenant, id, { status, errorCode, actionsDone }) {
      for (const row of where(executions, (one) => one.tenant === tenant && one.id === id)) {
        executions.set(keyOfExecution(row), { ...row, status, errorCode, actionsDone });
      }
    },
    executions: (tenant, triggerId, after, limit) =>
      pageOf(
        where(executions, (row) => row.tenant === tenant && (triggerId === null || row.triggerId === triggerId)),
        after ?? undefined,
        limit,
      ),
    forgetContact(tenant, portalId, contactId) {
      const about = where(
        executions,
        (row) => row.tenant === tenant && row.portalId === portalId && row.contactId === contactId,
      );
      for (const row of about) executions.set(keyOfExecution(row), { ...row, contactId: null, localId: null });
      return about.length;
    },
    deleteBefore: (tenant, before, limit) =>
      removeWhere(executions, (row) => row.tenant === tenant && row.at < before, limit),
  };
}
