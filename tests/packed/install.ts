/** Once for all packed tests: the tarballs, and everything a stranger's project would install beside them, by npm. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { pack } from "../../scripts/pack.ts";
import { type Outcome, type Package, packages, run } from "../../scripts/workspace.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder with everything installed. */
    installed: string;
  }
}

/** Other runtimes, as npm brings them: the binaries come as packages, and nothing is run to install them. */
const runtimes = { bun: "1.4.5", deno: "2.9.6" } as const;

export default function install(project: TestProject): () => void {
  const path = mkdtempSync(join(tmpdir(), "hubspoke-installed-"));
  const tarballs = join(path, "tarballs");
  demand(pack(tarballs));
  const dependencies = {
    ...peersOf(packages()),
    ...Object.fromEntries(readdirSync(tarballs).map((file) => [nameOf(file), `file:tarballs/${file}`])),
  };
  const manifest = { name: "consumer", private: true, type: "module", dependencies, devDependencies: runtimes };
  writeFileSync(join(path, "package.json"), JSON.stringify(manifest));
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  demand(run(["npm", "install", ...flags], path));
  project.provide("installed", path);
  return () => rmSync(path, { recursive: true, force: true });
}

/** What a user installs beside the packages: their peers, in the versions developed against, and those peers' types. */
function peersOf(all: readonly Package[]): Record<string, string> {
  const own = new Set(all.map((one) => one.name));
  const wanted = all.flatMap(({ manifest }) => {
    const peers = Object.keys(manifest.peerDependencies ?? {}).filter((name) => !own.has(name));
    const known = { ...manifest.devDependencies };
    return [...peers, ...peers.map((name) => `@types/${name}`)].flatMap((name) =>
      known[name] === undefined ? [] : [[name, known[name]]],
    );
  });
  return { ...Object.fromEntries(wanted), "@types/node": "^24.0.0" };
}

function nameOf(tarball: string): string {
  // Scoped packages are packed as `scope-name-version`; the command line is the one without a scope.
  const scoped = tarball.replace(/^hubspoke-(\D.*)-\d+\.\d+\.\d+\.tgz$/, "@hubspoke/$1");
  return scoped.replace(/-\d+\.\d+\.\d+\.tgz$/, "");
}

function demand(outcome: Outcome): void {
  if (!outcome.ok) throw new Error(outcome.output);
}
