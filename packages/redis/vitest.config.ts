import { defineConfig, type ViteUserConfig } from "vitest/config";

const conditions = ["@hubspoke/source", "node"];

/** Tests that need a Redis server, apart from those that need nothing: `npx -y pnpm@12 test:redis`. */
const config: ViteUserConfig = defineConfig({
  root: import.meta.dirname,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    name: "redis",
    include: ["test/redis/*.test.ts"],
    setupFiles: ["../../tests/setup/fail-on-console.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    retry: 0,
  },
});

export default config;
