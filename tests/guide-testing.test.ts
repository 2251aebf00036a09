import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, run, tool } from "../scripts/workspace.ts";

/** The two tests that the guide shows are run as a reader would run them. */
const page = readFileSync(join(root, "docs/guide/testing-with-the-simulator.md"), "utf8");
const folder = join(root, "tests/.tmp/guide");

const blockFor = (runner: string): string =>
  new RegExp(`^\`\`\`ts ${runner}\\n([\\s\\S]*?)^\`\`\``, "m").exec(page)?.[1] ?? "";

const CONFIG = `import { defineConfig } from "vitest/config";
const conditions = ["@hubspoke/source", "node"];
const ssr = { resolve: { conditions, externalConditions: conditions } };
export default defineConfig({ root: import.meta.dirname, resolve: { conditions }, ssr });
`;

describe("the tests of the guide", () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "user.test.ts"), blockFor("vitest"));
    writeFileSync(join(folder, "user.node.ts"), blockFor("node"));
    writeFileSync(join(folder, "vitest.config.ts"), CONFIG);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(["vitest", "node"])("use the simulator in under ten lines: %s", (runner) => {
    const body = /^test\([\s\S]*?^\}\);/m.exec(blockFor(runner))?.[0] ?? "";
    expect(body.split("\n").length).toBeGreaterThan(4);
    expect(body.split("\n").length).toBeLessThan(10);
  });

  it("pass in vitest", () => {
    const config = join(folder, "vitest.config.ts");
    const { ok, output } = run(
      [process.execPath, tool("vitest/vitest.mjs"), "run", "--config", config],
      folder,
      outside(),
    );
    expect(ok, output).toBe(true);
    expect(output).toMatch(/Tests\s+1 passed/);
  });

  it("pass in node:test", () => {
    const flags = ["--conditions=@hubspoke/source", "--test", "--test-reporter=tap"];
    const { ok, output } = run([process.execPath, ...flags, join(folder, "user.node.ts")], folder, outside());
    expect(ok, output).toBe(true);
    expect(output).toContain("ok 1 - a duplicate is refused with the id of the first");
  });
});

/** Without what this very run tells its children. */
function outside(): NodeJS.ProcessEnv {
  const ours = /^(?:VITEST|NODE_TEST_CONTEXT|TEST$|VITE)/;
  const theirs = Object.entries(process.env).filter(([name]) => !ours.test(name) && name !== "FORCE_COLOR");
  return { ...Object.fromEntries(theirs), NO_COLOR: "1" };
}
