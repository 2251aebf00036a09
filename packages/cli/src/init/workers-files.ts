export const workersFiles: Readonly<Record<string, string>> = {
  "hubspoke.config.ts": `import { memoryStorage } from "@hubspoke/core/memory";
import { defineConfig } from "hubspoke";
import { makeHubspoke } from "./src/hubspoke.ts";

/** What the command line uses. D1 is reached from the Worker only, so what a command stores goes when it ends. */
export default defineConfig(() => ({ hubspoke: makeHubspoke(process.env, { storage: memoryStorage() }) }));
`,
  "wrangler.jsonc": `{
  "name": "hubspoke-app",
  "main": "src/worker.ts",
  "compatibility_date": "2026-01-01",
  // \`npx wrangler d1 create hubspoke\` prints the id of the real one.
  "d1_databases": [{ "binding": "DB", "database_name": "hubspoke", "database_id": "local" }],
  // What happens later: webhooks that were taken, syncs, retention. Cron puts one message for each job into the queue, and
  // consumers run them. \`npx wrangler queues create hubspoke-jobs\` makes it, and the other one the same way.
  "queues": {
    "producers": [{ "binding": "JOBS", "queue": "hubspoke-jobs" }],
    "consumers": [{ "queue": "hubspoke-jobs", "max_batch_timeout": 1, "max_retries": 10, "dead_letter_queue": "hubspoke-dead" }]
  },
  "triggers": { "crons": ["* * * * *"] }
}
`,
  "src/worker.ts": `import { d1Storage } from "@hubspoke/storage-d1";
import type { Hubspoke, QueueLike, QueueMessageLike } from "@hubspoke/core";
import { authorize } from "./authorize.ts";
import { makeHubspoke } from "./hubspoke.ts";

interface Env {
  readonly DB: Parameters<typeof d1Storage>[0];
  readonly JOBS: QueueLike;
  readonly HUBSPOT_ACCESS_TOKEN?: string;
  readonly HUBSPOT_API_BASE_URL?: string;
  readonly HUBSPOT_WEBHOOK_URL?: string;
  readonly HUBSPOT_WEBHOOK_SECRET?: string;
  readonly HUBSPOKE_KEY?: string;
  readonly HUBSPOKE_DEFAULT_REGION?: string;
  readonly APP_TOKEN?: string;
}

interface Invocation {
  waitUntil(work: Promise<unknown>): void;
}

/** One instance an invocation: nothing of a request may be shared with another one, and making one does no I/O. */
function hubspokeOf({ DB, JOBS: _jobs, APP_TOKEN: _token, ...settings }: Env, ctx: Invocation): Hubspoke {
  return makeHubspoke(settings, {
    storage: d1Storage(DB),
    waitUntil: (work) => ctx.waitUntil(work),
    // Your pager here: without it nobody hears of a token that was revoked.
    alerts: {
      raise: ({ severity, name, message }) => console.error(severity, name, message),
      clear: (_tenant, key) => console.log("over", key),
    },
  });
}

export default {
  async fetch(request: Request, env: Env, ctx: Invocation): Promise<Response> {
    const hubspoke = hubspokeOf(env, ctx);
    const answer = await hubspoke.handle(request, {
      basePath: "/hubspot",
      authorize: (asked) => authorize(asked, env.APP_TOKEN),
    });
    // A webhook that was taken need not wait for cron.
    if (answer.ok && new URL(request.url).pathname === "/hubspot/webhooks")
      ctx.waitUntil(hubspoke.worker().dispatchOver(env.JOBS).kick("inbox"));
    return answer;
  },
  async scheduled(_event: unknown, env: Env, ctx: Invocation): Promise<void> {
    await hubspokeOf(env, ctx).worker().dispatchOver(env.JOBS).scheduled();
  },
  async queue(batch: { readonly messages: readonly QueueMessageLike[] }, env: Env, ctx: Invocation): Promise<void> {
    await hubspokeOf(env, ctx).worker().dispatchOver(env.JOBS).consume(batch);
  },
};
`,
};
