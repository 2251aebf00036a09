/** Builds every package, what others need first, and then proves that each promised file exists. */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { missingFiles } from "./exports.ts";
import { packages, root, run, tool } from "./workspace.ts";

const wanted = process.argv.slice(2);
const failures: string[] = [];

for (const one of packages()) {
  if (wanted.length > 0 && !wanted.includes(one.folder)) continue;
  const started = performance.now();
  const { ok, output } = run([process.execPath, tool("tsup/dist/cli-default.js")], one.path);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (one.name === "@hubspoke/core") bringErrorPages(one.path);
  const missing = ok ? missingFiles(one) : [];
  if (ok && missing.length === 0) {
    console.log(`built   ${one.name} (${seconds} s)`);
    continue;
  }
  console.error(`FAILED  ${one.name} (${seconds} s)\n${ok ? missing.join("\n") : output}`);
  failures.push(one.name);
}

if (failures.length > 0) {
  console.error(
    `\nNot built: ${failures.join(", ")}. One package alone: npx -y pnpm@12 build <folder under packages/>`,
  );
  process.exitCode = 1;
}

/** An error names its page as `docs/errors/<CODE>.md`: whoever has only the package finds it there as well. */
function bringErrorPages(path: string): void {
  rmSync(join(path, "docs"), { recursive: true, force: true });
  cpSync(join(root, "docs/errors"), join(path, "docs/errors"), { recursive: true });
}
