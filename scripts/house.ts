/** House rules that no linter knows: each is a small function over one file, and says why it exists. */
import ts from "typescript";

export interface Finding {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

export interface HouseRule {
  readonly name: string;
  readonly why: string;
  readonly applies: (file: string) => boolean;
  /** Lines (1-based) that break the rule. */
  readonly find: (source: ts.SourceFile) => readonly number[];
}

const isCode = (file: string): boolean => /\.[cm]?[jt]sx?$/.test(file);
const isTest = (file: string): boolean => /\.(?:test|fixture)\.[cm]?tsx?$/.test(file);
const isPublished = (file: string): boolean => /^packages\/[^/]+\/src\//.test(file) && isCode(file) && !isTest(file);
const isNeutralCore = (file: string): boolean =>
  file.startsWith("packages/core/src/") &&
  !file.startsWith("packages/core/src/platform/") &&
  isCode(file) &&
  !isTest(file);

/** Written in pieces, so that this file does not find itself. */
const leftOver = new RegExp(
  // A word in quotes is data: HubSpot has a task type of that name.
  [
    "(?<![\"'])\\b(?:TO",
    "DO|FIX",
    "ME|X",
    "XX|HA",
    "CK)\\b|not (?:yet )?implement",
    "ed|unimplement",
    "ed|place",
    "holder",
  ].join(""),
  "i",
);
const machinePath = new RegExp(
  ["(?:^|[\\s\"'`(=])/(?:wo", "rk|tm", "p|ro", "ot|ho", "me|Us", "ers)/[\\w.@-]"].join(""),
);
const skipped = new RegExp(
  ["\\b(?:it|test|describe)\\.(?:sk", "ip|on", "ly|to", "do|fai", "ls)\\b|\\bx(?:it|describe)\\("].join(""),
);
const longest = 300;

export const houseRules: readonly HouseRule[] = [
  {
    name: "injected-time-and-chance",
    why: "Core never asks the clock, sleeps or rolls dice by itself: the simulation replays a run exactly only because all of these are injected.",
    applies: isNeutralCore,
    find: (source) => linesOf(source, (node) => isAmbientTime(node)),
  },
  {
    name: "no-module-state",
    why: "Two instances in one process never share a limiter, token or cache: nothing that changes lives at the top of a file.",
    applies: isPublished,
    find: (source) =>
      source.statements
        .filter((one) => ts.isVariableStatement(one) && (one.declarationList.flags & ts.NodeFlags.Const) === 0)
        .map((one) => lineOf(source, one)),
  },
  {
    name: "no-console",
    why: "A library that prints is a library that leaks: code in packages uses the injected logger. Commands (bin/) talk to a person and may print.",
    applies: (file) => isPublished(file) && !file.includes("/bin/"),
    find: (source) =>
      linesOf(source, (node) => ts.isPropertyAccessExpression(node) && node.expression.getText(source) === "console"),
  },
  {
    name: "no-any",
    why: "`any` switches the type checker off for everything it touches. Use `unknown` and narrow it.",
    applies: isPublished,
    find: (source) => linesOf(source, (node) => node.kind === ts.SyntaxKind.AnyKeyword),
  },
  {
    name: "no-silent-catch",
    why: "A failure nobody hears of is found by a customer. Handle it, answer it as a typed result, or let it pass.",
    applies: (file) => isCode(file) && !isTest(file) && !/(?:^|\/)tests?\//.test(file),
    find: (source) => linesOf(source, (node) => isSilentCatch(node)),
  },
  {
    name: "no-skipped-tests",
    why: "A skipped test is a promise nobody checks. What can not run here runs in a script of its own that says so.",
    applies: isTest,
    find: (source) => matching(source, skipped),
  },
  {
    name: "ports-are-types",
    why: "Ports hold interfaces and `as const` lists of names: code there would be a layer nobody can replace.",
    applies: (file) => file.startsWith("packages/core/src/ports/"),
    find: (source) => source.statements.filter((one) => !isContract(one)).map((one) => lineOf(source, one)),
  },
  {
    name: "nothing-left-over",
    why: "What is not finished is not in the repository; what is planned is written where plans are.",
    applies: isCode,
    find: (source) => matching(source, leftOver),
  },
  {
    name: "one-idea-a-file",
    why: `A file of ${longest} lines or more holds more than one idea. Give each its own file.`,
    applies: isCode,
    find: (source) => (source.text.split("\n").length > longest ? [longest] : []),
  },
  {
    name: "no-machine-paths",
    why: "A path of the machine something was written on means nothing on any other.",
    applies: (file) => /\.(?:[cm]?[jt]sx?|json|md|ya?ml|sh)$|^\.ci\//.test(file) && !file.endsWith("pnpm-lock.yaml"),
    find: (source) => matching(source, machinePath),
  },
];

export function inspect(file: string, text: string, rules: readonly HouseRule[] = houseRules): Finding[] {
  const concerned = rules.filter((rule) => rule.applies(file));
  if (concerned.length === 0) return [];
  const source = ts.createSourceFile(file, isCode(file) ? text : "", ts.ScriptTarget.ES2023, true);
  if (!isCode(file)) source.text = text;
  const lines = text.split("\n");
  return concerned.flatMap((rule) =>
    rule.find(source).map((line) => ({ rule: rule.name, file, line, text: lines[line - 1]?.trim() ?? "" })),
  );
}

function isAmbientTime(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    return /^(?:globalThis\.)?(?:Date\.now|Math\.random|performance\.now|crypto\.(?:randomUUID|getRandomValues)|AbortSignal\.timeout)$/.test(
      node.getText(),
    );
  }
  if (ts.isNewExpression(node)) return node.expression.getText() === "Date" && (node.arguments?.length ?? 0) === 0;
  if (ts.isCallExpression(node)) {
    return /^(?:globalThis\.)?(?:setTimeout|setInterval|setImmediate|Date)$/.test(node.expression.getText());
  }
  return false;
}

function isSilentCatch(node: ts.Node): boolean {
  if (ts.isCatchClause(node)) return node.block.statements.length === 0;
  return (
    ts.isCallExpression(node) &&
    /\.catch\(\s*\(\w*\)\s*=>\s*(?:\{\s*\}|undefined|null|void 0)\s*\)$/.test(node.getText())
  );
}

/** An interface, a type, an import or export of one, or a list of literals. */
function isContract(statement: ts.Statement): boolean {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true;
  if (ts.isImportDeclaration(statement)) return statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  if (!ts.isVariableStatement(statement)) return false;
  return statement.declarationList.declarations.every(
    ({ initializer }) =>
      initializer !== undefined &&
      ts.isAsExpression(initializer) &&
      initializer.type.getText() === "const" &&
      !contains(initializer, isActive),
  );
}

function isActive(node: ts.Node): boolean {
  return ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isFunctionLike(node);
}

function contains(node: ts.Node, wanted: (node: ts.Node) => boolean): boolean {
  return wanted(node) || ts.forEachChild(node, (child) => contains(child, wanted) || undefined) === true;
}

function linesOf(source: ts.SourceFile, wanted: (node: ts.Node) => boolean): number[] {
  const found: number[] = [];
  const visit = (node: ts.Node): void => {
    if (wanted(node)) found.push(lineOf(source, node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function lineOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

function matching(source: ts.SourceFile, pattern: RegExp): number[] {
  return source.text.split("\n").flatMap((line, index) => (pattern.test(line) ? [index + 1] : []));
}
