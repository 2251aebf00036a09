/** How large the client is in a Worker, and how long it takes to load on Node, beside the official one. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { type Row, repeated } from "../lib/report.ts";

/** The bar is for the median; the quickest tells what it takes where nothing else runs. */
const LOADS = 25;
const sources = {
  hubspoke: 'export { createHubSpotClients, privateApp } from "@hubspoke/core/client";',
  "api-client": 'export { Client } from "@hubspot/api-client";',
} as const;
type Name = keyof typeof sources;

/** One minified file. undici is loaded by the first request, on Node only, and stays outside. */
async function bundle(name: Name, runtime: "worker" | "node"): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: sources[name], resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    format: name === "hubspoke" ? "esm" : "cjs",
    // The official client is made for Node: nothing else can be built of it.
    platform: runtime === "node" || name === "api-client" ? "node" : "browser",
    conditions: ["@hubspoke/source", ...(runtime === "worker" ? ["workerd"] : ["node"])],
    external: ["undici"],
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

export async function bundles(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "hubspoke-bench-"));
  try {
    const size = async (name: Name): Promise<number> =>
      gzipSync(await bundle(name, "worker"), { level: 9 }).length / 1_000;
    const files: Readonly<Record<Name, string>> = {
      hubspoke: join(folder, "hubspoke.mjs"),
      "api-client": join(folder, "api-client.cjs"),
    };
    for (const name of ["hubspoke", "api-client"] as const) writeFileSync(files[name], await bundle(name, "node"));
    const loads: Record<Name, number[]> = { hubspoke: [], "api-client": [] };
    for (let i = 0; i <= LOADS; i++) {
      for (const name of ["hubspoke", "api-client"] as const) {
        const milliseconds = load(files[name]);
        // The first finds nothing in the page cache.
        if (i > 0) loads[name].push(milliseconds);
      }
    }
    const quickest = `import on Node, the quickest of ${LOADS}`;
    const [ours, theirs] = [await size("hubspoke"), await size("api-client")];
    return [
      { what: "Worker bundle, gzip: hubspoke, the client alone", value: ours, unit: "kB", bar: "<= 60" },
      { what: "bundle, gzip: api-client", value: theirs, unit: "kB" },
      { what: `${quickest}: hubspoke, the client alone`, value: Math.min(...loads.hubspoke), unit: "ms" },
      { what: `${quickest}: api-client`, value: Math.min(...loads["api-client"]), unit: "ms" },
      { what: "the median of them: hubspoke, the client alone", ...repeated(loads.hubspoke), unit: "ms", bar: "<= 30" },
      { what: "the median of them: api-client", ...repeated(loads["api-client"]), unit: "ms" },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function load(file: string): number {
  const program = `const start = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - start);`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" }));
}
