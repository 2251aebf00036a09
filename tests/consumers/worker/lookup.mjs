/** A Worker of a stranger's: Hono in front, D1 below, one instance for each request. */
import { createHubSpoke, privateApp } from "@hubspoke/core";
import { honoRouter } from "@hubspoke/hono";
import { d1Storage } from "@hubspoke/storage-d1";
import { Hono } from "hono";

const app = new Hono();
app.use(async (c, next) => {
  const hubspoke = createHubSpoke({
    auth: privateApp(c.env.TOKEN),
    baseUrl: c.env.BASE_URL,
    storage: d1Storage(c.env.DB),
    keys: { current: "k1", keys: { k1: "11".repeat(32) } },
    defaultRegion: "CA",
    waitUntil: (work) => c.executionCtx.waitUntil(work),
  });
  c.set("hubspoke", hubspoke);
  await next();
});
const authorize = (request) =>
  request.headers.get("authorization") === "Bearer let-me-in"
    ? { tenant: "default", actor: { id: "u1", role: "support" } }
    : { denied: "no session" };
app.route(
  "/hubspot",
  honoRouter((c) => c.get("hubspoke"), { authorize }),
);

export default app;
