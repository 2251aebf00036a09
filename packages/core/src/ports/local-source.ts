import type { EpochMs, Tenant } from "./ids.ts";

/** A value a local field can hold. Dates travel as epoch milliseconds or ISO text, as the codec declares. */
export type LocalValue = string | number | boolean | null | readonly string[];

/** A record of the local side as it was read. */
export interface LocalRecord {
  /** Text, whatever the host's key is; the same text in changes, reads and writes. */
  readonly id: string;
  /** Changes with every write to the record; compared as text. */
  readonly version: string;
  /** By local field. A field that is not in it is "did not say", which is never taken for empty. */
  readonly values: Readonly<Record<string, LocalValue>>;
  /** When the record was last edited, as the source knows it. */
  readonly updatedAt: EpochMs | null;
  /** When single fields were last edited, where the source knows. */
  readonly fieldTimes?: Readonly<Record<string, EpochMs>>;
}

/** That a record of the local side changed or went. */
export interface LocalChange {
  /** As `LocalRecord.id`. */
  readonly id: string;
  /** True only where the source can tell; a record that is not found when read counts as deleted too. */
  readonly deleted: boolean;
}

/** One guarded write to the local side. */
export type LocalWrite =
  | {
      readonly kind: "update";
      readonly id: string;
      readonly expectedVersion: string;
      readonly values: Readonly<Record<string, LocalValue>>;
    }
  | { readonly kind: "create"; readonly idempotencyKey: string; readonly values: Readonly<Record<string, LocalValue>> };

/** What became of a write to the local side. */
export type LocalWriteResult =
  | { readonly outcome: "written"; readonly record: LocalRecord }
  /** Somebody wrote the record since it was read: re-read and re-plan. */
  | { readonly outcome: "stale" }
  /** Of a create: one was made under its key, and is gone since; with its `id` it counts as deleted by a user. */
  | { readonly outcome: "gone"; readonly id?: string }
  | { readonly outcome: "rejected"; readonly reason: string; readonly fields: readonly string[] };

/** What a source can tell and do. */
export interface LocalSourceCapabilities {
  /** How deletions become known; `none` refuses a deletes policy at declaration. */
  readonly deletes: "feed" | "scan" | "none";
  /** `fieldTimes` or `updatedAt` are true edit times. */
  readonly editTimes: "field" | "record" | "none";
  /** True: nothing is written to it, and a declaration that would is refused. */
  readonly readOnly: boolean;
}

/**
 * The host's side of a sync. Duties: every method is scoped to `tenant`: a source opened for B never returns, writes
 * or deletes A's row; `changes` delivers every committed change at least once, whatever order transactions commit in;
 * `write` changes a record only at `expectedVersion`, creates at most one record per idempotency key, and answers each
 * input, in order; a write of ours appears in `changes` like any other (the engine recognises it by its base).
 */
export interface LocalSource {
  /** Checked against the declaration before anything is read. */
  readonly capabilities: LocalSourceCapabilities;
  /**
   * Names of the fields it can read and write, by which a declaration is checked before anything is read; null, or no
   * such method, when it cannot say.
   */
  fields?(): Promise<readonly string[] | null>;
  /**
   * Changes after `cursor`; from the beginning, every existing record, when it is null. A cursor that says nothing any
   * more, as after a restore, is refused with SYNC_LOCAL_FAILED and `details: { cursor: "refused" }`: the sync then asks
   * from null and looks at everything once more. Any other error leaves it at that cursor, to be asked for again.
   */
  changes(
    tenant: Tenant,
    cursor: string | null,
    limit: number,
  ): Promise<{ readonly changes: readonly LocalChange[]; readonly cursor: string; readonly more: boolean }>;
  /**
   * Found records alone, in no order; ids that are gone are left out. A throw with SYNC_LOCAL_FAILED, or of any foreign
   * error, is asked again for fewer ids, so that a row that cannot be read stops no other.
   */
  read(tenant: Tenant, ids: readonly string[]): Promise<readonly LocalRecord[]>;
  /** One result for each input, in order. A throw is asked again for fewer writes: it is that of one, or an outage. */
  write(tenant: Tenant, writes: readonly LocalWrite[]): Promise<readonly LocalWriteResult[]>;
  /** One result for each input, in order: `stale` where the version moved, `gone` where there was none. */
  delete(
    tenant: Tenant,
    deletes: readonly { readonly id: string; readonly expectedVersion: string }[],
  ): Promise<readonly ("deleted" | "stale" | "gone")[]>;
  /**
   * Records whose `field` equals one of `values`, for matching on first contact. HubSpot keeps e-mail addresses in lower
   * case and trimmed: a source that holds them otherwise should compare without case and outer blanks, for a record
   * that is not found here is taken to be missing and created.
   */
  findBy(tenant: Tenant, field: string, values: readonly LocalValue[]): Promise<readonly LocalRecord[]>;
  /**
   * For sources whose `findBy` compares to the letter: records whose `field`, without outer blanks and case, is one of
   * `keys`, which are so written. Asked for keys that `findBy` found nobody by, just before they would be created.
   */
  findFolded?(tenant: Tenant, field: string, keys: readonly string[]): Promise<readonly LocalRecord[]>;
}
