import type {
  Alert,
  AuditRow,
  CacheRow,
  ConflictRow,
  FlagRow,
  HistoryRow,
  InboxEvent,
  IntentRow,
  LinkRow,
  OAuthStateRow,
  QuarantineRow,
  SecretRow,
  SyncLogRow,
  SyncRunRow,
  TokenRow,
  WorkMark,
} from "@hubspoke/core/ports";

/** Plain rows that say only what a case is about. Nothing in them is a real person's. */

export function bytes(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i + seed) % 256);
}

export function cacheRow(change: Partial<CacheRow> = {}): CacheRow {
  return {
    tenant: "a",
    portalId: "100",
    id: `row-${change.index ?? "i"}`,
    index: "i",
    contactId: "501",
    sealed: bytes(40),
    keyId: "k1",
    fetchedAt: 1_000,
    freshUntil: 2_000,
    expiresAt: 3_000,
    activeUntil: 0,
    ...change,
  };
}

export function inboxEvent(id: string, change: Partial<InboxEvent> = {}): InboxEvent {
  return {
    id,
    dedupeKey: `key-${id}`,
    portalId: "100",
    subscriptionType: "contact.propertyChange",
    objectType: "contacts",
    objectId: "501",
    propertyName: "phone",
    occurredAt: 900,
    receivedAt: 1_000,
    attempt: 0,
    changeSource: "CRM_UI",
    sourceId: null,
    relatedIds: [],
    sealed: null,
    ...change,
  };
}

export function workMark(key: string, change: Partial<WorkMark> = {}): WorkMark {
  return { tenant: "a", portalId: "100", queue: "leads", side: "remote", key, priority: 1, availableAt: 0, ...change };
}

export function linkRow(localId: string, hubspotId: string, change: Partial<LinkRow> = {}): LinkRow {
  return {
    tenant: "a",
    sync: "leads",
    portalId: "100",
    localId,
    hubspotId,
    state: "linked",
    base: { email: { local: "h1", remote: "h2" } },
    remoteSeenAt: 10,
    localSeenAt: 11,
    updatedAt: 12,
    version: 0,
    ...change,
  };
}

export function intentRow(id: string, change: Partial<IntentRow> = {}): IntentRow {
  return {
    id,
    tenant: "a",
    sync: "leads",
    portalId: "100",
    direction: "to-hubspot",
    kind: "update",
    localId: `local-${id}`,
    hubspotId: `hub-${id}`,
    fields: {
      email: { read: "r", sent: "s", baseLocal: "l", baseRemote: "m" },
      tags: { read: "r", sent: "s", baseLocal: "l", baseRemote: "m", elements: ["e", "f"] },
    },
    createKey: null,
    readAt: 5,
    attempt: 1,
    state: "stored",
    createdAt: 10,
    fence: 1,
    ...change,
  };
}

export function auditRow(id: string, change: Partial<AuditRow> = {}): AuditRow {
  return {
    id,
    tenant: "a",
    at: 1_000,
    actorId: "u1",
    actorRole: "support",
    action: "lookup",
    purpose: "call",
    subjectIndex: "s1",
    contactId: "501",
    outcome: "hit",
    errorCode: null,
    requestId: "r1",
    sealed: bytes(20),
    ...change,
  };
}

export function conflictRow(id: string, change: Partial<ConflictRow> = {}): ConflictRow {
  return {
    id,
    tenant: "a",
    sync: "leads",
    portalId: "100",
    localId: "l1",
    hubspotId: "501",
    field: "email",
    rule: "latest",
    winner: "parked",
    localAt: [1, 2],
    remoteAt: null,
    localSource: "column",
    remoteSource: "history",
    sealed: bytes(16),
    status: "open",
    at: 1_000,
    ...change,
  };
}

export function quarantineRow(key: string, change: Partial<QuarantineRow> = {}): QuarantineRow {
  return {
    tenant: "a",
    sync: "leads",
    portalId: "100",
    side: "local",
    key,
    reason: "VALIDATION_FAILED",
    fields: ["email"],
    tries: 3,
    firstAt: 10,
    lastAt: 20,
    ...change,
  };
}

export function runRow(id: string, change: Partial<SyncRunRow> = {}): SyncRunRow {
  return {
    id,
    tenant: "a",
    sync: "leads",
    portalId: "100",
    kind: "backfill",
    state: "running",
    startedAt: 10,
    updatedAt: 10,
    finishedAt: null,
    checkpoint: "start",
    counts: { read: 1 },
    errorCode: null,
    version: 0,
    ...change,
  };
}

export function logRow(id: string, change: Partial<SyncLogRow> = {}): SyncLogRow {
  return {
    id,
    tenant: "a",
    sync: "leads",
    at: 1_000,
    status: "success",
    action: "update-hubspot",
    localId: "l1",
    hubspotId: "501",
    fields: ["email"],
    errorCode: null,
    ...change,
  };
}

export function tokenRow(change: Partial<TokenRow> = {}): TokenRow {
  return {
    tenant: "a",
    portalId: "100",
    id: "row-1",
    sealed: bytes(40),
    keyId: "k1",
    expiresAt: 2_000,
    scopes: ["oauth", "crm.objects.contacts.read"],
    status: "active",
    version: 0,
    updatedAt: 1_000,
    ...change,
  };
}

export function oauthStateRow(stateHash: string, change: Partial<OAuthStateRow> = {}): OAuthStateRow {
  return {
    stateHash,
    tenant: "a",
    sessionHash: "session",
    id: `row-${stateHash}`,
    sealed: bytes(40),
    expiresAt: 2_000,
    ...change,
  };
}

export function flagRow(flag: FlagRow["flag"], change: Partial<FlagRow> = {}): FlagRow {
  return { tenant: "a", flag, enabled: true, roles: [], percentage: 100, updatedAt: 1_000, ...change };
}

export function historyRow(subject: string, change: Partial<HistoryRow> = {}): HistoryRow {
  return {
    id: `row-${subject}`,
    tenant: "a",
    actorId: "u1",
    kind: "search",
    subject,
    contactId: null,
    sealed: bytes(20),
    keyId: "k1",
    at: 1_000,
    ...change,
  };
}

export function alertOf(key: string, change: Partial<Alert> = {}): Alert {
  return {
    name: "hubspot.unavailable",
    tenant: "a",
    at: 1_000,
    key,
    severity: "warning",
    message: "HubSpot does not answer",
    details: { code: "TIMEOUT", calls: 3, again: true },
    ...change,
  };
}

export function secretRow(name: string, change: Partial<SecretRow> = {}): SecretRow {
  return { tenant: "a", name, id: `row-${name}`, sealed: bytes(40), keyId: "k1", ...change };
}
