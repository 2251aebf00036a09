/**
 * What each public entry promises, as text in the `api` folder of its package: every exported declaration without its
 * comments, and what those refer to in the same package. Written from the built declarations, so that a change of the public surface is seen in
 * review. `check` fails when a report is stale: `npx -y pnpm@12 build && npx -y pnpm@12 api` writes them anew.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { type Package, packages, root, type Target } from "./workspace.ts";

interface Entry {
  /** `@hubspoke/core/client`. */
  readonly specifier: string;
  /** Its built declarations. */
  readonly types: string;
  readonly owner: Package;
}

/** Reports by path in the repository. Throws where a package is not built. */
export function reports(): ReadonlyMap<string, string> {
  const entries = packages().flatMap(entriesOf);
  const missing = entries.filter(({ types }) => !existsSync(types));
  if (missing.length > 0) throw new Error(`Not built: ${missing.map(({ specifier }) => specifier).join(", ")}`);
  const program = ts.createProgram(
    entries.map(({ types }) => types),
    {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      skipLibCheck: true,
      types: [],
      noEmit: true,
    },
  );
  // A declaration stands in one report of its package: the main entry comes last and says where else.
  const order = entries.toSorted((a, b) => b.specifier.split("/").length - a.specifier.split("/").length);
  const told = new Map<ts.Symbol, string>();
  const texts = new Map(order.map((entry) => [fileOf(entry), report(program, entry, told)]));
  return new Map([...texts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** File names of reports that are missing, stale, or of an entry that is no more. */
export function staleReports(): readonly string[] {
  const wanted = reports();
  const stale = [...wanted].filter(([file, text]) => {
    const path = join(root, file);
    return !existsSync(path) || readFileSync(path, "utf8") !== text;
  });
  return [...stale.map(([file]) => file), ...present().filter((file) => !wanted.has(file))].sort();
}

function entriesOf(owner: Package): readonly Entry[] {
  return Object.entries(owner.manifest.publishConfig?.exports ?? {}).flatMap(([subpath, target]) => {
    const types = typesOf(target);
    return types === null ? [] : [{ specifier: owner.name + subpath.slice(1), types: join(owner.path, types), owner }];
  });
}

function typesOf(target: Target): string | null {
  if (typeof target === "string") return null;
  const { import: esm } = target;
  return typeof esm === "object" && typeof esm.types === "string" ? esm.types : null;
}

/** `packages/core/api/client.md` for `@hubspoke/core/client`, `index.md` for the package itself. */
function fileOf({ specifier, owner }: Entry): string {
  const subpath = specifier.slice(owner.name.length + 1).replaceAll("/", ".");
  return `packages/${owner.folder}/api/${subpath === "" ? "index" : subpath}.md`;
}

function present(): readonly string[] {
  return packages().flatMap(({ folder, path }) => {
    const api = join(path, "api");
    return existsSync(api) ? readdirSync(api).map((file) => `packages/${folder}/api/${file}`) : [];
  });
}

const printer: ts.Printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** `told` says which report a declaration stands in already, and is added to. */
function report(program: ts.Program, { specifier, types, owner }: Entry, told: Map<ts.Symbol, string>): string {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(types);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${specifier} is no module`);
  const resolved = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const isOurs = (symbol: ts.Symbol): boolean =>
    (symbol.declarations ?? []).some((one) => one.getSourceFile().fileName.startsWith(`${owner.path}/dist/`));

  const exported = new Map(checker.getExportsOfModule(module).map((one) => [one.name, resolved(one)]));
  const seen = new Set(exported.values());
  const referred: ts.Symbol[] = [];
  const queue = [...exported.values()];
  for (let symbol = queue.shift(); symbol !== undefined; symbol = queue.shift()) {
    if (!isOurs(symbol) || told.has(symbol)) continue;
    for (const found of statementsOf(symbol)
      .flatMap((statement) => namesIn(statement, checker))
      .map(resolved)) {
      if (seen.has(found) || !isOurs(found) || !isTopLevel(found)) continue;
      seen.add(found);
      referred.push(found);
      queue.push(found);
    }
  }
  const placeOf = (symbol: ts.Symbol): string | undefined => (isOurs(symbol) ? told.get(symbol) : "another package");
  const sections = [
    ["Exported", [...exported].map(([name, symbol]): Section => [name, symbol, placeOf(symbol)])],
    [
      "Referred to",
      referred.filter((symbol) => !told.has(symbol)).map((symbol): Section => [symbol.name, symbol, undefined]),
    ],
  ] as const;
  for (const symbol of seen) if (!told.has(symbol)) told.set(symbol, specifier);
  return [
    `# ${specifier}`,
    "Written by `npx -y pnpm@12 api` from the built declarations.",
    ...sections.flatMap(([title, all]) => (all.length === 0 ? [] : [`## ${title}`, fenced(all)])),
  ]
    .map((part) => `${part}\n`)
    .join("\n");
}

type Section = readonly [name: string, symbol: ts.Symbol, place: string | undefined];

function fenced(all: readonly Section[]): string {
  const elsewhere = all.flatMap(([name, , place]) => (place === undefined ? [] : [`// ${name}: of ${place}`]));
  const here = all.flatMap(([name, symbol, place]) => {
    if (place !== undefined) return [];
    const text = statementsOf(symbol).map((one) =>
      printer.printNode(ts.EmitHint.Unspecified, one, one.getSourceFile()),
    );
    return [[...(symbol.name === name ? [] : [`// exported as ${name}`]), ...text].join("\n")];
  });
  const parts = [...(elsewhere.length === 0 ? [] : [elsewhere.toSorted().join("\n")]), ...here.toSorted()];
  return `\`\`\`ts\n${parts.join("\n\n")}\n\`\`\``;
}

/** The statements a symbol is declared in: of a `const` the whole statement. */
function statementsOf(symbol: ts.Symbol): readonly ts.Node[] {
  return (symbol.declarations ?? []).map((declaration) =>
    ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration,
  );
}

function isTopLevel(symbol: ts.Symbol): boolean {
  return statementsOf(symbol).some((one) => one.parent !== undefined && ts.isSourceFile(one.parent));
}

function namesIn(node: ts.Node, checker: ts.TypeChecker): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const walk = (one: ts.Node): void => {
    const symbol = ts.isIdentifier(one) ? checker.getSymbolAtLocation(one) : undefined;
    if (symbol !== undefined) found.push(symbol);
    ts.forEachChild(one, walk);
  };
  walk(node);
  return found;
}

if (import.meta.main) {
  if (process.argv.includes("--check")) {
    const stale = staleReports();
    for (const file of stale) console.error(`${file} is stale: npx -y pnpm@12 build && npx -y pnpm@12 api`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const file of present()) rmSync(join(root, file));
    for (const [file, text] of reports()) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
  }
}
