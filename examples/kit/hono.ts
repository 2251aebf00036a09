import { equalText } from "@hubspoke/core/crypto";
import { honoErrors } from "@hubspoke/hono";
import { type Env, Hono, type MiddlewareHandler } from "hono";
import { basicAuth } from "hono/basic-auth";
import { pageHeaders } from "./headers.ts";
import { requirePassword } from "./login.ts";

/** An application in Hono whose failures are answered in the library's form, and whose pages load nothing from elsewhere. */
export function application<E extends Env = Env>(): Hono<E> {
  const app = new Hono<E>();
  app.onError(honoErrors(({ name }) => console.error(`request failed: ${name}`)));
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(pageHeaders)) {
      // An answer that has one knows better: the library's page after a login holds a script of its own.
      if (!c.res.headers.has(name)) c.header(name, value);
    }
    if (c.req.path.startsWith("/api/")) c.header("cache-control", "no-store");
  });
  return app;
}

/**
 * Before a product that has no login: with a password browsers ask for it, whatever the name; without one only this machine
 * comes in. `open`: addresses whose requests are signed.
 */
export function frontDoor(password: string | undefined, open: readonly string[]): MiddlewareHandler {
  const ask = basicAuth({ verifyUser: (_name, given) => equalText(given, password ?? "") });
  return async (c, next) => {
    if (open.includes(c.req.path)) return next();
    if (password) return ask(c, next);
    requirePassword(c.req.raw, password, undefined);
    return next();
  };
}
