import { signedWebhookRequest } from "@hubspoke/testing";
import { Miniflare, Response } from "miniflare";
import { expect, it, onTestFinished } from "vitest";
import { bundle, compatibilityDate } from "./bundle.ts";
import { type HubSpot, hubspot, signal } from "./hubspot.ts";

const publicUrl = "https://app.example.com/hubspot/webhooks";

interface World {
  readonly crm: HubSpot;
  readonly address: URL;
  get(path: string): Promise<string>;
  /** What handlers and schedules did, in their order. */
  readonly told: readonly string[];
  /** Resolves when something more was done. */
  next(): Promise<void>;
  readonly miniflare: Miniflare;
}

/** A Worker with D1, a queue of its own that it also consumes, and a HubSpot. */
async function world(): Promise<World> {
  const crm = hubspot();
  const told: string[] = [];
  let next = signal();
  const miniflare = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.mjs", contents: await bundle("./queues.worker.ts") }],
    compatibilityDate,
    d1Databases: { DB: "hubspoke" },
    queueProducers: { JOBS: "jobs" },
    queueConsumers: { jobs: { maxBatchSize: 10, maxBatchTimeout: 0 } },
    bindings: { TOKEN: crm.simulator.token, KEY: "11".repeat(32), SECRET: crm.simulator.appSecret },
    outboundService: crm.answer,
    serviceBindings: {
      TELL: (request: { readonly url: string }) => {
        told.push(new URL(request.url).pathname);
        next.give();
        next = signal();
        return new Response(null);
      },
    },
  });
  onTestFinished(() => miniflare.dispose());
  const address = await miniflare.ready;
  const get = async (path: string): Promise<string> => (await fetch(new URL(path, address))).text();
  expect(await get("/begin")).toBe("begun");
  return { crm, address, get, told, next: () => next.given, miniflare };
}

it("in workerd a webhook is handled by the queue's consumer, at once and without cron", async () => {
  const { crm, address, told, next } = await world();
  const contact = crm.simulator.portal().contacts.create({ firstname: "Ada" });
  const event = {
    eventId: 1,
    subscriptionId: 1,
    portalId: 62515,
    appId: 1,
    occurredAt: Date.now(),
    subscriptionType: "contact.creation",
    attemptNumber: 0,
    objectId: Number(contact.id),
  };
  const secret = crm.simulator.appSecret;
  const signed = await signedWebhookRequest({ url: publicUrl, secret, events: [event], timestamp: Date.now() });
  const seen = next();
  const answer = await fetch(new URL("/hubspot/webhooks", address), {
    method: "POST",
    headers: Object.fromEntries(signed.headers),
    body: await signed.text(),
  });
  expect(answer.status).toBe(204);
  await seen;
  expect(told).toEqual([`/seen/${contact.id}`]);
});

it("in workerd the cron trigger has every job run by the queue's consumers", async () => {
  const { get, told, next, miniflare } = await world();
  expect(await get("/start")).toBe("started");
  const ran = next();
  const worker = await miniflare.getWorker();
  await worker.scheduled({ cron: "* * * * *" });
  await ran;
  expect(told[0]).toBe("/pulse");
});
