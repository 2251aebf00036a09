import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root, run, tool } from "../scripts/workspace.ts";

/** The test that the guide shows is run as a reader would run it. */
const folder = join(root, "tests/.tmp/guide-source");
const config = `import { defineConfig } from "vitest/config";
const conditions = ["@hubspoke/source", "node"];
const ssr = { resolve: { conditions, externalConditions: conditions } };
export default defineConfig({ root: import.meta.dirname, resolve: { conditions }, ssr });
`;

beforeAll(() => {
  const page = readFileSync(join(root, "docs/guide/write-your-own-source.md"), "utf8");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "source.test.ts"), /^```ts vitest\n([\s\S]*?)^```/m.exec(page)?.[1] ?? "");
  writeFileSync(join(folder, "vitest.config.ts"), config);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a source of plain functions, as the guide shows one, keeps every duty of a local source", () => {
  const path = join(folder, "vitest.config.ts");
  const env = { ...process.env, VITEST: undefined, VITEST_POOL_ID: undefined, VITEST_WORKER_ID: undefined };
  const { ok, output } = run(
    [process.execPath, tool("vitest/vitest.mjs"), "run", "--reporter", "verbose", "--config", path],
    folder,
    env,
  );
  expect(ok, output).toBe(true);
  expect(output).toContain("local.tenant.alone");
});
