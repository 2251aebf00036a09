import { mkdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { bundleWorker } from "../../../scripts/bundle-worker.ts";
import { world } from "./cli.fixture.ts";

const publicUrl = "https://app.example.com/hubspot/webhooks";
const root = fileURLToPath(new URL("../../..", import.meta.url));

/** As much of Miniflare as is used; the package that has it is the one for D1. */
interface Workerd {
  readonly ready: Promise<URL>;
  getD1Database(binding: string): Promise<{
    prepare(sql: string): { first(column: string): Promise<unknown> };
  }>;
  dispose(): Promise<void>;
}
const { Miniflare } = createRequire(join(root, "packages/storage-d1/package.json"))("miniflare") as {
  readonly Miniflare: new (options: object) => Workerd;
};

it("writes a Worker that runs in workerd on D1, lets no stranger in, and answers", async () => {
  const { simulator, env, folder, run } = await world();
  simulator.portal().contacts.create({ firstname: "Ada", lastname: "Byron", phone: "(902) 555-1234" });
  expect((await run("init", "app", "--target", "workers")).code).toBe(0);
  for (const name of ["core", "storage-d1"]) {
    const link = join(folder, "app/node_modules/@hubspoke", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "packages", name), link, "dir");
  }
  const contents = await bundleWorker(join(folder, "app/src/worker.ts"), "source");
  const workerd = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.mjs", contents }],
    compatibilityDate: "2026-01-01",
    d1Databases: { DB: "hubspoke" },
    queueProducers: { JOBS: "jobs" },
    queueConsumers: { jobs: { maxBatchTimeout: 0 } },
    bindings: {
      ...env,
      APP_TOKEN: "let-me-in",
      HUBSPOT_WEBHOOK_URL: publicUrl,
      HUBSPOT_WEBHOOK_SECRET: simulator.appSecret,
    },
  });
  onTestFinished(() => workerd.dispose());
  const asked = new URL("/hubspot/contacts/lookup/+19025551234", await workerd.ready);
  expect((await fetch(asked)).status).toBe(403);
  const answer = await fetch(asked, { headers: { authorization: "Bearer let-me-in" } });
  expect(await answer.text()).toContain("Ada Byron");

  // An event is taken, and the queue's consumer is done with it: no row of the inbox waits, and cron never came.
  const { id } = simulator.portal().contacts.create({ firstname: "Grace" });
  const { delivered } = await simulator.deliverWebhooks({
    url: new URL("/hubspot/webhooks", await workerd.ready).href,
    publicUrl,
  });
  expect(delivered, id).toBeGreaterThan(0);
  const db = await workerd.getD1Database("DB");
  const waiting = db.prepare("select count(*) as n from hubspoke_inbox where due_at is not null");
  while (Number((await waiting.first("n")) ?? 0) > 0);
});
