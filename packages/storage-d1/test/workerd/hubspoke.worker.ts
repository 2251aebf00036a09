import { createHubSpoke, privateApp } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import type { Clock } from "@hubspoke/core/ports";
import { type D1DatabaseLike, d1Storage } from "@hubspoke/storage-d1";

interface Env {
  readonly DB: D1DatabaseLike;
  readonly TOKEN: string;
  readonly KEY: string;
  /** Epoch milliseconds from which time runs `SPEED` times as fast, for this Worker and its HubSpot alike. */
  readonly START: number;
  readonly SPEED: number;
  /** Told when nothing runs behind an answer any more. */
  readonly IDLE: Service;
  /** Answers when an invocation that `leaves` shall end, done or not. */
  readonly LEAVE: Service;
}
interface Service {
  fetch(url: string): Promise<unknown>;
}
interface ExecutionContext {
  waitUntil(work: Promise<unknown>): void;
}

const staff = { tenant: "acme", actor: { id: "u7", role: "support" } };

/** One instance for one invocation, as a Worker of a user has it. */
export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/store") return Response.json(await useStore(env.DB));
    if (pathname === "/slots") {
      const { results } = await env.DB.prepare("select budget, slots from hubspoke_rate_blocks where slots > 0").all();
      return Response.json(results);
    }
    const waitUntil = searchParams.has("without-wait-until") ? null : reportingIdle(env, ctx);
    const hubspoke = createHubSpoke({
      auth: privateApp(env.TOKEN),
      storage: d1Storage(env.DB),
      keys: { current: "k1", keys: { k1: env.KEY } },
      defaultRegion: "CA",
      // Twenty invocations share five searches a second: what they find counts here, not how fast.
      directory: { answerWithinMs: 120_000 },
      clock: clockOf(env, Number(searchParams.get("later") ?? 0)),
      ...(waitUntil === null ? {} : { waitUntil }),
    });
    const look = (phone: string) => hubspoke.directory.lookupByPhone(phone, staff);
    const found = Promise.all(searchParams.getAll("phone").map(look));
    // Nothing runs behind an answer that is not given yet.
    if (!searchParams.has("leaves")) waitUntil?.(found);
    const left = searchParams.has("leaves") ? env.LEAVE.fetch("http://test/leave").then(() => "left") : found;
    return Response.json(await Promise.race([found, left]));
  },
};

function reportingIdle(env: Env, ctx: ExecutionContext): (work: Promise<unknown>) => void {
  let running = 0;
  return (work) => {
    running++;
    ctx.waitUntil(
      work.then(async () => {
        running--;
        if (running === 0) await env.IDLE.fetch("http://test/idle");
      }),
    );
  };
}

/** What the smoke asks of the store itself: a schema, bytes that come back, work that is claimed once. */
async function useStore(binding: D1DatabaseLike): Promise<unknown> {
  const storage = d1Storage(binding);
  const { to } = await storage.migrate();
  const sealed = Uint8Array.from({ length: 256 }, (_, i) => i);
  const times = { fetchedAt: 1, freshUntil: 2, expiresAt: 3, activeUntil: 0 };
  const row = {
    tenant: "smoke",
    portalId: "1",
    id: "r1",
    index: "i1",
    contactId: "501",
    sealed,
    keyId: "k1",
    ...times,
  };
  const put = await storage.cache.put([row]);
  const [kept] = await storage.cache.get("smoke", "1", ["i1"]);
  const mark = { tenant: "smoke", portalId: "1", queue: "q", side: "remote", key: "501", priority: 0, availableAt: 0 };
  await storage.work.mark([{ ...mark, side: "remote" }], 1);
  const claim = () => storage.work.claim({ tenant: "smoke", queue: "q", now: 2, leaseMs: 100, limit: 10 });
  const claims = await Promise.all([claim(), claim()]);
  return {
    to,
    put,
    isBytes: kept?.sealed instanceof Uint8Array,
    sealed: [...(kept?.sealed ?? [])],
    claimed: claims.flat().map(({ key }) => key),
  };
}

function clockOf({ START, SPEED }: Env, later: number): Clock {
  return {
    now: () => START + Math.floor((Date.now() - START) * SPEED) + later,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, ms / SPEED);
        signal?.addEventListener("abort", () => {
          clearTimeout(timer);
          reject(new HubspokeError("ABORTED", "the wait was aborted"));
        });
      }),
  };
}
