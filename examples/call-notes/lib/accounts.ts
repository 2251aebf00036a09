import { tenantKey } from "@hubspoke/core";
import { cipher } from "@hubspoke/core/crypto";
import type { Tenant } from "@hubspoke/core/ports";
import type { Integration } from "./hubspoke.ts";

/** What somebody in a workspace decides about their calls. */
export interface Settings {
  readonly uploadRecordings: boolean;
  /** While HubSpot is not connected: calls wait for it, three days long, or are skipped. */
  readonly whenDisconnected: "wait" | "skip";
}

export interface Account extends Settings {
  readonly tenant: Tenant;
  readonly webhookId: string;
}

interface AccountRow {
  readonly tenant: string;
  readonly webhook_id: string;
  readonly webhook_secret: ArrayLike<number>;
  readonly upload_recordings: number;
  readonly when_disconnected: "wait" | "skip";
}

type Needs = Pick<Integration, "db" | "sealer" | "clock">;

/** Tokens, webhook and calls belong to a user in a workspace, as the same person may have another HubSpot elsewhere. */
export const tenantOf = (workspace: string, name: string): Tenant => tenantKey(workspace, name);

/** The account of somebody who has signed in, made at their first time. */
export async function accountOf(needs: Needs, tenant: Tenant): Promise<Account> {
  const found = await find(needs, "tenant", tenant);
  if (found !== null) return accountIn(found);
  const webhookId = randomText(16);
  await needs.db
    .prepare(
      "insert into accounts (tenant, webhook_id, webhook_secret, created_at) values (?, ?, ?, ?) on conflict do nothing",
    )
    .bind(tenant, webhookId, await sealedSecret(needs, tenant, randomText(32)), needs.clock.now())
    .all();
  return accountOf(needs, tenant);
}

/** The account behind a webhook's address and the secret its requests are signed with. null: no such address. */
export async function accountOfWebhook(
  needs: Needs,
  webhookId: string,
): Promise<{ readonly account: Account; readonly secret: string } | null> {
  const row = /^[\w-]{22}$/.test(webhookId) ? await find(needs, "webhook_id", webhookId) : null;
  return row === null ? null : { account: accountIn(row), secret: await secretIn(needs, row) };
}

export async function webhookSecret(needs: Needs, tenant: Tenant): Promise<string> {
  const row = await find(needs, "tenant", tenant);
  return row === null ? newWebhookSecret(needs, tenant) : secretIn(needs, row);
}

/** The old one opens nothing from now on. */
export async function newWebhookSecret(needs: Needs, tenant: Tenant): Promise<string> {
  const secret = randomText(32);
  await keepSecret(needs, tenant, await sealedSecret(needs, tenant, secret));
  return secret;
}

export async function saveSettings({ db }: Needs, tenant: Tenant, settings: Settings): Promise<void> {
  await db
    .prepare("update accounts set upload_recordings = ?, when_disconnected = ? where tenant = ?")
    .bind(settings.uploadRecordings ? 1 : 0, settings.whenDisconnected, tenant)
    .all();
}

async function find({ db }: Needs, column: "tenant" | "webhook_id", value: string): Promise<AccountRow | null> {
  const { results } = await db.prepare(`select * from accounts where ${column} = ?`).bind(value).all();
  return (results[0] as AccountRow | undefined) ?? null;
}

const accountIn = (row: AccountRow): Account => ({
  tenant: row.tenant,
  webhookId: row.webhook_id,
  uploadRecordings: row.upload_recordings === 1,
  whenDisconnected: row.when_disconnected,
});

const place = (tenant: Tenant) => ({ tenant, table: "accounts", column: "webhook_secret", rowId: tenant });

async function sealedSecret({ sealer }: Needs, tenant: Tenant, secret: string): Promise<Uint8Array> {
  return sealer.seal(place(tenant), secret);
}

/** A secret that is under an old key is sealed anew when it is used, so that the key may retire. */
async function secretIn(needs: Needs, { tenant, webhook_secret }: AccountRow): Promise<string> {
  const { sealer } = needs;
  const sealed = Uint8Array.from(webhook_secret);
  const secret = await sealer.openText(place(tenant), sealed);
  if (await sealer.needsReseal(sealed)) await keepSecret(needs, tenant, await sealedSecret(needs, tenant, secret));
  return secret;
}

async function keepSecret({ db }: Needs, tenant: Tenant, sealed: Uint8Array): Promise<void> {
  await db.prepare("update accounts set webhook_secret = ? where tenant = ?").bind(sealed, tenant).all();
}

/** So many random bytes, as text fit for an address. */
export const randomText = (bytes: number): string => textOf(cipher.randomBytes(bytes));

export function textOf(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
