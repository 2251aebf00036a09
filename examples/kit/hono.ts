import { honoErrors } from "@hubspoke/hono";
import { type Env, Hono } from "hono";
import { pageHeaders } from "./headers.ts";

/** An application in Hono whose failures are answered in the library's form, and whose pages load nothing from elsewhere. */
export function application<E extends Env = Env>(): Hono<E> {
  const app = new Hono<E>();
  app.onError(honoErrors(({ name }) => console.error(`request failed: ${name}`)));
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(pageHeaders)) c.header(name, value);
    if (c.req.path.startsWith("/api/")) c.header("cache-control", "no-store");
  });
  return app;
}
