/**
 * What somebody writes by hand who knows the trade: the signature over the raw bytes in constant time, five minutes of
 * time, a keyed hash that tells a repeated event, and one statement that stores a body's events, flushed before the
 * answer. The same rows in the same table, with the same pragmas, as Hubspoke's.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { RequestListener } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import { Hono } from "hono";
import { publicUrl, secret } from "./bodies.ts";

/** The answer's status. */
type Take = (raw: Buffer, signature: string, timestamp: string) => 204 | 400 | 401;

interface Event {
  readonly portalId: number;
  readonly subscriptionId: number;
  readonly subscriptionType: string;
  readonly objectId: number;
  readonly propertyName?: string;
  readonly propertyValue?: string;
  readonly occurredAt: number;
  readonly attemptNumber: number;
  readonly changeSource?: string;
  readonly sourceId?: string;
}

const columns = [
  "id",
  "dedupe_key",
  "portal_id",
  "subscription_type",
  "object_type",
  "object_id",
  "property_name",
  "occurred_at",
  "received_at",
  "attempt",
  "change_source",
  "source_id",
  "related_ids",
] as const;

const objects: Readonly<Record<string, string>> = { contact: "contacts", company: "companies", deal: "deals" };

function taker(path: string): Take {
  const database = new DatabaseSync(path);
  database.exec("pragma journal_mode = wal; pragma synchronous = full");
  database.exec("pragma cache_size = -16000; pragma wal_autocheckpoint = 8000");
  const insert = database.prepare(
    `insert into hubspoke_inbox (${columns.join()}, due_at, tries)
     select ${columns.map((_, i) => `value ->> ${i}`).join()}, value ->> ${columns.indexOf("received_at")}, 0
     from json_each(?) where true on conflict (portal_id, dedupe_key) do nothing returning id`,
  );
  const key = Buffer.alloc(32, 7);
  return (raw, signature, timestamp) => {
    const now = Date.now();
    if (!(Math.abs(now - Number(timestamp)) <= 300_000)) return 401;
    const wanted = createHmac("sha256", secret).update(`POST${publicUrl}`).update(raw).update(timestamp).digest();
    const given = Buffer.from(signature, "base64");
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 401;
    let events: unknown;
    try {
      events = JSON.parse(raw.toString("utf8"));
    } catch {
      return 400; // not JSON
    }
    if (!Array.isArray(events)) return 400;
    insert.all(JSON.stringify(events.map((event: Event) => row(event, now, key))));
    return 204;
  };
}

function row(event: Event, now: number, key: Buffer): readonly unknown[] {
  const { portalId, subscriptionId, subscriptionType, objectId, propertyName, propertyValue, occurredAt } = event;
  const identity = [portalId, subscriptionId, subscriptionType, objectId, propertyName, propertyValue, occurredAt];
  return [
    randomBytes(16).toString("hex"),
    createHmac("sha256", key).update(JSON.stringify(identity)).digest("base64url"),
    String(portalId),
    subscriptionType,
    objects[subscriptionType.slice(0, subscriptionType.indexOf("."))] ?? null,
    String(objectId),
    propertyName ?? null,
    occurredAt,
    now,
    event.attemptNumber,
    event.changeSource ?? null,
    event.sourceId ?? null,
    "[]",
  ];
}

export function bareExpress(path: string): RequestListener {
  const take = taker(path);
  const app = express();
  app.post("/hubspot/webhooks", express.raw({ type: () => true, limit: "8mb" }), (req, res) => {
    const signature = req.get("x-hubspot-signature-v3") ?? "";
    res.status(take(req.body, signature, req.get("x-hubspot-request-timestamp") ?? "")).end();
  });
  return app as unknown as RequestListener;
}

export function bareHono(path: string): RequestListener {
  const take = taker(path);
  const app = new Hono();
  app.post("/hubspot/webhooks", async (c) => {
    const raw = Buffer.from(await c.req.arrayBuffer());
    const signature = c.req.header("x-hubspot-signature-v3") ?? "";
    return c.body(null, take(raw, signature, c.req.header("x-hubspot-request-timestamp") ?? ""));
  });
  return getRequestListener(app.fetch);
}
