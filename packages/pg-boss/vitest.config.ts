import { defineConfig, type ViteUserConfig } from "vitest/config";

const conditions = ["@hubspoke/source", "node"];

/** Tests that need a Postgres server: part of `npx -y pnpm@12 test:postgres`. */
const config: ViteUserConfig = defineConfig({
  root: import.meta.dirname,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    name: "pg-boss",
    include: ["test/pg-boss/*.test.ts"],
    globalSetup: ["../storage-postgres/test/postgres/server.ts"],
    setupFiles: ["../../tests/setup/fail-on-console.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
    maxWorkers: 1,
  },
});

export default config;
