import { cipher, equalText } from "@hubspoke/core/crypto";
import { HubspokeError } from "@hubspoke/core/errors";
import type { Grant } from "@hubspoke/core/webhooks";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { randomText, tenantOf, textOf } from "./accounts.ts";
import { type Scope, sql } from "./hubspoke.ts";

export interface User {
  readonly workspace: string;
  readonly name: string;
}

const cookie = "call_notes_session";
const isName = (value: unknown): value is string => typeof value === "string" && /^\S.{0,59}$/.test(value);

/** Stands in for the product's own login: it asks for a workspace and a name, and for LOGIN_PASSWORD where one is set. */
export async function signIn(c: Context<Scope>): Promise<User> {
  const { workspace, name, password } = await jsonOf(c);
  if (!isName(workspace) || !isName(name)) {
    throw new HubspokeError("INPUT_INVALID", 'send { "workspace": text, "name": text, "password"?: text }');
  }
  if (!mayEnter(c, String(password ?? ""))) throw new HubspokeError("ACCESS_DENIED", "the password is another");
  const { db, clock } = c.var.notes;
  const token = randomText(32);
  const values = [await hashOf(token), workspace, name, clock.now()];
  await sql(db, "insert into sessions (token_hash, workspace, name, created_at) values (?, ?, ?, ?)", values);
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
  await sql(c.var.notes.db, "delete from sessions where token_hash = ?", [await hashOf(token)]);
  deleteCookie(c, cookie, { path: "/" });
}

export async function userOf(c: Context<Scope>): Promise<User | null> {
  const token = getCookie(c, cookie);
  if (token === undefined || !/^[\w-]{43}$/.test(token)) return null;
  const select = "select workspace, name from sessions where token_hash = ?";
  const [user] = await sql<User>(c.var.notes.db, select, [await hashOf(token)]);
  return user ?? null;
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

/** Errors: INPUT_INVALID; a SyntaxError for what is no JSON. */
export async function jsonOf(c: Context<Scope>): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json();
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new HubspokeError("INPUT_INVALID", "the body must be a JSON object");
}
