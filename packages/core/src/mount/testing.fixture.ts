import type { Ctx } from "../ports/context.ts";
import { manualClock } from "../webhooks/testing.fixture.ts";
import type { Grant } from "./authorize.ts";
import { createRoutes } from "./create-routes.ts";
import type { HandleOptions } from "./options.ts";
import type { MountServices } from "./services.ts";

export const site = "https://app.example.com";
export const grant: Grant = { tenant: "acme", actor: { id: "u1", role: "support" } };

export interface Heard {
  readonly what: string;
  readonly ctx: Ctx;
}

export interface Bench {
  readonly handle: ReturnType<typeof createRoutes>;
  /** What the services were asked. */
  readonly heard: readonly Heard[];
  readonly logged: readonly unknown[];
}

export interface Asked extends Bench {
  readonly response: Response;
  readonly status: number;
  readonly text: string;
  /** Empty for an empty answer. */
  readonly body: Record<string, unknown>;
  readonly code: string | null;
}

export function bench(more: Partial<MountServices> = {}): Bench {
  const heard: Heard[] = [];
  const logged: unknown[] = [];
  const note = (what: string, ctx: Ctx) => void heard.push({ what, ctx });
  const log = (...entry: unknown[]) => void logged.push(entry);
  const handle = createRoutes({
    clock: manualClock(),
    logger: { debug: log, info: log, warn: log, error: log },
    webhooks: async (request, options) =>
      new Response(null, { status: request.bodyUsed || options?.consumed === true ? 500 : 204 }),
    directory: {
      async lookupByPhone(phone, ctx) {
        note(`lookup ${phone}`, ctx);
        return { ok: true, phone, contact: null };
      },
      async batchLookup(phones, ctx) {
        note(`batch ${phones.join(",")}`, ctx);
        return new Map(phones.map((phone) => [phone, { ok: true, contact: { id: phone.length } }]));
      },
      async search(query, ctx, options) {
        note(`search ${query} ${JSON.stringify(options)}`, ctx);
        return { contacts: [], recent: [], cached: false };
      },
      async recents(ctx, limit) {
        note(`recents ${limit}`, ctx);
        return { contacts: [], searches: [] };
      },
      opened: async (id, ctx) => note(`opened ${id}`, ctx),
      async forgetHistory(ctx) {
        note("forget history", ctx);
        return 3;
      },
      markActive: async (phones, ctx, options) => note(`active ${phones.join()} ${JSON.stringify(options)}`, ctx),
      syncUnknown: async () => ({ state: "running" }),
      unknownProgress: async () => ({ state: "never" }),
      cacheStats: async () => ({ positive: 1 }),
      clearCache: async (ctx) => {
        note("clear cache", ctx);
        return 2;
      },
    },
    audit: {
      async query(query, ctx) {
        note(`audit ${JSON.stringify(query)}`, ctx);
        return { items: [] };
      },
    },
    sync: {
      status: async (ctx) => {
        note("status", ctx);
        return [{ name: "leads", state: "running" }];
      },
      start: async (name, kind, ctx) => note(`${kind} ${name}`, ctx),
    },
    oauth: {
      async initiate(request, ctx) {
        note(`initiate ${new URL(request.url).search}`, ctx);
        return Response.json({ authUrl: "https://app.hubspot.com" });
      },
      callback: async (request) => Response.json({ back: new URL(request.url).search }),
      status: async () => Response.json({ connected: false }),
      async disconnect(_request, ctx, body) {
        note(`disconnect ${JSON.stringify(body)}`, ctx);
        return Response.json({});
      },
    },
    health: { check: async () => ({ ok: true }) },
    ...more,
  });
  return { handle, heard, logged };
}

export function get(path: string, headers: Record<string, string> = {}): Request {
  return new Request(`${site}/hubspot${path}`, { headers });
}

export function post(path: string, body: unknown, headers: Record<string, string> = {}): Request {
  return new Request(`${site}/hubspot${path}`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json", origin: site, ...headers },
  });
}

export const base: HandleOptions = { basePath: "/hubspot", authorize: () => grant };

export async function ask(
  request: Request,
  options: Partial<HandleOptions> = {},
  services: Partial<MountServices> = {},
): Promise<Asked> {
  const b = bench(services);
  const response = await b.handle(request, { ...base, ...options });
  const text = await response.text();
  const body = text === "" ? {} : (JSON.parse(text) as { error?: { code: string } });
  return { ...b, response, status: response.status, body, code: body.error?.code ?? null, text };
}
