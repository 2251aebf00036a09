import { configDefaults, defineConfig, type ViteUserConfig } from "vitest/config";

/** Tests run from source: this condition selects `src` in every package's exports, so no build comes first. */
const conditions = ["@hubspoke/source", "node"];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: conditions } };

/** What needs a server of its own is a leg of its own: `test:postgres`. */
const exclude = [...configDefaults.exclude, "{packages,examples}/*/test/postgres/**"];

function project(name: string, include: string[], setupFiles: string[] = []) {
  return {
    resolve,
    ssr,
    test: {
      name,
      include,
      exclude,
      setupFiles,
      environment: "node",
      testTimeout: 30_000,
      hookTimeout: 60_000,
      retry: 0,
    },
  };
}

const packages = [
  "cli",
  "core",
  "storage-kysely",
  "storage-sqlite",
  "storage-d1",
  "storage-postgres",
  "express",
  "hono",
  "testing",
];

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      ...packages.map((name) =>
        project(
          name,
          [`packages/${name}/src/**/*.test.ts`, `packages/${name}/test/**/*.test.ts`],
          ["./tests/setup/fail-on-console.ts"],
        ),
      ),
      project("tests", ["tests/*.test.ts"], ["./tests/setup/fail-on-console.ts"]),
      project("examples", ["examples/*/test/**/*.test.ts"]),
    ],
  },
});

export default config;
