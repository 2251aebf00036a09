import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Apart from the other tests, because it needs the build: `npx -y pnpm@12 test:packed` builds first. */
const config: ViteUserConfig = defineConfig({
  test: {
    name: "packed",
    include: ["tests/packed/*.test.ts"],
    globalSetup: ["tests/packed/install.ts"],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    retry: 0,
  },
});

export default config;
