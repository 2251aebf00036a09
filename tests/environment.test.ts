import { readFileSync } from "node:fs";
import { join } from "node:path";
import { envNames } from "@hubspoke/core";
import { expect, it } from "vitest";
import { environmentPage, readers, variables } from "../scripts/environment-doc.ts";
import { environmentReads } from "../scripts/environment-reads.ts";
import { repositoryFiles, root } from "../scripts/workspace.ts";

const read = readers();

it("a variable that is read and not told of is told by name and reader; one that nobody reads as well", () => {
  expect(() => variables(new Map([...read, ["NEW_NAME", ["`examples/new`"]]]))).toThrow(
    "NEW_NAME, read by `examples/new`",
  );
  expect(() => variables(new Map([...read].filter(([name]) => name !== "HUBSPOKE_KEY")))).toThrow("HUBSPOKE_KEY");
});

it("a name is found however it is read, and in the programs a file writes; a comment reads nothing", () => {
  const text = `
    // process.env.IN_A_COMMENT
    const a = process.env.BY_MEMBER ?? env?.BY_CHANCE;
    const b = io.env["BY_TEXT"];
    function c({ BY_PATTERN, other }: Env) { const { RENAMED: d = "" } = env; }
    const written = \`const port = process.env.IN_A_PROGRAM; \${a} env.BEHIND_A_HOLE\`;
    const none = [settings.NOT_ASKED, "NO_NAME_HERE"];
  `;
  const names = ["BEHIND_A_HOLE", "BY_CHANCE", "BY_MEMBER", "BY_PATTERN", "BY_TEXT", "IN_A_PROGRAM", "RENAMED"];
  expect([...environmentReads("a.ts", text, new Set())].toSorted()).toEqual(names);
});

it("where the name is known only when it runs, every text that looks like one counts, but for error codes", () => {
  const text = `option("--secret-env", "THE_DEFAULT"); throw new Error("CONFIG_INVALID"); env[name];`;
  expect([...environmentReads("a.ts", text, new Set(["CONFIG_INVALID"]))]).toEqual(["THE_DEFAULT"]);
});

it("whatever of ours the packages read, configFromEnv knows: it would refuse it as misspelt", () => {
  const ours = [...read].filter(([name]) => /^HUBSPO[TK]E?_/.test(name)).map(([name]) => name);
  expect(ours.length).toBeGreaterThan(20);
  expect(ours.filter((name) => !(name in envNames))).toEqual([]);
});

it("the page names every flag that names a variable", () => {
  const page = readFileSync(join(root, environmentPage.path), "utf8");
  const sources = repositoryFiles().filter((file) => /^packages\/(cli|testing)\/src\/.*(?<!\.test)\.ts$/.test(file));
  const flags = sources.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/--[a-z-]+-env\b/g)].map(([flag]) => flag),
  );
  expect(new Set(flags).size).toBeGreaterThan(3);
  expect([...new Set(flags)].filter((flag) => !page.includes(`${flag}\``))).toEqual([]);
});
