import type { Clients } from "../client/create-clients.ts";
import type { FlowRun } from "../flows/flows.ts";
import type { Availability } from "../http/availability.ts";
import type { OutboxView } from "../outbox/outbox.ts";
import type { Alert } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Storage } from "../ports/storage.ts";
import type { ScheduleState, Schedules } from "../schedules/schedules.ts";
import type { SetupStatus } from "../setup/definition.ts";
import type { Setups } from "../setup/setup.ts";
import type { Syncs } from "../sync/engine/create-syncs.ts";
import type { SyncOverview } from "../sync/engine/overview.ts";
import type { SyncMinute } from "../sync/run/figures.ts";
import type { PeoplePart } from "./people-part.ts";
import type { ServicesPart } from "./services-part.ts";
import type { SharedAlerts } from "./shared-alerts.ts";

/** How a tenant fares: what a dashboard shows. Ids, names, codes, counts and times; no value and nobody's name. */
export interface Overview {
  /** By the instance's clock, when the figures were gathered. */
  readonly at: EpochMs;
  /** Whether HubSpot answers, as this process's own calls have found it. */
  readonly hubspot: Availability;
  /** What was begun in this process. */
  readonly setups: readonly SetupStatus[];
  /** Troubles that are not over: the tenant's, and those that concern none, without their message: it may name other accounts. */
  readonly alerts: readonly (Pick<Alert, "name" | "at" | "severity"> & { readonly message: string | null })[];
  /** In the order they were declared. */
  readonly syncs: readonly SyncOverview[];
  /** Volume and lag of the last hour by minute and sync, all processes together; minutes without anything are left out. */
  readonly minutes: readonly SyncMinute[];
  /** Jobs of the outbox; `failures` are the newest twenty that were given up until somebody replays them. */
  readonly outbox: { readonly waiting: number; readonly failed: number; readonly failures: readonly OutboxView[] };
  /** Runs of each flow, last changed first; `starting` have not ended their first step. */
  readonly flows: readonly { readonly name: string; readonly starting: number; readonly runs: readonly FlowRun[] }[];
  /** All of the tenant's that were started: those of syncs, and those the host defined. */
  readonly schedules: readonly ScheduleState[];
  /** Webhook events of the whole instance that wait for the worker. */
  readonly inbox: { readonly waiting: number; readonly oldestReceivedAt: EpochMs | null };
}

export interface OverviewDeps {
  readonly storage: Storage;
  readonly clock: Pick<Clock, "now">;
  readonly alerts: Pick<SharedAlerts, "open">;
  readonly clients: Pick<Clients, "availability">;
  readonly syncs: Pick<Syncs, "overview" | "minutes">;
  readonly setups: Pick<Setups, "statuses">;
  readonly schedules: Pick<Schedules, "list">;
  readonly services: Pick<ServicesPart, "surface" | "flows">;
  readonly people: Pick<PeoplePart, "portals">;
}

const listed = 20;

export function overviewOf(deps: OverviewDeps): (tenant?: Tenant) => Promise<Overview> {
  const { storage, clock, alerts, clients, syncs, setups, schedules, services, people } = deps;
  const { outbox } = services.surface;

  async function troubles(tenant: Tenant): Promise<Overview["alerts"]> {
    const [own, shared] = await Promise.all([alerts.open(tenant), alerts.open(null)]);
    return [
      ...own.map(({ name, at, severity, message }) => ({ name, at, severity, message })),
      ...shared.map(({ name, at, severity }) => ({ name, at, severity, message: null })),
    ];
  }

  async function jobs(tenant: Tenant): Promise<Overview["outbox"]> {
    const [waiting, failed] = await Promise.all([
      outbox.list({ tenant, state: "waiting", limit: 1 }),
      outbox.list({ tenant, state: "failed", limit: listed }),
    ]);
    return { waiting: waiting.total, failed: failed.total, failures: failed.items };
  }

  const flows = (tenant: Tenant): Promise<Overview["flows"]> =>
    Promise.all(
      services.flows().map(async ({ name, list }) => {
        const [begun, runs] = await Promise.all([
          outbox.list({ tenant, kind: `flow:${name}`, state: "waiting", limit: 1 }),
          list({ tenant, limit: listed }),
        ]);
        return { name, starting: begun.total, runs: runs.items };
      }),
    );

  return async (tenant = "default") => {
    const portalId = await people.portals.pinned(tenant);
    const [open, all, minutes, waiting, flowing, timed, inbox] = await Promise.all([
      troubles(tenant),
      syncs.overview(tenant, portalId),
      syncs.minutes(tenant),
      jobs(tenant),
      flows(tenant),
      schedules.list(tenant),
      storage.inbox.depth(),
    ]);
    return {
      at: clock.now(),
      hubspot: clients.availability(tenant),
      setups: setups.statuses(tenant),
      alerts: open,
      syncs: all,
      minutes,
      outbox: waiting,
      flows: flowing,
      schedules: timed,
      inbox,
    };
  };
}
