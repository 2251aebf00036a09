/**
 * Everything about the code that is not behaviour: format and lint, types, layers and house rules, the build, its size
 * and what it promises, and what a consumer's tools think of the packed result. Every step runs even when one before it failed.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "./pack.ts";
import { type Outcome, packages, run, tool } from "./workspace.ts";

interface Step {
  readonly name: string;
  /** How to see the same failure alone. */
  readonly reproduce: string;
  readonly run: () => Outcome;
  /** Another step whose failure makes this one meaningless. */
  readonly after?: string;
}

const node = process.execPath;
const packed = mkdtempSync(join(tmpdir(), "hubspoke-check-"));
const houseTests = ["layers", "house", "exports", "docs", "docstrings"].map((name) => `tests/${name}.test.ts`);
const vitest = [node, tool("vitest/vitest.mjs"), "run", "--config", "vitest.workspace.ts", "--project", "tests"];

const steps: readonly Step[] = [
  {
    name: "format and lint",
    reproduce: "npx -y pnpm@12 exec biome ci .   (npx -y pnpm@12 format repairs what it can)",
    run: () => run([node, tool("@biomejs/biome/bin/biome"), "ci", "--colors=off", "."]),
  },
  {
    name: "types",
    reproduce: "npx -y pnpm@12 exec node node_modules/typescript-native/bin/tsc --noEmit",
    run: () => run([node, tool("typescript-native/bin/tsc"), "-p", "tsconfig.json", "--noEmit"]),
  },
  {
    name: "layers, cycles, house rules, exports, generated pages, docstrings",
    reproduce: `npx -y pnpm@12 test --project tests ${houseTests.join(" ")}`,
    run: () => run([...vitest, ...houseTests]),
  },
  { name: "build", reproduce: "npx -y pnpm@12 build", run: () => run([node, "scripts/build.ts"]) },
  {
    name: "sizes",
    reproduce: "npx -y pnpm@12 build && npx -y pnpm@12 size",
    run: () => run([node, "scripts/sizes.ts"]),
    after: "build",
  },
  {
    name: "API reports",
    reproduce: "npx -y pnpm@12 build && npx -y pnpm@12 api   (and read the difference)",
    run: () => run([node, "scripts/api-report.ts", "--check"]),
    after: "build",
  },
  {
    name: "pack",
    reproduce: "cd packages/<folder> && npx -y pnpm@12 pack",
    run: () => pack(packed),
    after: "build",
  },
  {
    name: "publint",
    reproduce: "npx -y pnpm@12 exec publint run <tarball> --strict",
    run: () => each((tarball) => [node, tool("publint/src/cli.js"), "run", tarball, "--strict"]),
    after: "pack",
  },
  {
    // node16 is every resolution a Node that can run this has; `node10` knows no `exports` at all.
    name: "are the types wrong",
    reproduce: "npx -y pnpm@12 exec attw <tarball> --profile node16",
    run: () =>
      each((tarball) => [
        node,
        tool("@arethetypeswrong/cli/dist/index.js"),
        tarball,
        "--profile",
        "node16",
        "--no-color",
      ]),
    after: "pack",
  },
];

function each(command: (tarball: string) => readonly string[]): Outcome {
  const tarballs = readdirSync(packed).filter((file) => file.endsWith(".tgz"));
  const failed = tarballs.map((file) => run(command(join(packed, file)))).filter((outcome) => !outcome.ok);
  if (tarballs.length !== packages().length)
    return { ok: false, output: `${tarballs.length} tarballs of ${packages().length} packages` };
  return { ok: failed.length === 0, output: failed.map((outcome) => outcome.output).join("\n") };
}

const failures: Step[] = [];
try {
  for (const step of steps) {
    if (failures.some((failed) => failed.name === step.after)) {
      console.log(`  --    ${step.name}: needs "${step.after}"`);
      failures.push(step);
      continue;
    }
    const started = performance.now();
    const { ok, output } = step.run();
    console.log(`${ok ? "ok    " : "FAILED"}  ${step.name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    if (ok) continue;
    failures.push(step);
    console.error(`${output.trimEnd()}\n`);
  }
} finally {
  rmSync(packed, { recursive: true, force: true });
}

if (failures.length > 0) {
  console.error("\nWhat failed, and how to see it alone:");
  for (const { name, reproduce } of failures) console.error(`  ${name}\n      ${reproduce}`);
  process.exitCode = 1;
} else {
  console.log("\nAll checks passed.");
}
