import type { Options } from "tsup";
import { buildEntries } from "./exports.ts";
import { type Manifest, needs, readManifest } from "./workspace.ts";

/**
 * How every package is built: ESM and CommonJS with declarations for each, one output per promised entry.
 * What to build is read from the package's own `exports` and `imports`, so the two can not drift apart.
 */
function library(manifest: Manifest): Options {
  return {
    entry: buildEntries(manifest),
    format: ["esm", "cjs"],
    dts: true,
    clean: true,
    // Shared code goes to chunks: two entries of one package must not hold two copies of an error class.
    splitting: true,
    sourcemap: false,
    target: ["node22", "es2023"],
    platform: "neutral",
    // tsup strips `node:` by default, and `node:sqlite` has no name without it.
    removeNodeProtocol: false,
    // Chosen by the consumer's own conditions at run time, so it stays an import of the package itself.
    external: [/^#/, ...needs(manifest).flatMap((name) => [name, new RegExp(`^${name}/`)]), /^node:/],
    outExtension: ({ format }) => ({ js: format === "cjs" ? ".cjs" : ".js" }),
    silent: true,
  };
}

// tsup runs in the package's folder.
const config: Options = library(readManifest(process.cwd()));
export default config;
