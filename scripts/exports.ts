/** What a package promises in `exports`, `imports` and `bin`, read once for the build, the checks and the tests. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Manifest, Package, Target, Targets } from "./workspace.ts";

/** Selects `src` instead of `dist`, inside this workspace only: it is stripped from what is published. */
export const sourceCondition = "@hubspoke/source";

export interface Leaf {
  /** The way to the file, for messages: `exports["./ports"].import.types`. */
  readonly at: string;
  readonly conditions: readonly string[];
  readonly path: string;
}

/** Every file a map points at. */
export function leaves(map: Targets | undefined, field: string): Leaf[] {
  return Object.entries(map ?? {}).flatMap(([key, target]) => walk(target, `${field}["${key}"]`, []));
}

function walk(target: Target, at: string, conditions: readonly string[]): Leaf[] {
  if (typeof target === "string") return [{ at, conditions, path: target }];
  return Object.entries(target).flatMap(([condition, inner]) =>
    walk(inner, `${at}.${condition}`, [...conditions, condition]),
  );
}

/** Paths that are promised and absent, once the package is built. */
export function missingFiles(one: Package): string[] {
  const { manifest, path } = one;
  const promised = [
    ...leaves(manifest.exports, "exports"),
    ...leaves(manifest.imports, "imports"),
    ...leaves(manifest.bin, "bin"),
    ...leaves(manifest.publishConfig?.exports, "publishConfig.exports"),
    ...leaves(manifest.publishConfig?.imports, "publishConfig.imports"),
    ...leaves(manifest.publishConfig?.bin, "publishConfig.bin"),
  ];
  return promised
    .filter((leaf) => !existsSync(join(path, leaf.path)))
    .map((leaf) => `${one.name}: ${leaf.at} promises ${leaf.path}, which is not there`);
}

/** The same map without the workspace's own condition: what `publishConfig` must say. */
export function published(map: Targets): Targets {
  return strip(map) as Targets;
}

function strip(target: Target): Target {
  if (typeof target === "string") return target;
  return Object.fromEntries(
    Object.entries(target)
      .filter(([condition]) => condition !== sourceCondition)
      .map(([condition, inner]) => [condition, strip(inner)]),
  );
}

/**
 * Output name → source file, read from the manifest, so that an entry can not be promised and left unbuilt:
 * `exports["./ports"]` with source `./src/ports.ts` and `./dist/ports.js` gives `{ ports: "src/ports.ts" }`.
 */
export function buildEntries(manifest: Manifest): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const target of [...Object.values(manifest.exports ?? {}), ...Object.values(manifest.imports ?? {})]) {
    if (typeof target === "string") continue;
    const { [sourceCondition]: source, ...built } = target;
    if (source !== undefined) pair(source, built, entries);
  }
  for (const [name, source] of Object.entries(manifest.bin ?? {})) {
    const built = manifest.publishConfig?.bin?.[name];
    if (built !== undefined && source.endsWith(".ts")) entries[outputName(built)] = source.replace(/^\.\//, "");
  }
  return entries;
}

function pair(source: Target, built: Target, entries: Record<string, string>): void {
  if (typeof source === "string") {
    for (const { path } of leaves({ built }, "")) {
      if (/\.[cm]?js$/.test(path)) entries[outputName(path)] = source.replace(/^\.\//, "");
    }
    return;
  }
  for (const [condition, inner] of Object.entries(source)) {
    const counterpart = typeof built === "string" ? built : built[condition];
    if (counterpart !== undefined) pair(inner, counterpart, entries);
  }
}

function outputName(path: string): string {
  return path.replace(/^\.\/dist\//, "").replace(/\.[cm]?js$/, "");
}
