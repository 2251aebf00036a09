/** How large each package's entry is in a bundle, against a budget. `check` fails above it; needs the build. */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { packages, root } from "./workspace.ts";

/**
 * Kilobytes (1,000 bytes) of one minified file, gzip, with what the entry brings along: its dependencies, without peers
 * and without undici, which the first request on Node loads. Core is measured as a Worker gets it. The client alone was promised
 * 60; every other budget is up to a fifth (a few hundred bytes, for the small ones) above what was measured when it was
 * set. Raising one is a decision and says why: core's was 300 until recovery knew late writes whose workers had died, and rows
 * made anew (decision 47).
 */
export const budgets: Readonly<Record<string, number>> = {
  "@hubspoke/core": 303,
  "@hubspoke/core/client": 60,
  // One route alone, and errors, guard and permission for a host's own routes came beside the mount.
  "@hubspoke/express": 2,
  "@hubspoke/hono": 1.5,
  "@hubspoke/pg-boss": 1.5,
  "@hubspoke/redis": 2.5,
  "@hubspoke/storage-d1": 65,
  "@hubspoke/storage-kysely": 40,
  "@hubspoke/storage-postgres": 67,
  "@hubspoke/storage-sqlite": 66,
  "@hubspoke/testing": 170,
  hubspoke: 0.5,
};

export interface Size {
  readonly entry: string;
  readonly kilobytes: number;
  /** Undefined for an entry nobody gave one. */
  readonly budget: number | undefined;
}

/** Every package's main entry, and the client alone. */
export async function sizes(): Promise<readonly Size[]> {
  const all = packages();
  const entries = [...all.map(({ name }) => name), "@hubspoke/core/client"].sort();
  return Promise.all(
    entries.map(async (entry) => {
      const owner = all.find(({ name }) => entry === name || entry.startsWith(`${name}/`));
      const peers = Object.keys(owner?.manifest.peerDependencies ?? {});
      return { entry, kilobytes: await bundled(entry, owner?.path ?? root, peers), budget: budgets[entry] };
    }),
  );
}

/** Entries above their budget, and those that have none. */
export function tooLarge(all: readonly Size[]): readonly string[] {
  return all.flatMap(({ entry, kilobytes, budget }) => {
    if (budget === undefined) return [`${entry}: no budget; it has ${kilobytes.toFixed(1)} kB`];
    return kilobytes > budget ? [`${entry}: ${kilobytes.toFixed(1)} kB, budget ${budget} kB`] : [];
  });
}

async function bundled(entry: string, folder: string, peers: readonly string[]): Promise<number> {
  const inWorker = entry.startsWith("@hubspoke/core");
  const { outputFiles } = await build({
    stdin: { contents: `export * from ${JSON.stringify(entry)};`, resolveDir: folder, loader: "js" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2023",
    platform: inWorker ? "browser" : "node",
    conditions: inWorker ? ["workerd", "worker", "import"] : ["node", "import"],
    mainFields: ["module", "main"],
    external: ["undici", ...peers.flatMap((name) => [name, `${name}/*`])],
    logLevel: "silent",
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length / 1_000;
}

if (import.meta.main) {
  const all = await sizes();
  for (const { entry, kilobytes, budget } of all)
    console.log(`${entry.padEnd(28)} ${kilobytes.toFixed(1).padStart(7)} kB of ${budget}`);
  const large = tooLarge(all);
  for (const one of large) console.error(one);
  process.exitCode = large.length > 0 ? 1 : 0;
}
