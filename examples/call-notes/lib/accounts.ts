import { tenantKey } from "@hubspoke/core";
import { cipher, toBase64Url } from "@hubspoke/core/crypto";
import type { Tenant } from "@hubspoke/core/ports";
import { type Integration, sql } from "./hubspoke.ts";

/** What somebody in a workspace decides about their calls. */
export interface Settings {
  readonly uploadRecordings: boolean;
  /** While HubSpot is not connected: calls wait for it, three days long, or are skipped. */
  readonly whenDisconnected: "wait" | "skip";
}

export interface Account extends Settings {
  readonly tenant: Tenant;
  readonly webhookId: string;
  /** What requests to that address are signed with. */
  readonly secret: string;
}

interface AccountRow {
  readonly tenant: string;
  readonly webhook_id: string;
  readonly webhook_secret: ArrayLike<number>;
  readonly upload_recordings: number;
  readonly when_disconnected: "wait" | "skip";
}

/** Tokens, webhook and calls belong to a user in a workspace, as the same person may have another HubSpot elsewhere. */
export const tenantOf = (workspace: string, name: string): Tenant => tenantKey(workspace, name);

/** The account of somebody who has signed in, made at their first time. */
export async function accountOf(notes: Integration, tenant: Tenant): Promise<Account> {
  const found = await find(notes, "tenant", tenant);
  if (found !== null) return found;
  await sql(
    notes.db,
    "insert into accounts (tenant, webhook_id, webhook_secret, created_at) values (?, ?, ?, ?) on conflict do nothing",
    [tenant, randomText(16), await notes.sealer.seal(place(tenant), randomText(32)), notes.clock.now()],
  );
  return accountOf(notes, tenant);
}

/** The account behind a webhook's address; null: nobody's. */
export async function accountOfWebhook(notes: Integration, webhookId: string): Promise<Account | null> {
  return /^[\w-]{22}$/.test(webhookId) ? find(notes, "webhook_id", webhookId) : null;
}

/** The old one opens nothing from now on. */
export async function newWebhookSecret(notes: Integration, tenant: Tenant): Promise<string> {
  await accountOf(notes, tenant);
  return keepSecret(notes, tenant, randomText(32));
}

export async function saveSettings({ db }: Integration, tenant: Tenant, settings: Settings): Promise<void> {
  const { uploadRecordings, whenDisconnected } = settings;
  const values = [uploadRecordings ? 1 : 0, whenDisconnected, tenant];
  await sql(db, "update accounts set upload_recordings = ?, when_disconnected = ? where tenant = ?", values);
}

async function find(notes: Integration, column: "tenant" | "webhook_id", value: string): Promise<Account | null> {
  const [row] = await sql<AccountRow>(notes.db, `select * from accounts where ${column} = ?`, [value]);
  if (row === undefined) return null;
  const { tenant, webhook_id: webhookId, upload_recordings: upload, when_disconnected: whenDisconnected } = row;
  const sealed = Uint8Array.from(row.webhook_secret);
  const secret = await notes.sealer.openText(place(tenant), sealed);
  // Sealed anew when it is used, so that an old key may retire.
  if (await notes.sealer.needsReseal(sealed)) await keepSecret(notes, tenant, secret);
  return { tenant, webhookId, secret, uploadRecordings: upload === 1, whenDisconnected };
}

async function keepSecret({ db, sealer }: Integration, tenant: Tenant, secret: string): Promise<string> {
  const sealed = await sealer.seal(place(tenant), secret);
  await sql(db, "update accounts set webhook_secret = ? where tenant = ?", [sealed, tenant]);
  return secret;
}

const place = (tenant: Tenant) => ({ tenant, table: "accounts", column: "webhook_secret", rowId: tenant });

/** So many random bytes, as text fit for an address. */
const randomText = (bytes: number): string => toBase64Url(cipher.randomBytes(bytes));
