import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The runtime's behaviour of a day; no flag beside it, so `nodejs_compat` hides nothing. */
export const compatibilityDate = "2026-07-01";

/** A Worker as its deployment would bundle it, from source. A Node builtin anywhere in it fails the build. */
export async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["@hubspoke/source", "workerd", "worker", "import"],
    mainFields: ["module", "main"],
    target: "es2023",
    write: false,
    logLevel: "silent",
  });
  return outputFiles.map(({ text }) => text).join();
}
