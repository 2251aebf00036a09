/** What `hubspoke init` writes, as a stranger goes on with it: installed from the tarballs, checked, tested, started, used. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { bundleWorker } from "../../scripts/bundle-worker.ts";
import { type Outcome, root, run } from "../../scripts/workspace.ts";
import { type Consumer, createConsumer } from "./consumer.ts";

let consumer: Consumer;
let simulator: ChildProcess;
let env: Record<string, string>;

beforeAll(async () => {
  consumer = createConsumer();
  simulator = spawn(process.execPath, [binary(), "simulate", "--port", "0"], { cwd: consumer.path });
  const said: Record<string, string> = {};
  for await (const line of createInterface({ input: simulator.stdout! })) {
    const [, name = "", value = ""] = /^(.+?) {2,}(.+)$/.exec(line) ?? [];
    said[name] = value;
    if (line.startsWith("stop with")) break;
  }
  env = {
    HUBSPOT_API_BASE_URL: said["HubSpot simulator"]!,
    HUBSPOT_ACCESS_TOKEN: said["access token"]!,
    HUBSPOKE_KEY: Buffer.alloc(32, 9).toString("base64"),
    HUBSPOKE_DEFAULT_REGION: "CA",
    APP_TOKEN: "let-me-in",
  };
  const made = await fetch(`${env.HUBSPOT_API_BASE_URL}/crm/v3/objects/contacts`, {
    method: "POST",
    headers: { authorization: `Bearer ${env.HUBSPOT_ACCESS_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ properties: { firstname: "Ada", lastname: "Byron", phone: "(902) 555-1234" } }),
  });
  expect(made.status).toBe(201);
}, 180_000);

afterAll(async () => {
  if (simulator !== undefined) {
    simulator.kill("SIGTERM");
    await once(simulator, "exit");
  }
  consumer?.remove();
});

const binary = (): string => join(consumer.path, "node_modules/hubspoke/dist/bin.js");
/** Npm's scripts find this Node first. */
const plain = (): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_OPTIONS: "",
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
});

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface Project {
  readonly path: string;
  readonly scripts: Manifest["scripts"];
  npm(...argv: string[]): Outcome;
}

/** A new project with everything installed. What is not published yet comes from its tarball; Wrangler stays away: 100 MB. */
function project(target: string): Project {
  const path = join(consumer.path, target);
  const init = run([process.execPath, binary(), "init", target, "--target", target], consumer.path, plain());
  expect(init).toMatchObject({ ok: true });
  const tarballs = join(dirname(realpathSync(join(consumer.path, "node_modules"))), "tarballs");
  const file = join(path, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  const asked = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
  const ours = withTheirOwn(asked, tarballs);
  expect(asked.filter((name) => name.includes("hubspoke") && ours[name] === undefined)).toEqual([]);
  const { wrangler: _, ...devDependencies } = { ...manifest.devDependencies, ...ours };
  writeFileSync(
    file,
    JSON.stringify({
      ...manifest,
      dependencies: { ...manifest.dependencies, ...ours },
      devDependencies: without(devDependencies, ours),
    }),
  );
  const npm = (...argv: string[]): Outcome => run(["npm", ...argv], path, plain());
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const installed = npm("install", ...flags);
  expect(installed.ok, installed.output).toBe(true);
  return { path, scripts: manifest.scripts, npm };
}

/** Our packages among these and what those need of ours, by the file each comes from. */
function withTheirOwn(asked: readonly string[], tarballs: string): Record<string, string> {
  const files = new Map(readdirSync(tarballs).map((file) => [nameOf(file), `file:${join(tarballs, file)}`]));
  const needed = new Set(asked.filter((name) => files.has(name)));
  for (const name of needed) {
    const manifest = consumer.packages.find((one) => one.name === name)?.manifest;
    const others = Object.keys({ ...manifest?.dependencies, ...manifest?.peerDependencies });
    for (const other of others) if (files.has(other)) needed.add(other);
  }
  return Object.fromEntries([...needed].map((name) => [name, files.get(name) ?? ""]));
}

function without(
  from: Readonly<Record<string, string>>,
  names: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names[name] === undefined));
}

function nameOf(tarball: string): string {
  const bare = tarball.replace(/-\d+\.\d+\.\d+\.tgz$/, "");
  return bare.replace(/^hubspoke-/, "@hubspoke/");
}

function checked({ npm }: Project): void {
  const types = npm("run", "types");
  expect(types.ok, types.output).toBe(true);
  const tests = npm("test");
  expect(tests.ok, tests.output).toBe(true);
  expect(tests.output).toContain("a caller has a name");
}

async function used(url: string): Promise<void> {
  const asked = `${url}/hubspot/contacts/lookup/+19025551234`;
  expect((await fetch(asked)).status).toBe(403);
  const answer = await fetch(asked, { headers: { authorization: "Bearer let-me-in" } });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("Ada Byron")]);
}

describe("a project that init wrote", () => {
  it.each(["express", "hono"])(
    "for %s: type-checks, passes its test, starts, answers, ends when it is told to, and its command finds all well",
    async (target) => {
      const own = project(target);
      checked(own);
      const settings = Object.entries({ ...env, PORT: "0" }).map(([name, value]) => `${name}=${value}\n`);
      writeFileSync(join(own.path, ".env"), settings.join(""));
      const [node, ...argv] = (own.scripts.start ?? "").split(" ");
      expect(node).toBe("node");
      const server = spawn(process.execPath, argv, { cwd: own.path, env: plain() });
      onTestFinished(() => void server.kill("SIGKILL"));
      let url = "";
      for await (const line of createInterface({ input: server.stdout })) {
        expect(line).not.toContain("FAILED");
        url = /^listening on (.+)$/.exec(line)?.[1] ?? "";
        if (url !== "") break;
      }
      await used(url);
      server.kill("SIGTERM");
      expect(await once(server, "exit")).toEqual([0, null]);
      const doctor = own.npm("run", "--silent", "hubspoke", "--", "doctor", "--json");
      expect(JSON.parse(doctor.output)).toMatchObject({ ok: true, portalId: "62515" });
    },
    300_000,
  );

  it("for Workers: type-checks, passes its test, and runs in workerd on D1 with its queue", async () => {
    const own = project("workers");
    checked(own);
    const contents = await bundleWorker(join(own.path, "src/worker.ts"), "installed");
    const { Miniflare } = createRequire(join(root, "packages/storage-d1/package.json"))("miniflare") as {
      readonly Miniflare: new (options: object) => { readonly ready: Promise<URL>; dispose(): Promise<void> };
    };
    const workerd = new Miniflare({
      modules: [{ type: "ESModule", path: "worker.mjs", contents }],
      compatibilityDate: "2026-01-01",
      d1Databases: { DB: "hubspoke" },
      queueProducers: { JOBS: "hubspoke-jobs" },
      queueConsumers: { "hubspoke-jobs": { maxBatchTimeout: 1 } },
      bindings: env,
    });
    onTestFinished(() => workerd.dispose());
    await used(String(await workerd.ready).replace(/\/$/, ""));
  }, 300_000);
});
