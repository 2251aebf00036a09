/** The import graph, type imports included, and what in it breaks a rule. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from "dependency-cruiser";
import { sourceCondition } from "../exports.ts";
import type { Rule } from "./rules.ts";

export interface Edge {
  readonly from: string;
  readonly to: string;
}

export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  /** The whole circle, where the rule is about circles. */
  readonly cycle: readonly string[];
}

export interface Graph {
  /** Between files of the repository; node builtins and installed packages are left out. */
  readonly edges: readonly Edge[];
  readonly files: readonly string[];
  readonly violations: readonly Violation[];
}

/** A folder that has no file yet is not there in a fresh clone. */
const foldersOf = (baseDir: string): readonly string[] =>
  ["packages", "examples", "tests", "bench", "scripts"].filter((folder) => existsSync(join(baseDir, folder)));

export async function graphOf(
  baseDir: string,
  rules: readonly Rule[],
  roots: readonly string[] = foldersOf(baseDir),
): Promise<Graph> {
  const { output } = await cruise(
    [...roots],
    {
      baseDir,
      validate: true,
      ruleSet: {
        forbidden: rules.map(({ name, from, to }) => ({ name, from, to, severity: "error" })),
      } as IFlattenedRuleSet,
      // Type imports count: they make the same circles in a reader's head.
      tsPreCompilationDeps: true,
      combinedDependencies: false,
      doNotFollow: { path: "node_modules" },
      exclude: { path: "(?:^|/)(?:dist|\\.tmp)/|^tests/consumers/" },
      enhancedResolveOptions: {
        exportsFields: ["exports"],
        conditionNames: [sourceCondition, "node", "import", "types", "default"],
      },
    },
    { extensions: [".ts", ".js", ".mjs", ".json"] },
  );
  if (typeof output === "string")
    throw new Error(`dependency-cruiser answered text where data was asked for: ${output}`);
  return read(output);
}

function read(result: ICruiseResult): Graph {
  const own = result.modules.filter(
    (one) => !one.coreModule && !one.couldNotResolve && !/node_modules/.test(one.source),
  );
  const files = new Set(own.map((one) => one.source));
  return {
    files: [...files].sort(),
    edges: own.flatMap((one) =>
      one.dependencies
        .filter(({ resolved }) => files.has(resolved))
        .map(({ resolved }) => ({ from: one.source, to: resolved })),
    ),
    violations: result.summary.violations.map((one) => ({
      rule: one.rule.name,
      from: one.from,
      to: one.to,
      cycle: (one.cycle ?? []).map(({ name }) => name),
    })),
  };
}

/** What a failing build prints: which rule, what broke it, why the rule exists, where it is explained. */
export function explain(violation: Violation, rules: readonly Rule[]): string {
  const rule = rules.find(({ name }) => name === violation.rule);
  const way =
    violation.cycle.length > 0
      ? [violation.from, ...violation.cycle].join(" → ")
      : `${violation.from} → ${violation.to}`;
  return `${violation.rule}: ${way}\n    why: ${rule?.why ?? "no rule of ours"}\n    see: ${rule?.doc ?? ""}`;
}
