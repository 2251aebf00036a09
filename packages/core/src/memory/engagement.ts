import type { EngagementEventRow, EngagementScoreRow, EngagementStore } from "../ports/engagement-store.ts";
import type { Sync } from "./expose.ts";
import { byText, keyOf, newestFirst, removeWhere, where } from "./rows.ts";

export function memoryEngagement(
  events: Map<string, EngagementEventRow>,
  scores: Map<string, EngagementScoreRow>,
): Sync<EngagementStore> {
  const oldestFirst = (a: EngagementScoreRow, b: EngagementScoreRow): number =>
    a.updatedAt - b.updatedAt || byText(a.contactId, b.contactId);
  return {
    record: (rows) =>
      rows.map((row) => {
        const key = keyOf(row.tenant, row.eventId, row.type);
        if (events.has(key)) return "seen";
        events.set(key, row);
        return "new";
      }),
    events: (tenant, portalId, contactId, since, limit) =>
      where(
        events,
        (row) => row.tenant === tenant && row.portalId === portalId && row.contactId === contactId && row.at >= since,
      )
        .sort(newestFirst)
        .slice(0, limit),
    score: (tenant, portalId, contactId) => scores.get(keyOf(tenant, portalId, contactId)) ?? null,
    putScore(row) {
      const key = keyOf(row.tenant, row.portalId, row.contactId);
      if ((scores.get(key)?.version ?? 0) !== row.version) return "stale";
      scores.set(key, { ...row, version: row.version + 1 });
      return "written";
    },
    unpushed: (tenant, limit) =>
      where(scores, (row) => row.tenant === tenant && row.pushedScore !== row.score)
        .sort(oldestFirst)
        .slice(0, limit),
    outdated: (tenant, before, limit) =>
      where(scores, (row) => row.tenant === tenant && row.score > 0 && row.updatedAt < before)
        .sort(oldestFirst)
        .slice(0, limit),
    deleteByContact(tenant, portalId, contactId) {
      const about = (row: EngagementEventRow | EngagementScoreRow): boolean =>
        row.tenant === tenant && row.portalId === portalId && row.contactId === contactId;
      return removeWhere(events, about) + removeWhere(scores, about);
    },
    deleteBefore: (tenant, before, limit) =>
      removeWhere(events, (row) => row.tenant === tenant && row.at < before, limit),
  };
}
