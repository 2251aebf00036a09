import type { Ctx } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import type { NextFunction, Request, Response } from "express";
import { roles, tenant } from "./hubspoke.ts";
import type { Messages } from "./messages.ts";

export interface User {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

const cookie = "clubos_session";
const isToken = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function tokenOf(req: Request): string | null {
  const pairs = (req.headers.cookie ?? "").split(";").map((pair) => pair.trim().split("="));
  const token = pairs.find(([name]) => name === cookie)?.[1] ?? "";
  return isToken.test(token) ? token : null;
}

/** Whoever has signed in, else null. The login is a stand-in for the product's own: it asks for a name and a role. */
export async function userOf(req: Request, messages: Messages): Promise<User | null> {
  const token = tokenOf(req);
  return token === null ? null : messages.userOf(token);
}

export async function signIn(req: Request, res: Response, messages: Messages): Promise<void> {
  const { name, role } = req.body ?? {};
  if (typeof name !== "string" || !/^\S.{0,59}$/.test(name) || !roles.includes(role)) {
    throw new HubspokeError("INPUT_INVALID", `send { "name": text, "role": one of ${roles.join(", ")} }`);
  }
  const options = { httpOnly: true, sameSite: "lax", path: "/", secure: req.secure } as const;
  res.cookie(cookie, await messages.signIn(name, role), options).json({ name, role });
}

export async function signOut(req: Request, res: Response, messages: Messages): Promise<void> {
  const token = tokenOf(req);
  if (token !== null) await messages.signOut(token);
  res.clearCookie(cookie, { path: "/" }).json({ signedOut: true });
}

/** On whose behalf, why and from where: what every access is recorded with. */
export function ctxOf(req: Request, { id, role }: User): Ctx {
  const userAgent = req.get("user-agent");
  return {
    tenant,
    actor: { id, role },
    purpose: "customer-service",
    ...(req.ip === undefined ? {} : { ip: req.ip }),
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}

/** Other sites' pages change nothing with a visitor's cookie: a form cannot send JSON, nor a page forge this header. */
export function guard(req: Request, _res: Response, next: NextFunction): void {
  const own = req.is("application/json") !== false && req.get("sec-fetch-site") === "same-origin";
  if (req.method !== "GET" && !own) throw new HubspokeError("ORIGIN_REFUSED", "send JSON from the product's own page");
  next();
}
