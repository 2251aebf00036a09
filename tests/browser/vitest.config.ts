import { defineConfig, type ViteUserConfig } from "vitest/config";

const conditions = ["@hubspoke/source", "node"];

/** The examples' pages in a real browser: `npx -y pnpm@12 test:browser`. Needs Chromium (`CHROMIUM`, else /usr/bin/chromium). */
const config: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    name: "browser",
    include: ["tests/browser/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    retry: 0,
    maxWorkers: 1,
  },
});

export default config;
