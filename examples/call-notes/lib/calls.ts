import type { OutboxView } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import type { Tenant } from "@hubspoke/core/ports";
import { type Account, accountOfWebhook } from "./accounts.ts";
import { type Integration, sql } from "./hubspoke.ts";
import { type CallReport, isSigned, readReport } from "./report.ts";

/** What became of a request: put in, known already, or nothing that a note could be made of. */
export type Taken = "new" | "seen" | "ignored";

/**
 * A call has ended. Kept first and durably, answered next; HubSpot has no part in whether it is accepted, and a repeat is
 * the same call. Errors: WEBHOOK_SIGNATURE_INVALID, for an address nobody has too; INPUT_INVALID, those of the store.
 */
export async function receive(
  notes: Integration,
  webhookId: string,
  raw: ArrayBuffer,
  headers: Headers,
): Promise<Taken> {
  const now = notes.clock.now();
  const account = await accountOfWebhook(notes, webhookId);
  // One answer for both, so that nobody learns which addresses there are.
  if (account === null || !(await isSigned(raw, headers, account.secret, now))) {
    throw new HubspokeError(
      "WEBHOOK_SIGNATURE_INVALID",
      "the signature does not fit this webhook, or its time is not now",
    );
  }
  const report = readReport(raw, now);
  if (report === undefined) throw new HubspokeError("INPUT_INVALID", "this is no message of Vapi's");
  return report === null ? "ignored" : take(notes, account, report);
}

async function take(notes: Integration, account: Account, report: CallReport): Promise<Taken> {
  const { id, phone, summary, recordingUrl, endedAt } = report;
  if (phone === null || (summary === null && recordingUrl === null)) return "ignored";
  const { tenant, uploadRecordings: upload, whenDisconnected } = account;
  await keepPhone(notes, tenant, id, phone);
  const { outcome } = await notes.hubspoke.outbox.enqueue(
    "note",
    {
      to: [{ phone }],
      ...(summary === null ? {} : { body: `Call summary:\n${summary}` }),
      ...(recordingUrl === null ? {} : { recording: { url: recordingUrl, upload } }),
      ...(endedAt === null ? {} : { at: endedAt.toISOString() }),
    },
    { tenant, idempotencyKey: id, whenDisconnected },
  );
  return outcome;
}

const place = (tenant: Tenant, callId: string) => ({ tenant, table: "calls", column: "phone", rowId: callId });

async function keepPhone(notes: Integration, tenant: Tenant, callId: string, phone: string): Promise<void> {
  const { db, sealer, clock } = notes;
  const values = [tenant, callId, await sealer.sealJson(place(tenant, callId), phone), clock.now()];
  await sql(
    db,
    "insert into calls (tenant, call_id, phone, created_at) values (?, ?, ?, ?) on conflict do nothing",
    values,
  );
}

async function phonesOf(
  { db, sealer }: Integration,
  tenant: Tenant,
  callIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await sql<{ readonly call_id: string; readonly phone: ArrayLike<number> }>(
    db,
    "select call_id, phone from calls where tenant = ? and call_id in (select value from json_each(?))",
    [tenant, JSON.stringify(callIds)],
  );
  const opened = rows.map(async (row): Promise<[string, string]> => {
    const phone = await sealer.openJson(place(tenant, row.call_id), Uint8Array.from(row.phone));
    return [row.call_id, String(phone)];
  });
  return new Map(await Promise.all(opened));
}

const states = { waiting: "waiting", success: "done", skipped: "skipped", error: "failed" } as const;
export type LogStatus = keyof typeof states;
export const isLogStatus = (value: string): value is LogStatus => Object.hasOwn(states, value);

export interface LogQuery {
  readonly status: LogStatus | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * The sync log, newest first: what became of each call, the number it was about, and as a code why it waits, failed or was
 * skipped; `next` is the `after` of the next page. `waiting`: how many are not written yet, and why, where something is wrong.
 */
export async function syncLog(notes: Integration, tenant: Tenant, { status, after, limit }: LogQuery): Promise<object> {
  const page = await notes.hubspoke.outbox.list({
    tenant,
    kind: "note",
    limit,
    ...(status === undefined ? {} : { state: states[status] }),
    ...(after === undefined ? {} : { after }),
  });
  const phones = await phonesOf(
    notes,
    tenant,
    page.items.map(({ idempotencyKey }) => idempotencyKey),
  );
  const waits = await notes.hubspoke.outbox.list({ tenant, kind: "note", state: "waiting", limit: 20 });
  const trouble = waits.items.find(({ errorCode }) => errorCode !== null)?.errorCode ?? null;
  return {
    logs: page.items.map((job) => entryOf(job, phones.get(job.idempotencyKey) ?? null)),
    total: page.total,
    limit,
    next: page.next ?? null,
    waiting: { total: waits.total, error_message: trouble },
  };
}

function entryOf(
  { id, idempotencyKey, state, errorCode, result, createdAt }: OutboxView,
  phone: string | null,
): object {
  const status = (Object.keys(states) as LogStatus[]).find((name) => states[name] === state);
  return {
    id,
    call_id: idempotencyKey,
    contact_id: result?.contactId ?? null,
    engagement_id: result?.id ?? null,
    status,
    error_message: result?.skipped ?? (status === "success" ? null : errorCode),
    recording: result?.recording ?? null,
    recording_problem: result?.recordingProblem ?? null,
    phone_number: phone,
    created_at: createdAt,
  };
}

/** As long as Hubspoke remembers what is over. */
const keepMs = 30 * 86_400_000;

export async function tidy({ db, clock }: Integration): Promise<void> {
  const before = clock.now() - keepMs;
  const old = (table: string) => db.prepare(`delete from ${table} where created_at < ?`).bind(before);
  await db.batch([old("calls"), old("sessions")]);
}
