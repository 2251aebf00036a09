/** A stranger's project: outside this workspace, with the packed tarballs installed by npm. */
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "../../scripts/pack.ts";
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

export function createConsumer(): Consumer {
  const path = mkdtempSync(join(tmpdir(), "hubspoke-consumer-"));
  const tarballs = join(path, "tarballs");
  demand(pack(tarballs));
  const all = packages();
  const dependencies = {
    ...peersOf(all),
    ...Object.fromEntries(readdirSync(tarballs).map((file) => [nameOf(file), `file:tarballs/${file}`])),
  };
  writeFileSync(
    join(path, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module", dependencies }),
  );
  demand(
    run(
      ["npm", "install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
      path,
    ),
  );
  cpSync(join(root, "tests/consumers"), path, { recursive: true });
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
