import type { ClaimedOutboxRow, OutboxEntry, OutboxStore } from "@hubspoke/core/ports";
import { same } from "./check.ts";

/** What the cases of the outbox say again and again. */

export const kinds: readonly string[] = ["note"];
export const done = { state: "done", result: null } as const;

export function keysOf(rows: readonly { readonly idempotencyKey: string }[]): string[] {
  return rows.map((row) => row.idempotencyKey);
}

export async function claimOne(outbox: OutboxStore, now: number, leaseMs = 100): Promise<ClaimedOutboxRow> {
  const claimed = await outbox.claim(now, leaseMs, 1, kinds);
  same(claimed.length, 1, "a due job is claimed");
  return claimed[0] as ClaimedOutboxRow;
}

/** The entry of the job that `outboxRow(key)` puts in. */
export function entryOf(key: string, change: Partial<OutboxEntry> = {}): OutboxEntry {
  return {
    id: `row-${key}`,
    tenant: "a",
    kind: "note",
    idempotencyKey: key,
    state: "waiting",
    tries: 0,
    errorCode: null,
    result: null,
    createdAt: 1_000,
    at: 1_000,
    ...change,
  };
}
