import { mkdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, it, onTestFinished } from "vitest";
import { world } from "./cli.fixture.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** As much of Miniflare as is used; the package that has it is the one for D1. */
interface Workerd {
  readonly ready: Promise<URL>;
  dispose(): Promise<void>;
}
const { Miniflare } = createRequire(join(root, "packages/storage-d1/package.json"))("miniflare") as {
  readonly Miniflare: new (options: object) => Workerd;
};

it("writes a Worker that runs in workerd on D1, lets no stranger in, and answers", async () => {
  const { simulator, env, folder, run } = await world();
  simulator.portal().contacts.create({ firstname: "Ada", lastname: "Byron", phone: "(902) 555-1234" });
  expect((await run("init", "app", "--target", "workers")).code).toBe(0);
  for (const name of ["core", "storage-d1"]) {
    const link = join(folder, "app/node_modules/@hubspoke", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "packages", name), link, "dir");
  }
  // As a deployment would bundle it: no Node builtin, no nodejs_compat.
  const { outputFiles } = await build({
    entryPoints: [join(folder, "app/src/worker.ts")],
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["@hubspoke/source", "workerd", "worker", "import"],
    mainFields: ["module", "main"],
    target: "es2023",
    write: false,
    logLevel: "silent",
  });
  const workerd = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.mjs", contents: outputFiles.map(({ text }) => text).join() }],
    compatibilityDate: "2026-01-01",
    d1Databases: { DB: "hubspoke" },
    bindings: { ...env, APP_TOKEN: "let-me-in" },
  });
  onTestFinished(() => workerd.dispose());
  const asked = new URL("/hubspot/contacts/lookup/+19025551234", await workerd.ready);
  expect((await fetch(asked)).status).toBe(403);
  const answer = await fetch(asked, { headers: { authorization: "Bearer let-me-in" } });
  expect(await answer.text()).toContain("Ada Byron");
});
