/** What the release does first: versions and changelogs out of the changesets, in a copy of the repository. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { packages, readManifest, root, run, tool } from "../../scripts/workspace.ts";

const copy = mkdtempSync(join(tmpdir(), "hubspoke-release-"));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

it("every package has a first changeset, and `changeset version` makes a version and a changelog of it", () => {
  execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${root}`, copy]);
  const outcome = run([process.execPath, tool("@changesets/cli/bin.js"), "version"], copy);
  expect(outcome.ok, outcome.output).toBe(true);
  for (const { name, folder, manifest } of packages()) {
    const path = join(copy, "packages", folder);
    expect(readManifest(path).version, name).not.toBe(manifest.version);
    const changelog = join(path, "CHANGELOG.md");
    expect(existsSync(changelog), name).toBe(true);
    expect(readFileSync(changelog, "utf8"), name).toMatch(
      /^# \S+\n\n## \d+\.\d+\.\d+\n\n### (?:Minor|Major) Changes\n/,
    );
  }
});
