import { createHmac } from "node:crypto";
import { createBlindIndex } from "../crypto/blind-index.ts";
import { ringOf } from "../crypto/testing.fixture.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import { cipher } from "../platform/node.ts";
import type { Alert } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogFields, Logger } from "../ports/logger.ts";
import type { Storage } from "../ports/storage.ts";
import type { WebhookDeps } from "./handle-request.ts";

export const secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
export const publicUrl = "https://www.example.com/webhook_uri";
export const start = 1_700_000_000_000;

/** Time that moves when it is told to. Sleepers wake when it passes them. */
export function manualClock(at: number = start): Clock & { advance(ms: number): Promise<void> } {
  let now = at;
  const sleepers = new Set<{ at: number; wake: () => void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(new HubspokeError("ABORTED", "the sleep was aborted"));
        });
      }),
    async advance(ms) {
      now += ms;
      for (const sleeper of sleepers) if (sleeper.at <= now) sleeper.wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** HubSpot's side, written from its documentation and not from our code. */
export function sign(
  body: string | Uint8Array,
  at: number | string,
  uri: string = publicUrl,
  key: string = secret,
): Record<string, string> {
  const mac = createHmac("sha256", key).update(`POST${uri}`).update(body).update(String(at));
  return { "x-hubspot-signature-v3": mac.digest("base64"), "x-hubspot-request-timestamp": String(at) };
}

export function signedRequest(
  body: string | Uint8Array,
  at: number = start,
  headers: Record<string, string> = {},
): Request {
  return new Request(publicUrl, {
    method: "POST",
    body: body as BodyInit,
    headers: { "content-type": "application/json", ...sign(body, at), ...headers },
  });
}

export function creation(objectId: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventId: objectId * 10,
    subscriptionId: 12345,
    portalId: 62515,
    occurredAt: start - 1_000,
    subscriptionType: "contact.creation",
    attemptNumber: 0,
    objectId,
    changeSource: "CRM",
    changeFlag: "NEW",
    appId: 54321,
    ...more,
  };
}

export interface Bench extends WebhookDeps {
  readonly storage: Storage;
  readonly clock: ReturnType<typeof manualClock>;
  readonly raised: Alert[];
  /** Everything logged and raised, as text: what a canary is searched in. */
  spoken(): string;
}

export function bench(): Bench {
  const storage = memoryStorage();
  const raised: Alert[] = [];
  const lines: string[] = [];
  const log = (event: string, fields?: LogFields) => void lines.push(JSON.stringify([event, fields]));
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  return {
    storage,
    inbox: storage.inbox,
    cipher,
    blindIndex: createBlindIndex(ringOf()),
    clock: manualClock(),
    alerts: { raise: (alert) => void raised.push(alert) },
    logger,
    raised,
    spoken: () => lines.join("\n") + JSON.stringify(raised),
  };
}
