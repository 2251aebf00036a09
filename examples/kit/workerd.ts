import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare, type Request, type Response } from "miniflare";
import { bundleWorker } from "../../scripts/bundle-worker.ts";

export interface WorkerOptions {
  /** Of the example: `wrangler.toml`, `migrations/` and `page/` are in it. */
  readonly folder: string;
  readonly entry: string;
  readonly port: number;
  /** Where the D1 database is kept; null: in memory, gone after the stop. */
  readonly persist: string | null;
  /** Variables and secrets. */
  readonly bindings: Readonly<Record<string, string>>;
  /** Answers what the Worker asks of others; for tests. Default: the network. */
  readonly outbound?: (request: Request) => Promise<Response>;
}

export interface RunningWorker {
  /** What the cron trigger does. */
  cron(): Promise<void>;
  /** Ends workerd at once, whatever it is doing. */
  kill(): Promise<void>;
}

/** A Worker in workerd as it is deployed, with D1 as `DB` and its page as `ASSETS`, but on this machine. */
export async function runWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { folder, entry, port, persist, bindings, outbound } = options;
  const text = (...path: readonly string[]): string => readFileSync(join(folder, ...path), "utf8");
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port,
    modules: [{ type: "ESModule", path: "worker.mjs", contents: await bundleOf(entry) }],
    compatibilityDate: /^compatibility_date = "(.+)"$/m.exec(text("wrangler.toml"))?.[1] ?? "",
    d1Databases: { DB: "d1" },
    ...(persist === null ? {} : { d1Persist: persist }),
    assets: {
      directory: join(folder, "page"),
      binding: "ASSETS",
      routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
    },
    bindings,
    ...(outbound === undefined ? {} : { outboundService: outbound }),
  });
  await miniflare.ready;
  const database = await miniflare.getD1Database("DB");
  for (const file of readdirSync(join(folder, "migrations")).sort()) {
    const sql = text("migrations", file).replace(/--.*$/gm, "");
    const statements = sql.split(";").filter((one) => one.trim() !== "");
    await database.batch(statements.map((one) => database.prepare(one)));
  }
  let stopped: Promise<void> | undefined;
  return {
    async cron() {
      await (await miniflare.getWorker()).scheduled({ cron: "* * * * *" });
    },
    kill() {
      stopped ??= miniflare.dispose();
      return stopped;
    },
  };
}

/** The variables of `wrangler.toml`, as a deployment has them. */
export function varsOf(folder: string): Readonly<Record<string, string>> {
  const [, after = ""] = readFileSync(join(folder, "wrangler.toml"), "utf8").split(/^\[vars\]$/m);
  const [section = ""] = after.split(/^\[/m);
  return Object.fromEntries(
    [...section.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}

const bundles = new Map<string, Promise<string>>();
/** One bundle for all starts of a process. */
function bundleOf(entry: string): Promise<string> {
  const bundled = bundles.get(entry) ?? bundleWorker(entry, "source");
  bundles.set(entry, bundled);
  return bundled;
}
