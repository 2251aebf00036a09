import { relative } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { publicEntries } from "../scripts/docs-entries.ts";
import { root } from "../scripts/workspace.ts";

/** What anybody can import says in a sentence what it is: in editors, and in the API reference, which is made of that. */
const undocumented = (entries: readonly string[]): string[] => {
  const config = ts.getParsedCommandLineOfConfigFile(`${root}/tsconfig.json`, {}, host());
  const program = ts.createProgram([...entries], config?.options ?? {});
  const checker = program.getTypeChecker();
  const silent = new Set<string>();
  for (const entry of entries) {
    const file = program.getSourceFile(entry);
    const module = file && checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`${entry} exports nothing`);
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const where = symbol.declarations?.[0]?.getSourceFile().fileName ?? "";
      if (where.includes("/node_modules/")) continue;
      if (ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() === "")
        silent.add(`${relative(root, where)}: ${exported.name}`);
    }
  }
  return [...silent].toSorted();
};

function host(): ts.ParseConfigFileHost {
  return {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(String(messageText));
    },
  };
}

it("every export of every entry point has a docstring", () => {
  const entries = publicEntries();
  expect(entries.length).toBeGreaterThan(20);
  expect(undocumented(entries.map(({ source }) => source))).toEqual([]);
}, 120_000);

it("an export without one is told, by file and name", () => {
  const here = `${root}/tests/setup/silent-export.fixture.ts`;
  expect(undocumented([here])).toEqual(["tests/setup/silent-export.fixture.ts: silent"]);
});
