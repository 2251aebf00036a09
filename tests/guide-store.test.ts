import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root, run } from "../scripts/workspace.ts";

/** The store that the guide shows is certified as a reader would do it. */
const page = readFileSync(join(root, "docs/guide/write-your-own-store.md"), "utf8");
const folder = join(root, "tests/.tmp/guide-store");
const block = (name: string): string =>
  new RegExp(`^\`\`\`ts ${name}\\n([\\s\\S]*?)^\`\`\``, "m").exec(page)?.[1] ?? "";

function certify(store: string, ...more: readonly string[]): { readonly ok: boolean; readonly output: string } {
  writeFileSync(join(folder, "store.ts"), store);
  const flags = ["--conditions=@hubspoke/source", "--no-warnings", "--test", "--test-reporter=tap", ...more];
  const ours = /^(?:VITEST|NODE_TEST_CONTEXT|TEST$|VITE)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
  return run([process.execPath, ...flags, join(folder, "certify.ts")], folder, env);
}

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "certify.ts"), block("certify"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("the guide's store keeps the contract", () => {
  const { ok, output } = certify(block("store"));
  expect(ok, output.slice(-2_000)).toBe(true);
  expect(output).toContain("ok 1 - counting keeps the contract");
  expect(output).toMatch(/ok \d+ - inbox\.race\.one-new/);
}, 300_000);

it("and one that forgets to answer is caught", () => {
  const { ok, output } = certify(
    block("store").replace("return outcomes;", 'return events.map(() => "new" as const);'),
  );
  expect(ok).toBe(false);
  expect(output).toMatch(/not ok \d+ - inbox\.record\.once/);
});
