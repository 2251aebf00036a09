import { createHubSpoke, type Hubspoke, privateApp, type QueueLike, type QueueMessageLike } from "@hubspoke/core";
import { type D1DatabaseLike, d1Storage } from "@hubspoke/storage-d1";

interface Env {
  readonly DB: D1DatabaseLike;
  readonly JOBS: QueueLike;
  readonly TOKEN: string;
  readonly KEY: string;
  readonly SECRET: string;
  /** Told what happens. */
  readonly TELL: { fetch(url: string): Promise<unknown> };
}
interface Invocation {
  waitUntil(work: Promise<unknown>): void;
}

function hubspokeOf(env: Env, ctx: Invocation): Hubspoke {
  const hubspoke = createHubSpoke({
    auth: privateApp(env.TOKEN),
    storage: d1Storage(env.DB),
    keys: { current: "k1", keys: { k1: env.KEY } },
    webhooks: { publicUrl: "https://app.example.com/hubspot/webhooks", secrets: env.SECRET },
    waitUntil: (work) => ctx.waitUntil(work),
  });
  hubspoke.on("contact.creation", async ({ objectId }) => void (await env.TELL.fetch(`http://test/seen/${objectId}`)));
  return hubspoke;
}

const pulse = (hubspoke: Hubspoke, env: Env): ReturnType<Hubspoke["schedule"]> =>
  hubspoke.schedule({ name: "pulse", every: { ms: 1_000 }, run: () => env.TELL.fetch("http://test/pulse") });

export default {
  async fetch(request: Request, env: Env, ctx: Invocation): Promise<Response> {
    const hubspoke = hubspokeOf(env, ctx);
    const { pathname } = new URL(request.url);
    if (pathname === "/begin") {
      await hubspoke.migrate();
      await hubspoke.verify();
      return new Response("begun");
    }
    if (pathname === "/start") {
      await pulse(hubspoke, env).for("default").start();
      return new Response("started");
    }
    const answer = await hubspoke.handle(request, { basePath: "/hubspot", routers: ["webhooks"] });
    if (answer.ok) await hubspoke.worker().dispatchOver(env.JOBS).kick("inbox");
    return answer;
  },
  async scheduled(_event: unknown, env: Env, ctx: Invocation): Promise<void> {
    await hubspokeOf(env, ctx).worker().dispatchOver(env.JOBS).scheduled();
  },
  async queue(batch: { readonly messages: readonly QueueMessageLike[] }, env: Env, ctx: Invocation): Promise<void> {
    const hubspoke = hubspokeOf(env, ctx);
    pulse(hubspoke, env);
    await hubspoke.worker().dispatchOver(env.JOBS).consume(batch);
  },
};
