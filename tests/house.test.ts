import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { houseRules, inspect } from "../scripts/house.ts";
import { repositoryFiles, root } from "../scripts/workspace.ts";

const files = repositoryFiles();

describe("house rules", () => {
  it("look at the real files", () => {
    expect(files).toContain("packages/core/src/ports.ts");
  });

  for (const rule of houseRules) {
    it(rule.name, () => {
      const findings = files
        .filter((file) => rule.applies(file))
        .flatMap((file) => inspect(file, readFileSync(join(root, file), "utf8"), [rule]));
      expect(
        findings.map(({ file, line, text }) => `${file}:${line}  ${text}`),
        rule.why,
      ).toEqual([]);
    });
  }
});

/** What each rule must find, and what it must leave alone, in a file where it applies. */
const inCore = "packages/core/src/sync/planted.ts";
const inPorts = "packages/core/src/ports/planted.ts";
const cut = (...parts: readonly string[]): string => parts.join("");
const planted: Readonly<Record<string, { file: string; guilty: readonly string[]; innocent: readonly string[] }>> = {
  "injected-time-and-chance": {
    file: inCore,
    guilty: [
      "const a = Date.now();",
      "const a = Math.random();",
      "const a = new Date();",
      "const a = performance.now();",
      "setTimeout(() => {}, 5);",
      "globalThis.setInterval(tick, 5);",
      "const s = AbortSignal.timeout(5);",
      "const later = Date.now;",
    ],
    innocent: ["const a = new Date(0);", "// Date.now() is refused here", 'const a = "Math.random()";', "clock.now();"],
  },
  "no-module-state": {
    file: inCore,
    guilty: ["let count = 0;", "export let last: string;"],
    innocent: ["const a = 1;", "function f() { let i = 0; return i; }"],
  },
  "no-console": { file: inCore, guilty: ['console.log("hello");'], innocent: ['const a = "console.log";'] },
  "no-any": {
    file: inCore,
    guilty: ["const a: any = 1;", "const b = 1 as any;", "type A = Map<string, any>;"],
    innocent: ["const a: unknown = 1;", "// any"],
  },
  "no-silent-catch": {
    file: inCore,
    guilty: [
      "try { f(); } catch {}",
      "try { f(); } catch (e) { /* hm */ }",
      "f().catch(() => {});",
      "f().catch(() => undefined);",
    ],
    innocent: ["try { f(); } catch { return undefined; }", "f().catch((e) => report(e));"],
  },
  "no-skipped-tests": {
    file: "packages/core/src/sync/planted.test.ts",
    guilty: [cut("it.sk", 'ip("later", f);'), cut("describe.on", 'ly("this", f);')],
    innocent: ['it("is not skipped", f);', "list.only(1);"],
  },
  "ports-are-types": {
    file: inPorts,
    guilty: [
      "export function f(): void {}",
      "export const a = new Map();",
      'import { a } from "./a.ts";',
      "export const l = [f()] as const;",
      "export class A {}",
    ],
    innocent: [
      'import type { A } from "./a.ts";',
      "export interface A {}",
      "export type B = string;",
      'export const names = ["a"] as const;',
    ],
  },
  "nothing-left-over": {
    file: inCore,
    guilty: [cut("// TO", "DO: later"), cut('throw new Error("not implem', 'ented")')],
    innocent: ["// toDoubles"],
  },
  "one-idea-a-file": { file: inCore, guilty: ["//\n".repeat(300)], innocent: ["//\n".repeat(299)] },
  "no-machine-paths": {
    file: "docs/planted.md",
    guilty: [cut("see /wo", "rk/main/x"), cut('"/ho', 'me/me/x"')],
    innocent: ["see packages/core/src/work/x", "GET /contacts/work/1", "a/tmp"],
  },
};

describe("each house rule", () => {
  it("has plants", () => {
    expect(Object.keys(planted)).toEqual(houseRules.map((rule) => rule.name));
  });

  for (const rule of houseRules) {
    const plant = planted[rule.name];
    it(`${rule.name} finds what is planted and leaves the rest`, () => {
      for (const text of plant?.guilty ?? []) expect(inspect(plant?.file ?? "", text, [rule]), text).not.toEqual([]);
      for (const text of plant?.innocent ?? []) expect(inspect(plant?.file ?? "", text, [rule]), text).toEqual([]);
    });
  }
});
