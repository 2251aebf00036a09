import { defineConfig, type ViteUserConfig } from "vitest/config";

const conditions = ["@hubspoke/source", "node"];

/** Tests that need a Postgres server, apart from those that need nothing: `npx -y pnpm@12 test:postgres`. */
const config: ViteUserConfig = defineConfig({
  root: import.meta.dirname,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    name: "postgres",
    include: ["test/postgres/*.test.ts"],
    globalSetup: ["test/postgres/server.ts"],
    setupFiles: ["../../tests/setup/fail-on-console.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    retry: 0,
    // A server has a hundred connections by default, and each file takes dozens.
    maxWorkers: 2,
  },
});

export default config;
