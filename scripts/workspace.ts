/** The workspace as the scripts see it: which packages there are, what they need of each other, how to run a tool. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root: string = resolve(import.meta.dirname, "..");

/** `exports` and `imports` as we write them: conditions nested over file paths. */
export type Target = string | { readonly [condition: string]: Target };
export type Targets = Readonly<Record<string, Target>>;

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly description?: string;
  readonly type?: string;
  readonly sideEffects?: boolean;
  readonly files?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Targets;
  readonly imports?: Targets;
  readonly bin?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly publishConfig?: {
    readonly access?: string;
    readonly exports?: Targets;
    readonly imports?: Targets;
    readonly bin?: Readonly<Record<string, string>>;
  };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface Package {
  readonly name: string;
  /** Folder under `packages/`. */
  readonly folder: string;
  readonly path: string;
  readonly manifest: Manifest;
}

export function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as Manifest;
}

/** Every published package, in the order in which they can be built: what a package needs comes before it. */
export function packages(): Package[] {
  const base = join(root, "packages");
  const all = readdirSync(base)
    .filter((folder) => existsSync(join(base, folder, "package.json")))
    .sort()
    .map((folder) => {
      const path = join(base, folder);
      const manifest = readManifest(path);
      return { name: manifest.name, folder, path, manifest };
    });
  return inBuildOrder(all);
}

/** The packages of this workspace that `manifest` needs when it runs. Development needs are no build order. */
export function needs(manifest: Manifest): string[] {
  return Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
}

export function inBuildOrder(all: readonly Package[]): Package[] {
  const done = new Set<string>();
  const order: Package[] = [];
  while (order.length < all.length) {
    const ready = all.filter(
      (one) =>
        !done.has(one.name) &&
        needs(one.manifest).every((name) => done.has(name) || !all.some((other) => other.name === name)),
    );
    if (ready.length === 0) {
      const stuck = all.filter((one) => !done.has(one.name)).map((one) => one.name);
      throw new Error(`These packages need each other, so none can be built first: ${stuck.join(", ")}`);
    }
    for (const one of ready) {
      done.add(one.name);
      order.push(one);
    }
  }
  return order;
}

/** A tool's file inside the root's installed packages, to be run by this very Node. */
export function tool(path: string): string {
  return join(root, "node_modules", path);
}

export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a command and keeps what it prints, so that a failure can be shown under the name of its step. */
export function run(command: readonly string[], cwd: string = root, env: NodeJS.ProcessEnv = process.env): Outcome {
  const [file, ...args] = command as readonly [string, ...string[]];
  const result = spawnSync(file, args, { cwd, env, encoding: "utf8", maxBuffer: 1 << 28 });
  const failure = result.error === undefined ? "" : `${result.error.message}\n`;
  return { ok: result.status === 0, output: `${failure}${result.stdout ?? ""}${result.stderr ?? ""}` };
}

/** The pnpm that started this script; the one of the documented command when somebody ran the script by hand. */
export function pnpm(...args: readonly string[]): string[] {
  const path = process.env.npm_execpath;
  if (path === undefined || !path.includes("pnpm")) return ["npx", "-y", "pnpm@12", ...args];
  return /\.[cm]?js$/.test(path) ? [process.execPath, path, ...args] : [path, ...args];
}

/** Files git knows or would add: what a reader of the repository sees. */
export function repositoryFiles(): string[] {
  return execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  })
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(root, file)));
}
