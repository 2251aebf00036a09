import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readManifest, repositoryFiles, root, run, tool } from "../scripts/workspace.ts";

/**
 * What a reader copies must work. The TypeScript blocks of a page, in order, are one program; what the host brings
 * (`app`, `db`) is declared in a comment that only this test reads: `<!-- ts declare const app: Express; -->`.
 */
const pages = repositoryFiles().filter((file) => file === "README.md" || /^docs\/guide\/.+\.md$/.test(file));
const folder = join(root, "tests/.tmp/readme");

const programOf = (text: string): string =>
  [...text.matchAll(/<!-- ts\s([\s\S]*?)-->|^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? match[2]).join("\n");
const fileOf = (page: string): string => page.replace(/[^a-z0-9]+/gi, "-").replace(/-md$/, ".ts");

describe("pages for readers", () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const compilerOptions = {
      noUnusedLocals: false,
      noUnusedParameters: false,
      isolatedDeclarations: false,
      declaration: false,
    };
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: "../../../tsconfig.base.json", compilerOptions, include: ["*.ts"] }),
    );
    for (const page of pages)
      writeFileSync(join(folder, fileOf(page)), `${programOf(readFileSync(join(root, page), "utf8"))}\nexport {};\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("the README is among them and shows the two commands everything starts with", () => {
    expect(pages).toContain("README.md");
    const readme = readFileSync(join(root, "README.md"), "utf8");
    expect(readme).toContain("npx -y pnpm@12 demo");
    expect(readme).toContain("npx -y pnpm@12 test");
    expect(programOf(readme)).toContain("createHubSpoke(");
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
