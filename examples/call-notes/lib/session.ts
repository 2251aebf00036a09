import { HubspokeError } from "@hubspoke/core/errors";
import type { Grant } from "@hubspoke/core/webhooks";
import { type Login, standInLogin } from "@hubspoke/example-kit/login";
import { jsonObject } from "@hubspoke/hono";
import type { Context } from "hono";
import { tenantOf } from "./accounts.ts";
import { type Scope, sql } from "./hubspoke.ts";

export interface User {
  readonly workspace: string;
  readonly name: string;
}

const isName = (value: unknown): value is string => typeof value === "string" && /^\S.{0,59}$/.test(value);

/** Stands in for the product's own login: it asks for a workspace and a name, and for LOGIN_PASSWORD where one is set. */
export function loginOf({ env, var: { notes } }: Context<Scope>): Login<User> {
  const { db, clock } = notes;
  return standInLogin({
    cookie: "call_notes_session",
    password: env.LOGIN_PASSWORD,
    sessions: {
      async keep(hash, { workspace, name }) {
        const insert = "insert into sessions (token_hash, workspace, name, created_at) values (?, ?, ?, ?)";
        await sql(db, insert, [hash, workspace, name, clock.now()]);
      },
      async find(hash) {
        const [user] = await sql<User>(db, "select workspace, name from sessions where token_hash = ?", [hash]);
        return user ?? null;
      },
      forget: async (hash) => void (await sql(db, "delete from sessions where token_hash = ?", [hash])),
    },
  });
}

export async function signIn(c: Context<Scope>): Promise<User> {
  const { workspace, name, password } = await jsonObject(c);
  if (!isName(workspace) || !isName(name)) {
    throw new HubspokeError("INPUT_INVALID", 'send { "workspace": text, "name": text, "password"?: text }');
  }
  c.header("set-cookie", await loginOf(c).signIn(c.req.raw, { workspace, name }, password));
  return { workspace, name };
}

/** On whose behalf. Errors: ACCESS_DENIED. */
export async function grantOf(c: Context<Scope>): Promise<Grant> {
  const user = await loginOf(c).userOf(c.req.raw);
  if (user === null) throw new HubspokeError("ACCESS_DENIED", "sign in first");
  return { tenant: tenantOf(user.workspace, user.name), actor: { id: user.name, role: "admin" } };
}
