/** Writes the tables of `docs/environment.md`: every environment variable that packages and examples read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { type EnvName, envNames } from "../packages/core/src/config/env.ts";
import { errorCodes } from "../packages/core/src/errors/codes.ts";
import { configured, others, type Variable } from "./environment-facts.ts";
import { environmentReads } from "./environment-reads.ts";
import { type GeneratedPage, main, table } from "./generated.ts";
import { readManifest, repositoryFiles, root } from "./workspace.ts";

const programs = /^(?:packages\/[^/]+\/src|examples)\/.*\.[cm]?[jt]sx?$/;
const configFile = "packages/core/src/compose/config-from-env.ts";
const tests = /\.test\.|\.fixture\.|\/test\//;
const codes: ReadonlySet<string> = new Set(Object.keys(errorCodes));

/** Which variable is read by whom: a package's name, `hubspoke init`'s files, an example's folder. */
export function readers(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  const config = readFileSync(join(root, configFile), "utf8");
  for (const name of Object.keys(envNames))
    found.set(name, new Set(config.includes(`"${name}"`) ? ["`configFromEnv`"] : []));
  for (const file of repositoryFiles().filter((one) => programs.test(one) && !tests.test(one))) {
    for (const name of environmentReads(file, readFileSync(join(root, file), "utf8"), codes)) {
      const by = found.get(name) ?? new Set();
      found.set(name, by.add(readerOf(file)));
    }
  }
  return new Map([...found].map(([name, by]) => [name, [...by].toSorted()]));
}

function readerOf(file: string): string {
  if (file.startsWith("packages/cli/src/init/")) return "what `hubspoke init` writes";
  const [top = "", folder = ""] = file.split("/");
  return top === "packages" ? `\`${readManifest(join(root, top, folder)).name}\`` : `\`examples/${folder}\``;
}

/** Every name with its facts. Throws for one that is read and not told of, and for one that nobody reads. */
export function variables(
  read: ReadonlyMap<string, readonly string[]> = readers(),
): ReadonlyMap<string, Variable & { readonly by: readonly string[] }> {
  const own = Object.entries(configured).map(
    ([name, fact]) => [name, { ...fact, means: envNames[name as EnvName] }] as const,
  );
  const told = new Map<string, Variable>([...own, ...Object.entries(others)]);
  const untold = [...read].filter(([name]) => !told.has(name)).map(([name, by]) => `${name}, read by ${by.join(", ")}`);
  if (untold.length > 0) throw new Error(`scripts/environment-facts.ts says nothing of ${untold.join("; ")}`);
  const unread = [...told.keys()].filter((name) => (read.get(name) ?? []).length === 0);
  if (unread.length > 0)
    throw new Error(`scripts/environment-facts.ts tells of what nobody reads: ${unread.join(", ")}`);
  return new Map([...told].map(([name, one]) => [name, { ...one, by: read.get(name) ?? [] }]));
}

/** An example is named only where the name is its own: which of them reads a name of the library's changes with any of them. */
function readBy(by: readonly string[], whole: boolean): string {
  if (whole) return by.join(", ");
  return [...new Set(by.map((one) => (one.startsWith("`examples/") ? "examples" : one)))].join(", ");
}

function rowsOf(whole: boolean, wanted: (name: string, by: readonly string[]) => boolean): string {
  const rows = [...variables()]
    .filter(([name, { by }]) => wanted(name, by))
    .map(([name, { means, unset, secret, by }]) => [
      `\`${name}\``,
      means,
      unset,
      secret === undefined ? "no" : secret === true ? "**yes**" : "if it holds a password",
      readBy(by, whole),
    ]);
  return table(["name", "meaning", "where it is not set", "secret", "read by"], rows);
}

/** Members of `hubspoke.config.ts` with their docstrings. */
function configRows(): string {
  const file = join(root, "packages/cli/src/base/config.ts");
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const config = source.statements.find(
    (one): one is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(one) && one.name.text === "HubspokeConfig",
  );
  if (config === undefined) throw new Error(`${file} has no HubspokeConfig`);
  const rows = config.members.map((member) => {
    const says = ts.getJSDocCommentsAndTags(member).flatMap(({ comment }) => ts.getTextOfJSDocComment(comment) ?? []);
    return [
      `\`${member.name?.getText(source)}\``,
      says.join(" ").replace(/\s+/g, " "),
      ts.isPropertySignature(member) && member.questionToken !== undefined ? "no" : "yes",
    ];
  });
  return table(["member", "meaning", "needed"], rows);
}

export const environmentPage: GeneratedPage = {
  path: "docs/environment.md",
  command: "npx -y pnpm@12 run docs",
  sections: async () => ({
    configured: rowsOf(false, (name) => name in configured),
    others: rowsOf(false, (name, by) => !(name in configured) && by.some((one) => !one.startsWith("`examples/"))),
    examples: rowsOf(true, (name, by) => !(name in configured) && by.every((one) => one.startsWith("`examples/"))),
    config: configRows(),
  }),
};

if (import.meta.main) await main(environmentPage);
