/** Hubspoke as a host mounts it: one instance on a SQLite file, `webhooks` beside whatever else. */
import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createHubSpoke, type Hubspoke, privateApp } from "@hubspoke/core";
import { expressRouter } from "@hubspoke/express";
import { honoRouter } from "@hubspoke/hono";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import express from "express";
import { Hono } from "hono";
import { publicUrl, secret } from "./bodies.ts";

function instance(path: string): Hubspoke {
  return createHubSpoke({
    auth: privateApp("pat-na1-00000000-0000-0000-0000-000000000000"),
    keys: { current: "k1", keys: { k1: "07".repeat(32) } },
    storage: sqliteStorage({ path }),
    webhooks: { publicUrl, secrets: secret },
  });
}

const authorize = () => ({ denied: "nobody is signed in here" });

export function ourExpress(path: string): RequestListener {
  const app = express();
  app.use("/hubspot", expressRouter<express.Request>(instance(path), { authorize }));
  return app as unknown as RequestListener;
}

export function ourHono(path: string): RequestListener {
  const app = new Hono();
  app.route("/hubspot", honoRouter(instance(path), { authorize }));
  return getRequestListener(app.fetch);
}
