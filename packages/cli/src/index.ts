/** For `hubspoke.config.ts`. The command itself is `npx hubspoke`. */
export { defineConfig, type HubspokeConfig } from "./base/config.ts";
