import { build } from "esbuild";

/**
 * A Worker as its deployment bundles it, in one file: no Node builtin, no nodejs_compat; one anywhere in it fails the build.
 * `source`: from the packages' source, so that no build comes first; else what is installed.
 */
export async function bundleWorker(entry: string, from: "source" | "installed"): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: [...(from === "source" ? ["@hubspoke/source"] : []), "workerd", "worker", "import"],
    mainFields: ["module", "main"],
    target: "es2023",
    write: false,
    logLevel: "silent",
  });
  return outputFiles.map(({ text }) => text).join();
}
