import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import { askLocal } from "../ask-local.ts";
import type { SyncScope } from "../scope.ts";
import type { RecordResult } from "./result.ts";

/** Failures, with nothing that went well between them, that are an outage whatever the source answers otherwise. */
const outage = 30;
/** Between two tries of a record the source fails at: an outage of minutes is over before its tries are. */
const pauseMs = 60_000;

/** Of a record the source failed at. */
export function sourceFailed({ deps }: SyncScope): RecordResult {
  return { status: "retry", at: deps.clock.now() + pauseMs, code: "SYNC_LOCAL_FAILED" };
}

/** Tells a source that fails at a record from one that fails. One for each batch. */
export interface SourceJudge {
  /**
   * The part to try next, which it takes out. Level by level finds whole stretches that go well; where each has a bad row
   * in it, one of them is followed down to its rows: rows that are bad here and there would look like an outage.
   */
  next<T>(parts: T[]): T | undefined;
  /** Something went well. */
  worked(): void;
  /** What becomes of a record the source failed at. Throws the error where it is not the record's, or not the source's. */
  failed(error: unknown): Promise<RecordResult>;
}

export function judgeSource(scope: SyncScope): SourceJudge {
  const { sync, tenant } = scope;
  let failures = 0;
  let works = false;
  return {
    next: (parts) => (works || failures < outage / 2 ? parts.shift() : parts.pop()),
    worked: () => {
      works = true;
    },
    async failed(error) {
      if (!isHubspokeError(error, "SYNC_LOCAL_FAILED") || (++failures > outage && !works)) throw error;
      // A source that cannot name a single record is down: that is no record's fault, and no try of it.
      await askLocal(scope, () => sync.declared.local.changes(tenant, null, 1));
      return sourceFailed(scope);
    },
  };
}

/** Does `work` with all of them, and by halves where the source throws. Answers those it fails at alone. */
export async function byHalves<T>(
  scope: SyncScope,
  items: readonly T[],
  work: (some: readonly T[]) => Promise<void>,
): Promise<readonly T[]> {
  const source = judgeSource(scope);
  const failed: T[] = [];
  const parts = items.length === 0 ? [] : [items];
  for (let part = source.next(parts); part !== undefined; part = source.next(parts)) {
    try {
      await work(part);
      source.worked();
    } catch (error) {
      await source.failed(error);
      const half = Math.ceil(part.length / 2);
      if (half < part.length) parts.push(part.slice(0, half), part.slice(half));
      else failed.push(...part);
    }
  }
  return failed;
}
