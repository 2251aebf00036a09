import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { CrmPort } from "../ports/crm.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";

/** Metrics of one record, as properties. */
export interface UsageRow {
  /** Record id, or value of `idProperty`. */
  readonly id: string;
  /** By internal name. Dates are written as ISO 8601, null clears. INPUT_INVALID for a number that is not finite. */
  readonly properties: Readonly<Record<string, string | number | boolean | Date | null>>;
}

/** When it is pushed: an interval, or a calendar word in the tenant's time zone (default UTC). */
export interface UsageTiming {
  /** Words keep the calendar of `timeZone`; `ms`, at least 1,000, falls on multiples since 1970. */
  readonly every: "5m" | "1h" | "1d" | "1mo" | { readonly ms: number };
  /** IANA name. Default `UTC`. */
  readonly timeZone?: string;
  /** Local time of day of `1d` and `1mo`, `HH:MM`. */
  readonly at?: string;
  /** Day of `1mo`, 1 to 31. */
  readonly day?: number;
}

/** Numbers that are pushed to records on a schedule. */
export interface UsageDefinition extends UsageTiming {
  /** Stable: tenants' schedules are kept under it. */
  readonly name: string;
  /** `companies`, `contacts`, a custom object's type id, … */
  readonly object: string;
  /** A unique property the rows are found by, such as `warp_ban`. Default: record ids. */
  readonly idProperty?: string;
  /** The tenant's numbers as they are to be: usage, MRR, what churn is judged by. Asked again when a push failed half-way. */
  readonly collect: (due: {
    readonly tenant: Tenant;
    readonly dueAt: EpochMs;
    readonly signal: AbortSignal;
  }) => AsyncIterable<UsageRow> | Iterable<UsageRow> | Promise<Iterable<UsageRow> | AsyncIterable<UsageRow>>;
}

/** What became of a push. */
export interface Pushed {
  /** Records written, whether or not a value changed by it. */
  readonly updated: number;
  /** Rows of records that HubSpot does not have: named by nobody, counted. */
  readonly missing: number;
  /** Rows HubSpot refused, by the reason's code. */
  readonly refused: Readonly<Record<string, number>>;
}

/** What a schedule can do for a tenant; `schedules` has it. */
export interface UsageSchedule {
  for(tenant: Tenant): {
    start(change?: Partial<UsageTiming>): Promise<unknown>;
    stop(): Promise<void>;
    status(): Promise<unknown>;
  };
}

/** A declared push: its schedule for each tenant, and pushing now. */
export interface UsageHandle<S extends UsageSchedule = UsageSchedule> {
  /** As declared: its schedule and its row in `schedules.list` are called so. */
  readonly name: string;
  /** Its schedule: `start`, `stop`, `status`, for each tenant. */
  for(tenant: Tenant): ReturnType<S["for"]>;
  /** Pushes now, beside the schedule. */
  push(tenant?: Tenant, signal?: AbortSignal): Promise<Pushed>;
}

export interface UsageDeps {
  readonly crm: Pick<CrmPort, "updateMany">;
  readonly clock: { now(): number };
  readonly logger: Logger;
}

/** Rows written in one call; a push holds no more than these in memory. */
const batchSize = 100;

/** One push: everything `collect` gives, a hundred rows a call. Rejects when HubSpot cannot be written to, to be tried again. */
export async function pushUsage(
  { crm, logger }: UsageDeps,
  definition: UsageDefinition,
  due: { readonly tenant: Tenant; readonly dueAt: EpochMs; readonly signal: AbortSignal },
): Promise<Pushed> {
  const { name, object, idProperty, collect } = definition;
  const { tenant, signal } = due;
  let [updated, missing] = [0, 0];
  const refused: Record<string, number> = {};
  async function send(rows: readonly { id: string; properties: Record<string, string> }[]): Promise<void> {
    if (rows.length === 0) return;
    // Nothing is known against them but that others of their batch were refused, who are out of the next one.
    const unsent: (typeof rows)[number][] = [];
    for (const outcome of await crm.updateMany({ tenant, lane: "backfill", signal }, object, rows, idProperty)) {
      if (outcome.ok) updated++;
      else if (outcome.code === "NOT_FOUND" || outcome.code === "OMITTED") missing++;
      else if (outcome.error?.retryable === true || outcome.error?.category === "auth") throw outcome.error;
      else if (outcome.code === "NOT_SENT") unsent.push(rows[outcome.index] as (typeof rows)[number]);
      else refused[outcome.code] = (refused[outcome.code] ?? 0) + 1;
    }
    await send(unsent);
  }
  let batch: { id: string; properties: Record<string, string> }[] = [];
  for await (const row of await collect(due)) {
    batch.push({ id: checkedId(name, row), properties: textsOf(name, row) });
    if (batch.length < batchSize) continue;
    await send(batch);
    batch = [];
  }
  await send(batch);
  const pushed = { updated, missing, refused };
  const lost = missing + Object.values(refused).reduce((sum, count) => sum + count, 0);
  if (lost > 0) logger.warn("usage.rows_refused", { tenant, usage: name, rows: lost });
  return pushed;
}

function checkedId(name: string, { id }: UsageRow): string {
  if (typeof id === "string" && id !== "") return id;
  throw new HubspokeError("INPUT_INVALID", `INPUT_INVALID: a row of the usage push "${name}" has no id`);
}

function textsOf(name: string, { properties }: UsageRow): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([property, value]) => {
      if (typeof value === "number" && !Number.isFinite(value)) {
        throw new HubspokeError(
          "INPUT_INVALID",
          `INPUT_INVALID: "${property}" of the usage push "${name}" is no finite number; give null for what is not known`,
          { details: { property } },
        );
      }
      return [property, value === null ? "" : value instanceof Date ? value.toISOString() : String(value)];
    }),
  );
}
