import type { Ctx } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import { type Login, standInLogin } from "@hubspoke/example-kit/login";
import { asked } from "@hubspoke/example-kit/serve";
import type { Request, Response } from "express";
import { roles, tenant } from "./hubspoke.ts";
import type { Messages, User } from "./messages.ts";

export const loginFor = ({ sessions }: Messages, password: string | undefined): Login<User> =>
  standInLogin({ cookie: "clubos_session", password, sessions });

/** The login is a stand-in for the product's own: it asks for a name, a role, and a password where one is set. */
export async function signIn(req: Request, res: Response, messages: Messages, login: Login<User>): Promise<void> {
  const { name, role, password } = req.body ?? {};
  if (typeof name !== "string" || !/^\S.{0,59}$/.test(name) || !roles.includes(role)) {
    throw new HubspokeError("INPUT_INVALID", `send { "name": text, "role": one of ${roles.join(", ")} }`);
  }
  const cookie = await login.signIn(asked(req), await messages.userFor(name, role), password);
  res.set("set-cookie", cookie).json({ name, role });
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
