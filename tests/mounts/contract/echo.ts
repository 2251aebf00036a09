import type { Ctx } from "@hubspoke/core/ports";
import type { MountServices } from "@hubspoke/core/webhooks";

/** What a service was asked: `sync.start`, and with what besides the context. */
export interface Said {
  readonly asked: string;
  readonly with: readonly unknown[];
}

type Echoing = Required<Omit<MountServices, "webhooks" | "oauth" | "clock" | "logger">>;

/** The user agent of whoever wants services to wait until the request is aborted. */
export const patient = "waits for the end";

/**
 * Services that answer with what they were asked and by whom, so that an answer shows which method a route reached and
 * what of the request arrived there. `heard` grows with each.
 */
export function echoServices(heard: unknown[]): Echoing {
  const names = {
    directory: 0,
    audit: 0,
    sync: 0,
    conflicts: 0,
    mappings: 0,
    workflows: 0,
    support: 0,
    privacy: 0,
    outbox: 0,
    flags: 0,
    health: 0,
  } as const satisfies Record<keyof Echoing, 0>;
  return Object.fromEntries(Object.keys(names).map((name) => [name, echo(name, heard)])) as unknown as Echoing;
}

function echo(service: string, heard: unknown[]): object {
  const answer =
    (method: string) =>
    async (...args: unknown[]): Promise<unknown> => {
      const ctx = args.find(isCtx);
      const said = { asked: `${service}.${method}`, with: args.filter((arg) => arg !== undefined && !isCtx(arg)) };
      heard.push({ ...said, by: `${ctx?.actor.id} (${ctx?.actor.role}) of ${ctx?.tenant} from ${ctx?.ip}` });
      if (ctx?.userAgent === patient) {
        await new Promise<void>((resolve) => ctx.signal?.addEventListener("abort", () => resolve()));
        heard.push("aborted");
      }
      if (said.asked === "directory.batchLookup") {
        return new Map((args[0] as string[]).map((phone) => [phone, { asked: said.asked }]));
      }
      return said.asked === "health.check" ? { ok: true, ...said } : said;
    };
  return new Proxy({}, { get: (_, method) => answer(String(method)) });
}

function isCtx(value: unknown): value is Ctx {
  return typeof value === "object" && value !== null && "actor" in value && "tenant" in value;
}
