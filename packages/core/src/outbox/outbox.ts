import type { BlindIndex } from "../crypto/blind-index.ts";
import type { Binding } from "../crypto/envelope.ts";
import type { Sealer } from "../crypto/sealer.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs, Page, PageCursor, PortalId, RowId, Tenant } from "../ports/ids.ts";
import type { OutboxEntry, OutboxRow, OutboxStore } from "../ports/outbox-store.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";
import { checkedInput, createKinds, type JobFacts, type KindRegistry, type OutboxKind } from "./kind.ts";
import { grantCodes } from "./verdict.ts";

/** Whose job it is, its key, and when it may run. */
export interface EnqueueOptions {
  /** Whose. Default `default`, which is right where one account is all there is. */
  readonly tenant?: Tenant;
  /** Yours, up to 200 characters that name no person: the same kind and key again is the same job, and done once. */
  readonly idempotencyKey: string;
  /** Not before then. Default now. */
  readonly notBefore?: Date;
  /** Jobs of a tenant with one order key run one at a time, in this order; `null`: none. Default what the kind says. */
  readonly order?: string | null;
  /**
   * While the tenant has no grant of HubSpot's: `wait` for one, three days long (default), or `skip` with the reason
   * `not-connected`, for customers who may never connect.
   */
  readonly whenDisconnected?: "wait" | "skip";
}

/** That a job is stored, or was before. */
export interface Enqueued {
  /** `seen`: this kind and key were put in before; nothing was added and the input was not compared. */
  readonly outcome: "new" | "seen";
  /** As given to `enqueue`: which registered job does it. */
  readonly kind: string;
  /** As given to `enqueue`: with the kind, what `find` takes. */
  readonly idempotencyKey: string;
}

/** A job, for people: nothing of its input. */
export interface OutboxView {
  /** What `replay` and `discard` take. */
  readonly id: RowId;
  /** `note`, `call`, `ticket` …, or one of your own. */
  readonly kind: string;
  /** As given to `enqueue`: the same key is the same job. */
  readonly idempotencyKey: string;
  /** `failed` jobs stand until they are replayed or expire. */
  readonly state: OutboxEntry["state"];
  /** Attempts so far. */
  readonly tries: number;
  /** Of the last attempt that failed. */
  readonly errorCode: string | null;
  /** What was made, once it is done: ids and counts. */
  readonly result: JobFacts | null;
  /** When it was enqueued. */
  readonly createdAt: EpochMs;
  /** Of the last change. */
  readonly at: EpochMs;
}

/** Which jobs to list, newest first. */
export interface OutboxQuery {
  /** Only this one's jobs: there is no list over all tenants. */
  readonly tenant: Tenant;
  /** Default: every kind. */
  readonly kind?: string;
  /** Default: every state. `waiting` includes the one that runs just now. */
  readonly state?: OutboxEntry["state"];
  /** `next` of the page before, for the same question. */
  readonly after?: PageCursor;
  /** 1 to 200, default 50. */
  readonly limit?: number;
}

/** "Do it durably, answer now": a job that was put in happens once, whatever is killed or down meanwhile. */
export interface Outbox {
  /** Teaches the worker a kind of job of your own. At start, in every process. Errors: CONFIG_INVALID. */
  register<I>(kind: OutboxKind<I>): void;
  /** Durable when it resolves; the worker does it. Errors: INPUT_INVALID, STORE_*. */
  enqueue(kind: string, input: unknown, options: EnqueueOptions): Promise<Enqueued>;
  /** Several, all or none. */
  enqueueMany(
    kind: string,
    jobs: readonly { readonly input: unknown; readonly options: EnqueueOptions }[],
  ): Promise<readonly Enqueued[]>;
  /** Null where this kind and key were never put in, or the row has expired since. */
  find(tenant: Tenant, kind: string, idempotencyKey: string): Promise<OutboxView | null>;
  /** Newest first, with the number of jobs that match. */
  list(query: OutboxQuery): Promise<Page<OutboxView> & { readonly total: number }>;
  /** Failed jobs run again; without ids, all of the tenant's. Says how many. */
  replay(tenant: Tenant, ids?: readonly RowId[]): Promise<number>;
  /** Failed or waiting jobs that are not wanted any more. Says how many. */
  discard(tenant: Tenant, ids: readonly RowId[]): Promise<number>;
  /** Of all tenants together; `oldestDueAt` (epoch ms) is null while nothing waits. What a health check watches. */
  depth(): Promise<{ readonly waiting: number; readonly failed: number; readonly oldestDueAt: EpochMs | null }>;
}

export interface OutboxDeps {
  readonly store: OutboxStore;
  readonly sealer: Sealer;
  readonly index: BlindIndex;
  readonly newId: () => RowId;
  readonly clock: Pick<Clock, "now">;
  readonly alerts: AlertSink;
  /** The account a tenant is pinned to; null before it is. Asks nobody. */
  readonly pinned: (tenant: Tenant) => MaybeAsync<PortalId | null>;
}

/** What is sealed of a job. */
export interface SealedJob {
  /** The account the tenant belonged to when the job was put in; null: none yet. */
  readonly portalId: PortalId | null;
  readonly input: unknown;
  readonly whenDisconnected?: "skip";
}

export const outboxBinding = (tenant: Tenant, rowId: RowId): Binding => ({
  tenant,
  table: "outbox",
  column: "sealed",
  rowId,
});

/** One alert for a kind whose jobs are parked, closed when none is left. */
export const parkedAlert = (kind: string): string => `outbox:${kind}:parked`;

/** Whether this process put something in since the worker looked last. */
export interface OutboxBell {
  rung: boolean;
}

export interface OutboxService {
  readonly outbox: Outbox;
  readonly kinds: KindRegistry;
  readonly bell: OutboxBell;
  /** The tenant has a grant again: what waited for one is due now, and not at the end of its wait. */
  reconnected(tenant: Tenant): Promise<void>;
}

export function createOutbox(deps: OutboxDeps): OutboxService {
  const { store, sealer, index, newId, clock } = deps;
  const kinds = createKinds();
  const bell: OutboxBell = { rung: false };

  async function rowOf(kindName: string, input: unknown, options: EnqueueOptions): Promise<OutboxRow> {
    const kind = kinds.get(kindName);
    const read = checkedInput(kind, input);
    const { tenant = "default", idempotencyKey, notBefore } = checkedOptions(options);
    const id = newId();
    const now = clock.now();
    const order = options.order === undefined ? (kind.order?.(read) ?? null) : options.order;
    // The input as it was given: what the kind's schema makes of it is made again when it is done.
    const skips = options.whenDisconnected === "skip";
    const job: SealedJob = {
      portalId: await deps.pinned(tenant),
      input,
      ...(skips ? { whenDisconnected: "skip" } : {}),
    };
    const sealed = await sealer.sealJson(outboxBinding(tenant, id), job);
    return {
      id,
      tenant,
      kind: kindName,
      idempotencyKey,
      // A keyed hash, because what orders jobs is often a person's number.
      orderKey: order === null ? null : await index.index(tenant, "outbox-order", order),
      sealed,
      keyId: sealer.keyIdOf(sealed),
      availableAt: Math.max(now, notBefore?.getTime() ?? now),
      createdAt: now,
    };
  }

  async function enqueueMany(
    kind: string,
    jobs: readonly { readonly input: unknown; readonly options: EnqueueOptions }[],
  ): Promise<readonly Enqueued[]> {
    const rows: OutboxRow[] = [];
    for (const { input, options } of jobs) rows.push(await rowOf(kind, input, options));
    const outcomes = rows.length === 0 ? [] : await store.enqueue(rows);
    bell.rung ||= outcomes.includes("new");
    return rows.map(({ idempotencyKey }, i) => ({ outcome: outcomes[i] ?? "seen", kind, idempotencyKey }));
  }

  /** Nothing of these kinds is parked any more: the alerts about that are over. */
  async function clearAlerts(tenant: Tenant, of: Iterable<string>): Promise<void> {
    for (const kind of of) {
      const { total } = await store.list({ tenant, kind, state: "failed", limit: 1 });
      if (total === 0) await deps.alerts.clear?.(tenant, parkedAlert(kind));
    }
  }

  async function failedOnes(tenant: Tenant): Promise<readonly OutboxEntry[]> {
    const found: OutboxEntry[] = [];
    for (let after: PageCursor | undefined; ; ) {
      const page = await store.list({ tenant, state: "failed", limit: 200, ...(after === undefined ? {} : { after }) });
      found.push(...page.items);
      if (page.next === undefined) return found;
      after = page.next;
    }
  }

  const outbox: Outbox = {
    register: (kind) => kinds.add(kind),
    async enqueue(kind, input, options) {
      const [outcome] = await enqueueMany(kind, [{ input, options }]);
      return outcome as Enqueued;
    },
    enqueueMany,
    async find(tenant, kind, idempotencyKey) {
      const entry = await store.get(tenant, kind, idempotencyKey);
      return entry === null ? null : viewOf(entry);
    },
    async list({ limit = 50, ...query }) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 200) throw invalid("limit is a whole number from 1 to 200");
      const page = await store.list({ ...query, limit });
      return { ...page, items: page.items.map(viewOf) };
    },
    async replay(tenant, ids) {
      const failed = await failedOnes(tenant);
      const chosen = ids ?? failed.map(({ id }) => id);
      const replayed = chosen.length === 0 ? 0 : await store.replay(tenant, chosen, clock.now());
      bell.rung ||= replayed > 0;
      await clearAlerts(tenant, new Set(failed.map(({ kind }) => kind)));
      return replayed;
    },
    async discard(tenant, ids) {
      const failed = await failedOnes(tenant);
      const removed = ids.length === 0 ? 0 : await store.delete(tenant, ids);
      await clearAlerts(tenant, new Set(failed.map(({ kind }) => kind)));
      return removed;
    },
    depth: () => store.depth(),
  };
  return {
    outbox,
    kinds,
    bell,
    async reconnected(tenant) {
      const woken = await store.wake(tenant, grantCodes, clock.now());
      bell.rung ||= woken > 0;
    },
  };
}

function viewOf({ tenant: _, result, ...entry }: OutboxEntry): OutboxView {
  return { ...entry, result: result === null ? null : (JSON.parse(result) as JobFacts) };
}

function checkedOptions(options: EnqueueOptions): EnqueueOptions {
  const { idempotencyKey, tenant, notBefore, whenDisconnected = "wait" } = options ?? {};
  if (typeof idempotencyKey !== "string" || idempotencyKey === "" || idempotencyKey.length > 200) {
    throw invalid("idempotencyKey is a text of 1 to 200 characters: the id of what happened, such as a call's");
  }
  if (tenant !== undefined && (typeof tenant !== "string" || tenant === "")) throw invalid("tenant is a name");
  if (notBefore !== undefined && Number.isNaN(notBefore.getTime())) throw invalid("notBefore is a valid Date");
  if (!["wait", "skip"].includes(whenDisconnected)) throw invalid('whenDisconnected is "wait" or "skip"');
  return options;
}

function invalid(what: string): HubspokeError<"INPUT_INVALID"> {
  return new HubspokeError("INPUT_INVALID", `INPUT_INVALID: ${what}`);
}
