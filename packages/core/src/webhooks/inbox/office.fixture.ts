import { expect } from "vitest";
import { createSealer } from "../../crypto/sealer.ts";
import { ringOf } from "../../crypto/testing.fixture.ts";
import { createInboxJob, type DispatchDeps, type InboxJob } from "../dispatch.ts";
import { createWebhookHandler } from "../handle-request.ts";
import { type Bench, bench, publicUrl, secret, signedRequest, start } from "../testing.fixture.ts";
import { createWebhookHandlers, type WebhookHandlers } from "./handlers.ts";
import { createEventValues, type EventValuesDeps } from "./values.ts";

export interface Office extends Bench {
  readonly handlers: WebhookHandlers;
  readonly on: WebhookHandlers["on"];
  deliver(...items: unknown[]): Promise<void>;
  readonly job: InboxJob;
  run(signal?: AbortSignal): ReturnType<InboxJob["run"]>;
  /** Events not yet done. */
  waiting(): Promise<number>;
  /** `side portal key` of the records marked dirty in a queue. */
  marked(tenant: string, queue: string): Promise<string[]>;
}

/** Webhooks in, work out: the endpoint, an inbox, two tenants of one portal and one of another, and the job. */
export async function office(
  deps: Partial<DispatchDeps> = {},
  kept: Partial<Omit<EventValuesDeps, "wanted">> = {},
): Promise<Office> {
  const b = bench();
  const handlers = createWebhookHandlers();
  const sealer = createSealer({ ring: ringOf(), cipher: b.cipher });
  const values = createEventValues({ sealer, erased: async () => false, ...kept, wanted: handlers.wantValue });
  const receive = createWebhookHandler({ publicUrl, secrets: secret }, { ...b, values });
  await b.storage.tenants.pin("acme", "62515", start);
  await b.storage.tenants.pin("bolt", "62515", start);
  await b.storage.tenants.pin("other", "777", start);
  const queuesFor = (tenant: string, object: string) => (object === "contacts" ? ["leads", `${tenant}-mirror`] : []);
  const job = createInboxJob({ ...b, ...b.storage, handlers, values, queuesFor, random: () => 1, ...deps });
  return {
    ...b,
    handlers,
    on: handlers.on,
    job,
    async deliver(...items: unknown[]) {
      expect((await receive(signedRequest(JSON.stringify(items), b.clock.now()))).status).toBe(204);
    },
    run: (signal = new AbortController().signal) =>
      job.run({ now: b.clock.now(), deadline: b.clock.now() + 60_000, signal }),
    waiting: async () => (await b.storage.inbox.depth()).waiting,
    async marked(tenant: string, queue: string) {
      const work = await b.storage.work.claim({ tenant, queue, now: b.clock.now(), leaseMs: 1, limit: 1_000 });
      return work.map((mark) => `${mark.side} ${mark.portalId} ${mark.key}`).sort();
    },
  };
}
