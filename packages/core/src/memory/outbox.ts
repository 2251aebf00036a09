import type { EpochMs, RowId } from "../ports/ids.ts";
import type { OutboxEntry, OutboxRow, OutboxStore } from "../ports/outbox-store.ts";
import type { Sync } from "./expose.ts";
import { byText, keyOf, pageOf, removeWhere, where } from "./rows.ts";

/** A job; its input is gone once it is done. */
export interface OutboxJob {
  readonly tenant: string;
  readonly row: Omit<OutboxRow, "sealed" | "keyId">;
  readonly input: Pick<OutboxRow, "sealed" | "keyId"> | null;
  /** The order of those that wait. */
  readonly seq: number;
  readonly state: OutboxEntry["state"];
  readonly dueAt: EpochMs;
  readonly lease: string | null;
  readonly tries: number;
  readonly errorCode: string | null;
  readonly result: string | null;
  readonly at: EpochMs;
  readonly keepUntil: EpochMs | null;
}

export function memoryOutbox(jobs: Map<string, OutboxJob>): Sync<OutboxStore> {
  let leases = 0;
  let places = 0;

  const entryOf = ({ row, state, tries, errorCode, result, at }: OutboxJob): OutboxEntry => {
    const { id, tenant, kind, idempotencyKey, createdAt } = row;
    return { id, tenant, kind, idempotencyKey, state, tries, errorCode, result, createdAt, at };
  };
  const rowsOf = (found: readonly OutboxJob[]): OutboxRow[] =>
    found.flatMap(({ row, input }) => (input === null ? [] : [{ ...row, ...input }]));
  const put = (job: OutboxJob): void => void jobs.set(keyOfJob(job), job);
  const keyOfJob = ({ row }: OutboxJob): string => keyOf(row.tenant, row.kind, row.idempotencyKey);
  const waitsBehind = (job: OutboxJob): boolean =>
    job.row.orderKey !== null &&
    where(jobs, (other) => other.state === "waiting" && other.seq < job.seq).some(
      ({ row }) => row.tenant === job.tenant && row.orderKey === job.row.orderKey,
    );

  /** Changes a job that is still held under this lease. */
  function held(tenant: string, id: RowId, lease: string, change: (job: OutboxJob) => Partial<OutboxJob>): boolean {
    const [job] = where(jobs, (one) => one.tenant === tenant && one.row.id === id && one.lease === lease);
    if (job !== undefined) put({ ...job, ...change(job) });
    return job !== undefined;
  }

  return {
    enqueue: (rows) =>
      rows.map(({ sealed, keyId, ...row }) => {
        const key = keyOf(row.tenant, row.kind, row.idempotencyKey);
        if (jobs.has(key)) return "seen";
        jobs.set(key, {
          tenant: row.tenant,
          row,
          input: { sealed, keyId },
          seq: ++places,
          state: "waiting",
          dueAt: row.availableAt,
          lease: null,
          tries: 0,
          errorCode: null,
          result: null,
          at: row.createdAt,
          keepUntil: null,
        });
        return "new";
      }),
    claim(now, leaseMs, limit, kinds) {
      const lease = `lease-${++leases}`;
      return where(jobs, (job) => job.state === "waiting" && job.dueAt <= now && kinds.includes(job.row.kind))
        .filter((job) => !waitsBehind(job))
        .sort((a, b) => a.dueAt - b.dueAt || a.row.createdAt - b.row.createdAt || a.seq - b.seq)
        .slice(0, limit)
        .map((job) => {
          const tries = job.tries + (job.lease === null ? 0 : 1);
          put({ ...job, lease, tries, dueAt: now + leaseMs });
          return { ...job.row, ...(job.input as Pick<OutboxRow, "sealed" | "keyId">), lease, tries };
        });
    },
    renew: (tenant, id, lease, until) => held(tenant, id, lease, (job) => ({ dueAt: Math.max(job.dueAt, until) })),
    complete: (tenant, id, lease, outcome, now, keepUntil) =>
      held(tenant, id, lease, () => ({ ...outcome, input: null, lease: null, at: now, keepUntil })),
    retry: (tenant, id, lease, now, at, errorCode) =>
      held(tenant, id, lease, ({ row, tries }) => ({
        row: { ...row, availableAt: at },
        lease: null,
        tries: tries + 1,
        dueAt: at,
        at: now,
        errorCode,
      })),
    fail: (tenant, id, lease, now, errorCode) =>
      held(tenant, id, lease, ({ tries }) => ({ state: "failed", lease: null, tries: tries + 1, at: now, errorCode })),
    get(tenant, kind, idempotencyKey) {
      const job = jobs.get(keyOf(tenant, kind, idempotencyKey));
      return job === undefined ? null : entryOf(job);
    },
    list({ tenant, kind, state, after, limit }) {
      const matching = where(
        jobs,
        (job) =>
          job.tenant === tenant &&
          (kind === undefined || job.row.kind === kind) &&
          (state === undefined || job.state === state),
      );
      const places = matching.map((job) => ({ id: job.row.id, at: job.row.createdAt, entry: entryOf(job) }));
      const { items, ...rest } = pageOf(places, after, limit);
      return { ...rest, items: items.map(({ entry }) => entry), total: matching.length };
    },
    replay(tenant, ids, now) {
      const failed = where(jobs, (job) => job.tenant === tenant && job.state === "failed" && ids.includes(job.row.id));
      for (const job of failed) {
        const row = { ...job.row, availableAt: now };
        put({ ...job, row, state: "waiting", seq: ++places, dueAt: now, tries: 0, at: now });
      }
      return failed.length;
    },
    wake(tenant, errorCodes, now) {
      const asleep = where(
        jobs,
        (job) =>
          job.tenant === tenant &&
          job.state === "waiting" &&
          job.lease === null &&
          job.dueAt > now &&
          errorCodes.includes(job.errorCode ?? ""),
      );
      for (const job of asleep) put({ ...job, row: { ...job.row, availableAt: now }, dueAt: now });
      return asleep.length;
    },
    delete: (tenant, ids) => removeWhere(jobs, (job) => job.tenant === tenant && ids.includes(job.row.id)),
    scan: (tenant, afterId, limit) =>
      where(jobs, (job) => job.tenant === tenant && job.row.id > (afterId ?? ""))
        .sort((a, b) => byText(a.row.id, b.row.id))
        .slice(0, limit)
        .map((job) => ({ ...entryOf(job), ...(job.input ?? { sealed: null, keyId: null }) })),
    depth() {
      const due = where(jobs, (job) => job.state === "waiting").map((job) => job.dueAt);
      const failed = where(jobs, (job) => job.state === "failed").length;
      return { waiting: due.length, failed, oldestDueAt: due.length === 0 ? null : Math.min(...due) };
    },
    listForReseal: (keyId, limit) =>
      rowsOf(where(jobs, (job) => job.input !== null && job.input.keyId !== keyId).slice(0, limit)),
    reseal(tenant, id, sealed, keyId, fromKeyId) {
      const [job] = where(jobs, (one) => one.tenant === tenant && one.row.id === id && one.input?.keyId === fromKeyId);
      if (job !== undefined) put({ ...job, input: { sealed, keyId } });
      return job !== undefined;
    },
    deleteExpired: (now, limit) => removeWhere(jobs, (job) => job.keepUntil !== null && job.keepUntil <= now, limit),
    deleteBefore: (tenant, before, limit) =>
      removeWhere(jobs, (job) => job.tenant === tenant && job.state === "failed" && job.at < before, limit),
  };
}
