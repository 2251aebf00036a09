import { createHmac } from "node:crypto";
import { cipher, createBlindIndex, createKeyRing } from "@hubspoke/core/crypto";
import { memoryStorage } from "@hubspoke/core/memory";
import {
  type Authorize,
  createInboxJob,
  createRoutes,
  createWebhookHandler,
  createWebhookHandlers,
  type Mountable,
  type MountServices,
} from "@hubspoke/core/webhooks";
import { connectButton } from "./connect-button.ts";

export const publicUrl = "https://app.example.com/hubspot/webhooks";
export const maxBodyBytes = 100_000;
const secret = "an-app-secret";
const now = 1_700_000_000_000;
const never = { now: () => now, sleep: () => new Promise<void>(() => {}) };

export const authorize: Authorize = (request) => {
  const user = request.headers.get("x-user");
  if (user === "stranger")
    return new Response("sign in", { status: 401, headers: { "content-type": "text/plain", "set-cookie": "a=1" } });
  return user === null || user === "nobody"
    ? { denied: "nobody" }
    : { tenant: "acme", actor: { id: user, role: "support" } };
};

export interface Bed {
  readonly hubspoke: Mountable;
  /** What the services were asked, in order. */
  readonly heard: string[];
  /** Events in the inbox that are not dispatched. */
  waiting(): Promise<number>;
  /** Runs the worker's job once; returns the handler calls so far. */
  dispatch(): Promise<readonly string[]>;
  /** A person agrees on HubSpot's page: the query that the browser comes back with. */
  consent(authUrl: string): Promise<string>;
}

/**
 * Everything behind the routes, in memory and at a fixed time. A `hang` lookup ends when its request is aborted.
 * `instead`: services in place of the ones here.
 */
export async function bed(instead: Partial<MountServices> = {}): Promise<Bed> {
  const storage = memoryStorage();
  await storage.tenants.pin("acme", "62515", now);
  const ring = createKeyRing({ current: "k1", keys: { k1: new Uint8Array(32).fill(7) } }, cipher);
  const webhooks = createWebhookHandler(
    { publicUrl, secrets: secret, maxBodyBytes },
    { inbox: storage.inbox, cipher, blindIndex: createBlindIndex(ring), clock: never },
  );
  const heard: string[] = [];
  const effects: string[] = [];
  const handlers = createWebhookHandlers();
  handlers.on("*", (event) => void effects.push(`${event.type} ${event.objectId}`));
  const { inbox, tenants, work, quarantine } = storage;
  const job = createInboxJob({
    inbox,
    tenants,
    work,
    quarantine,
    handlers,
    queuesFor: () => ["leads"],
    clock: never,
    random: () => 1,
  });
  const button = connectButton(storage, ring, never);
  const handle = createRoutes({
    clock: never,
    webhooks,
    oauth: button.routes,
    directory: {
      async lookupByPhone(phone, { signal, ip, actor }) {
        heard.push(`lookup ${phone} by ${actor.id} from ${ip ?? "?"}`);
        if (phone === "hang") {
          await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
          heard.push("aborted");
        }
        return { ok: true, phone, contact: null };
      },
      search: async (query) => ({ contacts: [{ fullName: query }], recent: [], cached: false }),
      recents: async () => ({ contacts: [], searches: [] }),
      opened: async (id) => void heard.push(`opened ${id}`),
      forgetHistory: async () => 1,
      markActive: async () => {},
      syncUnknown: async () => ({}),
      unknownProgress: async () => ({}),
      cacheStats: async () => ({}),
      clearCache: async () => 1,
      batchLookup: async (phones) => new Map(phones.map((phone) => [phone, { ok: true, phone }])),
    },
    sync: {
      status: async () => [],
      overview: async () => ({}),
      start: async (name, kind) => void heard.push(`${kind} ${name}`),
      one: async () => ({}),
      plan: async () => ({}),
      pause: async () => ({}),
      resume: async () => ({}),
      log: async () => ({}),
      explain: async () => ({}),
      quarantine: async () => ({}),
      replay: async () => 0,
      schedule: async () => ({}),
      editSchedule: async () => ({}),
    },
    health: { check: async () => ({ ok: true }) },
    ...instead,
  });
  return {
    hubspoke: { handle },
    heard,
    consent: button.consent,
    waiting: async () => (await storage.inbox.depth()).waiting,
    async dispatch() {
      await job.run({ now, deadline: now + 1, signal: new AbortController().signal });
      return effects;
    },
  };
}

export function event(objectId: number, more: object = {}): object {
  return {
    portalId: 62515,
    subscriptionId: 1,
    subscriptionType: "contact.creation",
    occurredAt: now - 5,
    objectId,
    ...more,
  };
}

export interface Signing {
  readonly key?: string;
  readonly at?: number;
  /** The address HubSpot calls. */
  readonly url?: string;
}

/** HubSpot's side, from its documentation. */
export function signature(
  body: string | Uint8Array,
  { key = secret, at = now, url = publicUrl }: Signing = {},
): Record<string, string> {
  const mac = createHmac("sha256", key).update(`POST${url}`).update(body).update(String(at));
  return {
    "content-type": "application/json",
    "x-hubspot-signature-v3": mac.digest("base64"),
    "x-hubspot-request-timestamp": String(at),
  };
}
