/**
 * A small workspace in which every rule is broken once. A rule that no file here breaks, or that does not report the
 * file planted for it, is a rule that would let the real thing through.
 */
export interface Plant {
  readonly rule: string;
  /** The file that must be reported. */
  readonly guilty: string;
  readonly files: Readonly<Record<string, string>>;
}

const takes = (...paths: readonly string[]): string =>
  paths.map((path) => `import type * as _ from "${path}";`).join("\n");
const file = (path: string, ...imports: readonly string[]): Record<string, string> => ({
  [path]: `${takes(...imports)}\nexport const one: number = 1;\n`,
});

const core = "packages/core/src";

export const plants: readonly Plant[] = [
  {
    rule: "no-cycles",
    guilty: `${core}/model/round.ts`,
    files: { ...file(`${core}/model/round.ts`, "./trip.ts"), ...file(`${core}/model/trip.ts`, "./round.ts") },
  },
  {
    rule: "no-own-index",
    guilty: "packages/testing/src/faults/plan.ts",
    files: file("packages/testing/src/faults/plan.ts", "../index.ts"),
  },
  {
    rule: "core-alone",
    guilty: `${core}/client/shortcut.ts`,
    files: file(`${core}/client/shortcut.ts`, "../../../hono/src/index.ts"),
  },
  { rule: "core-runs-everywhere", guilty: `${core}/util/file.ts`, files: file(`${core}/util/file.ts`, "node:fs") },
  { rule: "core-node-libraries", guilty: `${core}/http/pool.ts`, files: file(`${core}/http/pool.ts`, "undici") },
  {
    rule: "platform-is-injected",
    guilty: `${core}/client/now.ts`,
    files: file(`${core}/client/now.ts`, "../platform/web.ts"),
  },
  { rule: "core-floor-errors", guilty: `${core}/errors/up.ts`, files: file(`${core}/errors/up.ts`, "../util/low.ts") },
  { rule: "core-floor-tools", guilty: `${core}/util/up.ts`, files: file(`${core}/util/up.ts`, "../model/low.ts") },
  { rule: "core-floor-model", guilty: `${core}/model/up.ts`, files: file(`${core}/model/up.ts`, "../ports/low.ts") },
  { rule: "core-floor-ports", guilty: `${core}/ports/up.ts`, files: file(`${core}/ports/up.ts`, "../phone/low.ts") },
  {
    rule: "core-floor-decisions",
    guilty: `${core}/phone/up.ts`,
    files: file(`${core}/phone/up.ts`, "../cache/low.ts"),
  },
  { rule: "core-floor-effects", guilty: `${core}/cache/up.ts`, files: file(`${core}/cache/up.ts`, "../client/low.ts") },
  {
    rule: "core-floor-services",
    guilty: `${core}/client/up.ts`,
    files: file(`${core}/client/up.ts`, "../compose/low.ts"),
  },
  { rule: "core-floor-assembly", guilty: `${core}/compose/up.ts`, files: file(`${core}/compose/up.ts`, "../entry.ts") },
  {
    rule: "core-siblings-decisions",
    guilty: `${core}/phone/beside.ts`,
    files: file(`${core}/phone/beside.ts`, "../limits/low.ts"),
  },
  {
    rule: "core-siblings-effects",
    guilty: `${core}/http/beside.ts`,
    files: file(`${core}/http/beside.ts`, "../cache/low.ts"),
  },
  {
    rule: "core-siblings-services",
    guilty: `${core}/sync/beside.ts`,
    files: file(`${core}/sync/beside.ts`, "../client/low.ts"),
  },
  {
    rule: "core-floor-routes",
    guilty: `${core}/mount/up.ts`,
    files: file(`${core}/mount/up.ts`, "../compose/low.ts"),
  },
  {
    rule: "composition-root-is-last",
    guilty: `${core}/mount/all.ts`,
    files: { ...file(`${core}/mount/all.ts`, "../create-hubspoke.ts"), ...file(`${core}/create-hubspoke.ts`) },
  },
  {
    // By way of another room of the testing package: what counts is what can be reached.
    rule: "simulator-alone",
    guilty: "packages/testing/src/simulator/state/borrow.ts",
    files: {
      ...file("packages/testing/src/simulator/state/borrow.ts", "../../contracts/suite.ts"),
      ...file("packages/testing/src/contracts/suite.ts", "@hubspoke/core/ports"),
    },
  },
  {
    rule: "testing-sees-core-only",
    guilty: "packages/testing/src/contracts/own.ts",
    files: file("packages/testing/src/contracts/own.ts", "../../../hono/src/index.ts"),
  },
  {
    rule: "stores-see-ports",
    guilty: "packages/storage-sqlite/src/think.ts",
    files: file("packages/storage-sqlite/src/think.ts", "@hubspoke/core"),
  },
  {
    rule: "adapters-see-core",
    guilty: "packages/hono/src/store.ts",
    files: file("packages/hono/src/store.ts", "../../storage-sqlite/src/think.ts"),
  },
  {
    rule: "entry-points-only",
    guilty: "packages/hono/src/deep.ts",
    files: file("packages/hono/src/deep.ts", "../../core/src/cache/low.ts"),
  },
  {
    rule: "users-use-entry-points",
    guilty: "examples/demo/deep.ts",
    files: file("examples/demo/deep.ts", "../../packages/core/src/cache/low.ts"),
  },
  {
    rule: "nothing-from-outside",
    guilty: "packages/hono/src/script.ts",
    files: file("packages/hono/src/script.ts", "../../../scripts/tool.ts"),
  },
  {
    rule: "dependencies-are-declared",
    guilty: "packages/hono/src/tested.ts",
    files: file("packages/hono/src/tested.ts", "only-for-development"),
  },
  {
    rule: "imports-resolve",
    guilty: "packages/hono/src/misspelt.ts",
    files: file("packages/hono/src/misspelt.ts", "./mispelled.ts"),
  },
];

/** What the plants stand on: allowed code, which must not be reported. */
export const ground: Readonly<Record<string, string>> = {
  "packages/core/package.json": JSON.stringify({
    name: "@hubspoke/core",
    exports: { ".": "./src/index.ts", "./ports": "./src/ports.ts" },
    dependencies: { undici: "*" },
  }),
  "packages/testing/package.json": JSON.stringify({
    name: "@hubspoke/testing",
    dependencies: { "@hubspoke/core": "*" },
  }),
  "packages/storage-sqlite/package.json": JSON.stringify({
    name: "@hubspoke/storage-sqlite",
    dependencies: { "@hubspoke/core": "*" },
  }),
  "packages/hono/package.json": JSON.stringify({
    name: "@hubspoke/hono",
    devDependencies: { "only-for-development": "*" },
  }),
  ...file(`${core}/index.ts`, "./create-hubspoke.ts"),
  ...file(`${core}/ports.ts`, "./ports/low.ts"),
  ...file(`${core}/entry.ts`),
  ...file(`${core}/util/low.ts`, "../errors/low.ts"),
  ...file(`${core}/errors/low.ts`),
  ...file(`${core}/model/low.ts`),
  ...file(`${core}/ports/low.ts`, "../model/low.ts"),
  ...file(`${core}/phone/low.ts`),
  ...file(`${core}/limits/low.ts`),
  ...file(`${core}/cache/low.ts`, "../phone/low.ts"),
  ...file(`${core}/cache/low.test.ts`, "../platform/web.ts", "node:fs"),
  ...file(`${core}/client/low.ts`),
  ...file(`${core}/compose/low.ts`, "../platform/web.ts"),
  ...file(`${core}/platform/web.ts`),
  ...file(`${core}/platform/node.ts`, "undici", "node:fs"),
  ...file("packages/testing/src/index.ts"),
  ...file("packages/testing/src/contracts/allowed.ts", "@hubspoke/core/ports"),
  ...file("packages/hono/src/index.ts", "@hubspoke/core"),
  ...file("packages/storage-sqlite/src/allowed.ts", "@hubspoke/core/ports"),
  ...file("scripts/tool.ts"),
};

/** Installed packages of the planted workspace, by name. */
export const installed: Readonly<Record<string, string>> = { undici: "{}", "only-for-development": "{}" };
