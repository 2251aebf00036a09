import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programsOf } from "../scripts/docs-blocks.ts";
import { readManifest, repositoryFiles, root, run, tool } from "../scripts/workspace.ts";

/** What a reader copies must work: how blocks become programs is told in scripts/docs-blocks.ts. */
const pages = repositoryFiles().filter((file) => /^(?:README|docs\/.+|packages\/[^/]+\/README)\.md$/.test(file));
/** Signatures as they stand in the sources, which are compiled: written by `docs`, compared by tests/docs.test.ts. */
const quoted = new Set(["docs/architecture/ports.md"]);
const folder = join(root, "tests/.tmp/readme");
/** What readers install and this folder does not have. */
const paths = {
  hubspoke: ["../../../packages/cli/src/index.ts"],
  "@hubspoke/pg-boss": ["../../../packages/pg-boss/src/index.ts"],
  "@hubspoke/redis": ["../../../packages/redis/src/index.ts"],
  "@hubspoke/storage-d1": ["../../../packages/storage-d1/src/index.ts"],
  "@hubspot/api-client": ["../../../bench/node_modules/@hubspot/api-client"],
  ioredis: ["../../../packages/redis/node_modules/ioredis"],
  "msw/node": ["../../../packages/testing/node_modules/msw/lib/node/index.d.ts"],
  "pg-boss": ["../../../packages/pg-boss/node_modules/pg-boss"],
};
const folderOf = (page: string): string => page.replace(/[^a-z0-9]+/gi, "-").replace(/-md$/, "");

describe("pages for readers", () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const compilerOptions = {
      noUnusedLocals: false,
      noUnusedParameters: false,
      isolatedDeclarations: false,
      declaration: false,
      paths,
    };
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: "../../../tsconfig.base.json", compilerOptions, include: ["**/*.ts"] }),
    );
    for (const page of pages.filter((one) => !quoted.has(one))) {
      for (const [file, text] of programsOf(page)) {
        const path = join(folder, folderOf(page), file);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, `${text}\nexport {};\n`);
      }
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("the README is among them and shows the two commands everything starts with", () => {
    expect(pages).toContain("README.md");
    const readme = readFileSync(join(root, "README.md"), "utf8");
    expect(readme).toContain("npx -y pnpm@12 demo");
    expect(readme).toContain("npx -y pnpm@12 test");
    expect(programsOf("README.md").get("page.ts")).toContain("createHubSpoke(");
  });

  it("no block of code is left out", () => {
    const blocks = pages
      .filter((page) => !quoted.has(page))
      .flatMap((page) => [...readFileSync(join(root, page), "utf8").matchAll(/^```(\S*)/gm)].map(([, name]) => name));
    expect(new Set(blocks)).toEqual(new Set(["", "ts", "sh", "json", "text", "mermaid"]));
  });

  it("and none is written by indenting, which nothing would compile", () => {
    const indented = pages.filter((page) => {
      const text = readFileSync(join(root, page), "utf8").replace(/^```[\s\S]*?^```|<!--[\s\S]*?-->/gm, "");
      return /(?:^|\n)(?![ \t]*(?:[-*]|\d+\.) )[^\n]*\n\n {4,}\S/.test(text);
    });
    expect(indented).toEqual([]);
  });

  it("their TypeScript compiles against the packages as they are", () => {
    const { output } = run([
      process.execPath,
      tool("typescript-native/bin/tsc"),
      "-p",
      join(folder, "tsconfig.json"),
      "--noEmit",
    ]);
    expect(output.split("\n").filter((line) => line.includes(".tmp/readme/"))).toEqual([]);
  });

  it.each([...pages, "CONTRIBUTING.md"])("%s names only scripts that exist", (page) => {
    const scripts = new Set([...Object.keys(readManifest(root).scripts ?? {}), "exec", "install", "pack"]);
    const named = [
      ...readFileSync(join(root, page), "utf8").matchAll(/npx -y pnpm@12 (?:run )?([a-z][a-z0-9:-]*)/g),
    ].map((match) => match[1] ?? "");
    expect(named.filter((name) => !scripts.has(name))).toEqual([]);
  });
});
