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
      overview: async (ctx) => note("overview", ctx),
      start: async (name, kind, ctx) => note(`${kind} ${name}`, ctx),
      one: async (name, ctx) => note(`one ${name}`, ctx),
      plan: async (name, ctx) => note(`plan ${name}`, ctx),
      pause: async (name, reason, ctx) => note(`pause ${name} ${reason}`, ctx),
      resume: async (name, ctx) => note(`resume ${name}`, ctx),
      log: async (name, query, ctx) => note(`log ${name} ${JSON.stringify(query)}`, ctx),
      explain: async (name, id, values, ctx) => note(`explain ${name} ${JSON.stringify(id)} ${values}`, ctx),
      quarantine: async (name, page, ctx) => note(`quarantine ${name} ${JSON.stringify(page)}`, ctx),
      async replay(name, records, ctx) {
        note(`replay ${name} ${JSON.stringify(records)}`, ctx);
        return records?.length ?? 9;
      },
      schedule: async (name, ctx) => note(`schedule ${name}`, ctx),
      editSchedule: async (name, change, ctx) => note(`edit ${name} ${JSON.stringify(change)}`, ctx),
    },
    conflicts: {
      list: async (sync, query, ctx) => note(`conflicts ${sync} ${JSON.stringify(query)}`, ctx),
      async resolve(sync, id, take, ctx) {
        note(`resolve ${sync} ${id} ${take}`, ctx);
        return true;
      },
    },
    mappings: {
      list: async (sync, ctx) => note(`mappings ${sync}`, ctx),
      replace: async (sync, set, revision, ctx) => note(`replace ${sync} ${JSON.stringify(set)} ${revision}`, ctx),
      validate: async (sync, set, ctx) => note(`validate ${sync} ${JSON.stringify(set)}`, ctx),
      choices: async (sync, ctx) => note(`choices ${sync}`, ctx),
    },
    flags: {
      list: async (ctx) => note("flags", ctx),
      set: async (flag, change, ctx) => note(`flag ${flag} ${JSON.stringify(change)}`, ctx),
      reset: async (flag, ctx) => note(`flag ${flag} as configured`, ctx),
    },
    workflows: {
      list: async (ctx) => note("triggers", ctx),
      get: async (id, ctx) => note(`trigger ${id}`, ctx),
      create: async (draft, ctx) => note(`create ${JSON.stringify(draft)}`, ctx),
      update: async (id, changes, ctx) => note(`update ${id} ${JSON.stringify(changes)}`, ctx),
      delete: async (id, ctx) => note(`delete ${id}`, ctx),
      test: async (trigger, event, ctx) => note(`test ${JSON.stringify([trigger, event])}`, ctx),
      process: async (event, ctx) => note(`process ${JSON.stringify(event)}`, ctx),
      executions: async (query, ctx) => note(`executions ${JSON.stringify(query)}`, ctx),
    },
    support: {
      ticket: async (key, ticket, ctx) => note(`ticket ${key} ${JSON.stringify(ticket)}`, ctx),
      open: async (outage, ticket, ctx) => note(`open ${outage} ${JSON.stringify(ticket)}`, ctx),
      resolve: async (outage, content, ctx) => note(`over ${outage} ${content}`, ctx),
    },
    privacy: {
      export: async (subject, ctx) => note(`export ${JSON.stringify(subject)}`, ctx),
      erase: async (subject, ctx) => note(`erase ${JSON.stringify(subject)}`, ctx),
      async readmit(subject, ctx) {
        note(`readmit ${JSON.stringify(subject)}`, ctx);
        return 1;
      },
    },
    outbox: {
      list: async (query, ctx) => note(`outbox ${JSON.stringify(query)}`, ctx),
      async replay(ids, ctx) {
        note(`run again ${JSON.stringify(ids)}`, ctx);
        return 2;
      },
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
