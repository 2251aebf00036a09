/** The packed library on other runtimes than Node: the same program, the same answer. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { bundleWorker } from "../../scripts/bundle-worker.ts";
import { root } from "../../scripts/workspace.ts";
import { type Consumer, createConsumer } from "./consumer.ts";

let consumer: Consumer;
let simulator: ChildProcess;
let served: { readonly url: string; readonly token: string };

beforeAll(async () => {
  consumer = createConsumer();
  const flags = ["simulate", "--json", "--port", "0", "--contacts", "0"];
  const bin = join(consumer.path, "node_modules/hubspoke/dist/bin.js");
  simulator = spawn(process.execPath, [bin, ...flags], { cwd: consumer.path });
  for await (const line of createInterface({ input: simulator.stdout! })) {
    served = JSON.parse(line) as typeof served;
    break;
  }
});
afterAll(async () => {
  if (simulator !== undefined) {
    simulator.kill("SIGTERM");
    await once(simulator, "exit");
  }
  consumer?.remove();
});

/** npm installs the package that holds the binary for this machine, among those of one scope. */
function binary(scope: string, file: string): string {
  const folder = join(consumer.path, "node_modules", scope);
  const path = readdirSync(folder)
    .map((name) => join(folder, name, file))
    .find((path) => existsSync(path));
  if (path === undefined) throw new Error(`${scope} has no ${file} for this machine`);
  return path;
}

function ran(file: string, argv: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: consumer.path, env: { PATH: process.env.PATH, HOME: consumer.path, NO_COLOR: "1" } };
    execFile(file, [...argv], options, (error, out, err) => {
      if (error === null) resolve(out);
      else reject(new Error(out + err));
    });
  });
}

const expected = {
  id: true,
  names: ["Ada Byron", "Ada Byron"],
  unsigned: 401,
  refused: ["NOT_FOUND", "VALIDATION_FAILED"],
};

describe("the same program", () => {
  const runtimes: Readonly<Record<string, () => readonly [file: string, argv: readonly string[]]>> = {
    Node: () => [process.execPath, []],
    Bun: () => [binary("@oven", "bin/bun"), ["run"]],
    Deno: () => [binary("@deno", "deno"), ["run", "--allow-all", "--node-modules-dir=manual"]],
  };

  it.each(Object.keys(runtimes))("runs on %s", async (name) => {
    const [file, argv] = runtimes[name]?.() ?? ["", []];
    const said = await ran(file, [...argv, "smoke.mjs", served.token, served.url]);
    expect(JSON.parse(said)).toMatchObject({ ...expected, sources: ["hubspot", "cache"] });
  });

  it("runs in workerd, bundled as a deployment would, on D1 and under Hono", async () => {
    const contents = await bundleWorker(join(consumer.path, "worker/lookup.mjs"), "installed");
    const { Miniflare } = createRequire(join(root, "packages/storage-d1/package.json"))("miniflare") as {
      readonly Miniflare: new (options: object) => { readonly ready: Promise<URL>; dispose(): Promise<void> };
    };
    const workerd = new Miniflare({
      modules: [{ type: "ESModule", path: "worker.mjs", contents }],
      compatibilityDate: "2026-07-01",
      d1Databases: { DB: "hubspoke" },
      bindings: { TOKEN: served.token, BASE_URL: served.url },
    });
    onTestFinished(() => workerd.dispose());
    const base = await workerd.ready;
    expect((await fetch(new URL("/hubspot/contacts/lookup/+19025551234", base))).status).toBe(403);
    const headers = { authorization: "Bearer let-me-in" };
    const answer = await fetch(new URL("/hubspot/contacts/lookup/+19025551234", base), { headers });
    expect(await answer.text()).toContain("Ada Byron");
  });
});
