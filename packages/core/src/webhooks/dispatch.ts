import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { EpochMs, PortalId, Tenant } from "../ports/ids.ts";
import type { ClaimedInboxEvent, InboxEvent, InboxStore } from "../ports/inbox-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { QuarantineStore } from "../ports/sync-stores.ts";
import type { TenantStore } from "../ports/tenant-store.ts";
import type { WorkStore } from "../ports/work-store.ts";
import { groupBy } from "../util/group-by.ts";
import { createAlertOnce } from "./alert-once.ts";
import { eraseDeleted, type OnPrivacyDeletion } from "./inbox/erase-deleted.ts";
import type { WebhookHandlers } from "./inbox/handlers.ts";
import { createLanes, type Lanes } from "./inbox/lanes.ts";
import { marksOf, type QueuesFor } from "./inbox/marks.ts";
import { createReports, type InboxReports } from "./inbox/reports.ts";
import { runHandlers } from "./inbox/run-handlers.ts";
import { setAside, takeBack } from "./inbox/set-aside.ts";
import type { EventValues } from "./inbox/values.ts";
import { isSubscriptionType } from "./subscription-types.ts";

/** A job as the worker drives it: some work until `deadline`, and when to come back. */
export interface InboxJob {
  /** `inbox`, as the worker's `runJob` and `kick` take it. */
  readonly name: string;
  /**
   * Starts no batch after `deadline` (epoch ms). `did`: events done with; `nextAt`: when the next repeat is due, absent
   * while none is near.
   */
  run(context: { readonly now: EpochMs; readonly deadline: EpochMs; readonly signal: AbortSignal }): Promise<{
    readonly did: number;
    readonly nextAt?: EpochMs;
  }>;
}

/** What the inbox job is made of. */
export interface DispatchDeps {
  /** Where deliveries were stored before they were answered. */
  readonly inbox: Pick<InboxStore, "claim" | "complete" | "retry">;
  /** Finds the tenants behind an event's portal; there may be several, or none yet. */
  readonly tenants: Pick<TenantStore, "byPortal">;
  /** Where records are marked as changed, for the syncs to look at. */
  readonly work: Pick<WorkStore, "mark">;
  /** Where events go whose handlers failed every time. */
  readonly quarantine: Pick<QuarantineStore, "put" | "remove">;
  /** The queues of the syncs that follow an object, for each tenant. */
  readonly queuesFor: QueuesFor;
  /** The queues an association's other end may be in. */
  readonly relatedQueuesFor?: QueuesFor;
  /** The host's own, by event type. An event whose handlers fail 15 times is set aside for 30 days or a replay. */
  readonly handlers: WebhookHandlers;
  /** Opens what was kept for handlers that ask for values. Without it such an event fails with CONFIG_INVALID. */
  readonly values?: EventValues;
  /** Erases a contact that HubSpot erased, before anything else hears of it. It may run more than once. */
  readonly onPrivacyDeletion?: OnPrivacyDeletion;
  /** Told of what happened in a tenant's account before its events are done with: for what is kept of its records. */
  readonly onChanges?: (tenant: Tenant, portalId: PortalId, changes: readonly InboxEvent[]) => Promise<unknown>;
  /** Epoch milliseconds for leases and repeats. */
  readonly clock: Pick<Clock, "now">;
  /** Spreads repeats in time. */
  readonly random: Random;
  /** Told of a handler that goes on failing, and of events of accounts that nobody has. */
  readonly alerts?: AlertSink;
  /** Gets codes and counts; nothing of an event's values. */
  readonly logger?: Logger;
  /** `inbox.age_ms`: how long the oldest event of a batch had waited. */
  readonly metrics?: Metrics;
}

const second = 1_000;
const hour = 3_600 * second;
/** Handlers of the host's take their time: no more than they can be expected to finish while the lease lasts. */
const handledAtOnce = 100;
/** Without them a batch is a few statements, however many events are in it; a Worker's invocation may send fifty. */
const markedAtOnce = 500;
const leaseMs = 120 * second;
/** HubSpot repeats a delivery for 24 h; a dedupe key lives longer than that. */
const dedupeMs = 72 * hour;
/** How long an event that nobody understands or owns is looked at again, so that a tenant or a release can come late. */
const parkedMs = 72 * hour;
/** Failures of a handler before somebody is told: about a quarter of an hour. */
const reportedTries = 10;
/** Failures of a handler before its event is set aside: after most of a working day. */
const asideTries = 15;
/** How long an event that was set aside is left alone when nobody replays it. */
const asideMs = 30 * 24 * hour;

/**
 * The job that turns stored webhook events into work: it finds the tenants behind the portal, erases what HubSpot
 * erased, marks the records dirty in every sync that follows the object, and runs the host's handlers. A webhook is a
 * hint that something changed and never data to write, so repeating any of it is harmless.
 *
 * An event leaves the inbox only after all of that succeeded. What fails is repeated with growing pauses; a
 * handler that keeps failing is reported, and in the end its event is set aside, to be seen and replayed. Events of a portal no tenant is pinned to write nothing, are
 * reported once and kept three days; so are events of a kind that means nothing to anybody here.
 */
export function createInboxJob(deps: DispatchDeps): InboxJob {
  const lanes = createLanes();
  const reports = createReports(createAlertOnce(deps.alerts, deps.clock, deps.logger));
  return {
    name: "inbox",
    async run({ now, deadline, signal }) {
      let did = 0;
      let nextAt: EpochMs | undefined;
      const owners: Owners = new Map();
      for (let at = now; at < deadline && !signal.aborted; at = deps.clock.now()) {
        const atOnce = deps.handlers.size > 0 ? handledAtOnce : markedAtOnce;
        const claimed = await deps.inbox.claim(at, leaseMs, atOnce);
        // Not when the last repeat is due: whatever waits for hours, the next delivery may come at any moment.
        if (claimed.length === 0) return nextAt === undefined || nextAt > at + second ? { did } : { did, nextAt };
        const repeats = await dispatch(claimed, at, signal, { ...deps, reports, lanes }, owners);
        did += claimed.length - repeats.length;
        for (const repeat of repeats) nextAt = Math.min(nextAt ?? repeat, repeat);
      }
      return { did, nextAt: deps.clock.now() };
    },
  };
}

/** Handles one batch. Returns when each of the events that stay wants to be looked at again. */
async function dispatch(
  claimed: readonly ClaimedInboxEvent[],
  now: EpochMs,
  signal: AbortSignal,
  deps: DispatchDeps & { readonly reports: InboxReports; readonly lanes: Lanes },
  owners: Owners,
): Promise<readonly EpochMs[]> {
  const { inbox, metrics, reports } = deps;
  const repeats: EpochMs[] = [];
  const retry = async (events: readonly ClaimedInboxEvent[], at: EpochMs, code: string) => {
    if (events.length === 0) return;
    await inbox.retry(events, at, code);
    for (const _ of events) repeats.push(at);
  };
  metrics?.record("inbox.age_ms", now - Math.min(...claimed.map((event) => event.receivedAt)));

  await learnOwners(claimed, deps, owners);
  const tenantsOf = (portalId: PortalId) => owners.get(portalId) ?? [];
  const [owned, unowned] = split(claimed, (event) => tenantsOf(event.portalId).length > 0);
  const { erased, unerased } = await eraseDeleted(owned, tenantsOf, deps.onPrivacyDeletion);

  try {
    const marks = marksOf(erased, tenantsOf, deps, now);
    if (marks.length > 0) await deps.work.mark(marks, now);
    for (const [portalId, changes] of groupBy(erased, (event) => event.portalId))
      for (const tenant of tenantsOf(portalId)) await deps.onChanges?.(tenant, portalId, changes);
  } catch (error) {
    // Nothing of this batch is done before its marks are: all of it comes again, or its leases run out.
    const code = isHubspokeError(error) ? error.code : "INTERNAL";
    deps.logger?.error("webhook.mark_failed", { code, events: claimed.length });
    for (const event of claimed) await retry([event], repeatAt(event, now, deps.random), code);
    return repeats;
  }
  const { done, failed, left } = await runHandlers(erased, tenantsOf, deps, deps.lanes, signal);

  const known = (event: InboxEvent) =>
    isSubscriptionType(event.subscriptionType) || deps.handlers.of(event.subscriptionType).length > 0;
  const useful = (event: InboxEvent) => known(event) || marksOf([event], tenantsOf, deps, now).length > 0;
  for (const event of unowned) reports.unknownPortal(event);
  for (const event of done) if (!known(event)) reports.unknownEvent(event);
  const [finished, idle] = split(done, useful);
  const [parked, expired] = split([...unowned, ...idle], (event) => now - event.receivedAt < parkedMs);

  if (finished.length + expired.length > 0) await inbox.complete([...finished, ...expired], now + dedupeMs);
  await retry(parked, now + hour, "PARKED");
  await retry(left, now, "ABORTED");
  for (const event of done) if (event.tries >= asideTries) await takeBack(deps, tenantsOf(event.portalId), event.id);
  const [hopeless, hopeful] = split(failed, ({ event }) => event.tries + 1 >= asideTries);
  await setAside(deps, hopeless, now);
  for (const { event, code } of hopeless) {
    deps.logger?.error("webhook.event_set_aside", { type: event.subscriptionType, code, tries: event.tries + 1 });
    await retry([event], now + asideMs, code);
    reports.handlerGivenUp(event, code);
  }
  for (const { event, code } of [...unerased, ...hopeful]) {
    deps.logger?.warn("webhook.event_failed", { type: event.subscriptionType, code, tries: event.tries });
    await retry([event], repeatAt(event, now, deps.random), code);
  }
  for (const { event, code } of unerased) reports.erasureFailed(event, code);
  for (const { event, code } of hopeful) if (event.tries + 1 >= reportedTries) reports.handlerFailed(event, code);
  return repeats;
}

/** One second, doubled by every try up to a day, spread by half. */
export function repeatAt(event: Pick<ClaimedInboxEvent, "tries">, now: EpochMs, random: Random): EpochMs {
  return now + Math.round(Math.min(24 * hour, second * 2 ** event.tries) * (0.5 + random() / 2));
}

/** Whose portal it is, as far as one run has asked. A portal nobody owned is asked for again: somebody may by then. */
type Owners = Map<PortalId, readonly Tenant[]>;

async function learnOwners(events: readonly InboxEvent[], { tenants }: DispatchDeps, owners: Owners): Promise<void> {
  const unknown = [...new Set(events.map((event) => event.portalId))].filter((portal) => !owners.get(portal)?.length);
  const rows = await Promise.all(unknown.map((portal) => tenants.byPortal(portal)));
  for (const [i, portal] of unknown.entries()) {
    owners.set(
      portal,
      (rows[i] ?? []).map((row) => row.tenant),
    );
  }
}

function split<T>(items: readonly T[], yes: (item: T) => boolean): readonly [T[], T[]] {
  return [items.filter(yes), items.filter((item) => !yes(item))];
}
