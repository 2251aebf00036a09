import { relative } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { publicEntries } from "../scripts/docs-entries.ts";
import { exportedBy, programOf, silentMembers } from "../scripts/docstrings.ts";
import { root } from "../scripts/workspace.ts";

/** What anybody can import says in a sentence what it is: in editors, and in the API reference, which is made of that. */
const undocumented = (entries: readonly string[]): string[] => {
  const { program, checker } = programOf(entries);
  const silent = exportedBy(program, checker, entries).flatMap((symbol) => {
    const where = symbol.declarations?.[0]?.getSourceFile().fileName ?? "";
    const told = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() !== "";
    return told || where.includes("/node_modules/") ? [] : [`${relative(root, where)}: ${symbol.name}`];
  });
  return [...new Set(silent)].toSorted();
};

it("every export of every entry point has a docstring", () => {
  const entries = publicEntries();
  expect(entries.length).toBeGreaterThan(20);
  expect(undocumented(entries.map(({ source }) => source))).toEqual([]);
}, 120_000);

it("an export without one is told, by file and name", () => {
  const here = `${root}/tests/setup/silent-export.fixture.ts`;
  expect(undocumented([here])).toEqual(["tests/setup/silent-export.fixture.ts: silent"]);
});

it("every member of an exported type says what a user cannot see in its name and type", () => {
  const silent = silentMembers(publicEntries().map(({ source }) => source));
  expect(silent.map(({ file, owner, name }) => `${file}: ${owner}.${name}`)).toEqual([]);
}, 120_000);

it("a member that says nothing is told, by file, owner and name; one behind a private name is none", () => {
  const here = `${root}/tests/setup/silent-member.fixture.ts`;
  expect(silentMembers([here])).toEqual([
    { file: "tests/setup/silent-member.fixture.ts", owner: "Half", name: "silent" },
    { file: "tests/setup/silent-member.fixture.ts", owner: "Made", name: "speak" },
  ]);
});
