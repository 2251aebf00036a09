import type {
  EngagementEventRow,
  EngagementScoreRow,
  ExecutionRow,
  FlowRow,
  MappingRow,
  OutboxRow,
  ScheduleRow,
  TriggerRow,
} from "@hubspoke/core/ports";
import { bytes } from "./rows.ts";

/** Plain rows of what is done later, in steps or by people at run time. */

export function outboxRow(key: string, change: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id: `row-${key}`,
    tenant: "a",
    kind: "note",
    idempotencyKey: key,
    orderKey: null,
    sealed: bytes(40),
    keyId: "k1",
    availableAt: 1_000,
    createdAt: 1_000,
    ...change,
  };
}

export function triggerRow(id: string, change: Partial<TriggerRow> = {}): TriggerRow {
  return {
    id,
    tenant: "a",
    name: "Welcome",
    description: null,
    enabled: true,
    eventType: "call.ended",
    conditions: '{"all":[]}',
    actions: '[{"set":{"lifecyclestage":"lead"}}]',
    createdAt: 10,
    updatedAt: 10,
    version: 0,
    ...change,
  };
}

export function executionRow(eventId: string, change: Partial<ExecutionRow> = {}): ExecutionRow {
  return {
    id: `row-${eventId}`,
    tenant: "a",
    portalId: "100",
    triggerId: "t1",
    eventType: "call.ended",
    eventId,
    contactId: "501",
    localId: "l1",
    status: "pending",
    errorCode: null,
    actionsDone: 0,
    at: 1_000,
    ...change,
  };
}

export function flowRow(key: string, change: Partial<FlowRow> = {}): FlowRow {
  return {
    tenant: "a",
    flow: "onboarding",
    key,
    id: `row-${key}`,
    step: 0,
    state: "running",
    sealed: bytes(40),
    keyId: "k1",
    errorCode: null,
    version: 0,
    createdAt: 10,
    updatedAt: 10,
    ...change,
  };
}

export function engagementEvent(eventId: string, change: Partial<EngagementEventRow> = {}): EngagementEventRow {
  return {
    id: `row-${eventId}`,
    tenant: "a",
    portalId: "100",
    contactId: "501",
    type: "open",
    eventId,
    at: 1_000,
    ...change,
  };
}

export function scoreRow(contactId: string, change: Partial<EngagementScoreRow> = {}): EngagementScoreRow {
  return {
    tenant: "a",
    portalId: "100",
    contactId,
    score: 12.5,
    counts: { open: 3, reply: 1 },
    pushedScore: null,
    updatedAt: 10,
    version: 0,
    ...change,
  };
}

export function scheduleRow(name: string, change: Partial<ScheduleRow> = {}): ScheduleRow {
  return {
    tenant: "a",
    name,
    every: "1d",
    timeZone: "America/Halifax",
    at: "02:30",
    day: 1,
    nextAt: 1_000,
    enabled: true,
    lastRunAt: null,
    lastOutcome: null,
    ...change,
  };
}

export function mappingRow(localField: string, change: Partial<MappingRow> = {}): MappingRow {
  return {
    tenant: "a",
    sync: "leads",
    localField,
    hubspotProperties: ["firstname", "lastname"],
    direction: "both",
    transform: "full-name",
    options: { order: "western" },
    updatedAt: 10,
    ...change,
  };
}
