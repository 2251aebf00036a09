import { defineConfig, type ViteUserConfig } from "vitest/config";

const conditions = ["@hubspoke/source", "node"];

/** What needs a Postgres server, apart from what needs nothing: part of `npx -y pnpm@12 test:postgres`. */
const config: ViteUserConfig = defineConfig({
  root: import.meta.dirname,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    name: "warp",
    include: ["test/postgres/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    retry: 0,
  },
});

export default config;
