import type { EpochMs } from "../../ports/ids.ts";
import type { SyncScope } from "../scope.ts";

/** How one record fared. */
export type RecordResult =
  | {
      readonly status: "done";
      /** It takes no part in the sync: its associations take none either. */
      readonly leftAlone?: true;
    }
  /** Something moved, or the outcome is not known yet: read and plan it again at `at`. Not the record's fault. */
  | { readonly status: "again"; readonly at: EpochMs; readonly code: string }
  /** It failed and may not the next time; counted, and quarantined when it goes on. */
  | { readonly status: "retry"; readonly at: EpochMs; readonly code: string }
  /** It fails every time: quarantined. */
  | { readonly status: "failed"; readonly code: string; readonly fields: readonly string[] };

export const done: RecordResult = { status: "done" };
export const leftAlone: RecordResult = { status: "done", leftAlone: true };

export function again(at: EpochMs, code: string): RecordResult {
  return { status: "again", at, code };
}

/** Somebody else is at the record: it is looked at again in a second. */
export function busy({ deps }: SyncScope): RecordResult {
  return again(deps.clock.now() + 1_000, "BUSY");
}

/** Nothing was written, for somebody else is at it. */
export function isBusy(result: RecordResult): boolean {
  return result.status === "again" && result.code === "BUSY";
}
