import { cipher, equalText } from "@hubspoke/core/crypto";
import { HubspokeError } from "@hubspoke/core/errors";
import type { Grant } from "@hubspoke/core/webhooks";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { randomText, tenantOf, textOf } from "./accounts.ts";
import type { Scope } from "./hubspoke.ts";

export interface User {
  readonly workspace: string;
  readonly name: string;
}

const cookie = "call_notes_session";
const isName = (value: unknown): value is string => typeof value === "string" && /^\S.{0,59}$/.test(value);

/** Stands in for the product's own login: it asks for a workspace and a name, and for LOGIN_PASSWORD where one is set. */
export async function signIn(c: Context<Scope>): Promise<User> {
  const { workspace, name, password } = (await c.req.json()) as Record<string, unknown>;
  if (!isName(workspace) || !isName(name)) {
    throw new HubspokeError("INPUT_INVALID", 'send { "workspace": text, "name": text, "password"?: text }');
  }
  if (!mayEnter(c, String(password ?? ""))) throw new HubspokeError("ACCESS_DENIED", "the password is another");
  const { db, clock } = c.var.notes;
  const token = randomText(32);
  await db
    .prepare("insert into sessions (token_hash, workspace, name, created_at) values (?, ?, ?, ?)")
    .bind(await hashOf(token), workspace, name, clock.now())
    .all();
  const secure = new URL(c.req.url).protocol === "https:";
  setCookie(c, cookie, token, { httpOnly: true, sameSite: "Lax", path: "/", secure });
  return { workspace, name };
}

/** Without a password set, whoever sits at this machine may. */
function mayEnter(c: Context<Scope>, password: string): boolean {
  const { LOGIN_PASSWORD: wanted } = c.env;
  if (wanted !== undefined && wanted !== "") return equalText(password, wanted);
  return ["localhost", "127.0.0.1"].includes(new URL(c.req.url).hostname);
}

export async function signOut(c: Context<Scope>): Promise<void> {
  const token = getCookie(c, cookie);
  if (token === undefined) return;
  await c.var.notes.db
    .prepare("delete from sessions where token_hash = ?")
    .bind(await hashOf(token))
    .all();
  deleteCookie(c, cookie, { path: "/" });
}

export async function userOf(c: Context<Scope>): Promise<User | null> {
  const token = getCookie(c, cookie);
  if (token === undefined || !/^[\w-]{43}$/.test(token)) return null;
  const { results } = await c.var.notes.db
    .prepare("select workspace, name from sessions where token_hash = ?")
    .bind(await hashOf(token))
    .all();
  return (results[0] as User | undefined) ?? null;
}

/** On whose behalf. Errors: ACCESS_DENIED. */
export async function grantOf(c: Context<Scope>): Promise<Grant> {
  const user = await userOf(c);
  if (user === null) throw new HubspokeError("ACCESS_DENIED", "sign in first");
  return { tenant: tenantOf(user.workspace, user.name), actor: { id: user.name, role: "admin" } };
}

/** What is stored of a token opens nothing. */
async function hashOf(token: string): Promise<string> {
  return textOf(await cipher.sha256(new TextEncoder().encode(token)));
}
