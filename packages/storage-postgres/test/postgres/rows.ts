import type { CacheRow, InboxEvent, LinkRow, WorkMark } from "@hubspoke/core/ports";

export function cacheRow(index: string, change: Partial<CacheRow> = {}): CacheRow {
  return {
    tenant: "a",
    portalId: "100",
    id: `row-${index}`,
    index,
    contactId: "501",
    sealed: new Uint8Array(40),
    keyId: "k1",
    fetchedAt: 1_000,
    freshUntil: 2_000,
    expiresAt: 3_000,
    activeUntil: 0,
    ...change,
  };
}

export function inboxEvent(id: string): InboxEvent {
  return {
    id,
    dedupeKey: id,
    portalId: "100",
    subscriptionType: "contact.creation",
    objectType: "contacts",
    objectId: id,
    propertyName: null,
    occurredAt: 1,
    receivedAt: 1,
    attempt: 0,
    changeSource: null,
    sourceId: null,
    relatedIds: [],
    sealed: null,
  };
}

export function workMark(key: string): WorkMark {
  return { tenant: "a", portalId: "100", queue: "leads", side: "remote", key, priority: 1, availableAt: 0 };
}

export function linkRow(localId: string, hubspotId: string): LinkRow {
  return {
    tenant: "a",
    sync: "leads",
    portalId: "100",
    localId,
    hubspotId,
    state: "linked",
    base: {},
    remoteSeenAt: 1,
    localSeenAt: 1,
    updatedAt: 1,
    version: 0,
  };
}
