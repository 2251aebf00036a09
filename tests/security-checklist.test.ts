import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { securityChecklist as checklist } from "../scripts/security-list.ts";
import { root } from "../scripts/workspace.ts";

const core = "packages/core/src";
const here = "tests/security-checklist.test.ts";

it("every number has its tests, and every test named is there", () => {
  const numbers = Object.keys(checklist).map((name) => name.split(" ")[0]);
  expect(numbers).toEqual(Array.from({ length: 32 }, (_, i) => `S${i + 1}`));
  const missing = Object.entries(checklist).flatMap(([name, tests]) =>
    tests.flatMap(([file, title]) => {
      const path = join(root, file);
      const titles = existsSync(path) ? (readFileSync(path, "utf8").match(/["`][^\n]*["`]/g) ?? []).join("\n") : "";
      // Of this page itself only what is called counts, not what is listed.
      const found = file === here ? titlesOfThisFile().some((one) => one.includes(title)) : titles.includes(title);
      return found ? [] : [`${name}: ${file} has no "${title}"`];
    }),
  );
  expect(missing).toEqual([]);
});

function titlesOfThisFile(): readonly string[] {
  return [...readFileSync(join(root, here), "utf8").matchAll(/^\s*(?:it|describe)(?:\.each\(\w+\))?\("([^"]*)"/gm)].map(
    ([, title = ""]) => title,
  );
}

/** Published source of every package, by path. */
function sources(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(join(root, "packages"))) {
    const src = join(root, "packages", name, "src");
    if (!existsSync(src)) continue;
    for (const file of readdirSync(src, { recursive: true, encoding: "utf8" })) {
      if (file.endsWith(".ts") && !/\.(?:test|fixture)\.ts$/.test(file)) {
        found.set(`packages/${name}/src/${file}`, readFileSync(join(src, file), "utf8"));
      }
    }
  }
  return found;
}

it("S16: no digest, signature or token is compared by an operator", () => {
  const compared =
    /\b(?:\w*(?:[sS]ignature|[dD]igest|[hH]mac|[tT]oken|[sS]ecret)|mac)\s*[!=]==?\s*(?!undefined|null|""|")[\w(]|[!=]==?\s*\w*(?:[sS]ignature|[dD]igest|[hH]mac)\b(?!\.)/;
  const guarded = /\/(?:webhooks|oauth|crypto)\//;
  const lines = [...sources()]
    .filter(([file]) => file.startsWith(core) && guarded.test(file))
    .flatMap(([file, text]) =>
      text.split("\n").flatMap((line) => (compared.test(line) ? [`${file}: ${line.trim()}`] : [])),
    );
  expect(lines).toEqual([]);
});

it("S31: what is published knows no simulator, no MSW and no test", () => {
  const leaks = [...sources()].flatMap(([file, text]) =>
    file.startsWith("packages/testing/") || file.startsWith("packages/cli/")
      ? []
      : [...text.matchAll(/from "([^"]+)"|import\("([^"]+)"\)/g)].flatMap(([, a, b]) => {
          const from = a ?? b ?? "";
          return /msw|vitest|fast-check|@hubspoke\/testing|\.fixture|\.test/.test(from) ? [`${file}: ${from}`] : [];
        }),
  );
  expect(leaks).toEqual([]);
  for (const name of readdirSync(join(root, "packages"))) {
    const manifest = join(root, "packages", name, "package.json");
    if (!existsSync(manifest) || name === "testing" || name === "cli") continue;
    const { dependencies = {}, files = [] } = JSON.parse(readFileSync(manifest, "utf8")) as {
      dependencies?: Record<string, string>;
      files?: string[];
    };
    expect(
      Object.keys(dependencies).filter((one) => /msw|testing|vitest|fast-check/.test(one)),
      name,
    ).toEqual([]);
    expect(
      files.filter((one) => /src|test/.test(one)),
      name,
    ).toEqual([]);
  }
});
