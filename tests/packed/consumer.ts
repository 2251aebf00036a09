/** A stranger's project: outside this workspace, with the packed tarballs as npm installed them. */
import { copyFileSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { type Outcome, type Package, packages, root, run } from "../../scripts/workspace.ts";

export interface Consumer {
  readonly path: string;
  readonly packages: readonly Package[];
  /** Every importable name: `@hubspoke/core`, `@hubspoke/core/ports`, … */
  readonly specifiers: readonly string[];
  /** Runs a piece of JavaScript in the consumer's folder, under this Node. */
  script(name: string, text: string): Outcome;
  remove(): void;
}

/** A folder of its own for each test file, over one installation. */
export function createConsumer(): Consumer {
  const path = mkdtempSync(join(tmpdir(), "hubspoke-consumer-"));
  const installed = inject("installed");
  copyFileSync(join(installed, "package.json"), join(path, "package.json"));
  symlinkSync(join(installed, "node_modules"), join(path, "node_modules"), "dir");
  cpSync(join(root, "tests/consumers"), path, { recursive: true });
  const all = packages();
  return {
    path,
    packages: all,
    specifiers: all.flatMap(specifiersOf),
    script(name, text) {
      writeFileSync(join(path, name), text);
      return run([process.execPath, name], path, { ...process.env, NODE_OPTIONS: "" });
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

export function specifiersOf(one: Package): string[] {
  return Object.keys(one.manifest.exports ?? {})
    .filter((subpath) => subpath !== "./package.json")
    .map((subpath) => one.name + subpath.slice(1));
}
