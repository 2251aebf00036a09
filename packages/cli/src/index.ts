/** For `hubspoke.config.ts`. The command itself is `npx hubspoke`. */
export { type AppConfig, defineConfig, type HubspokeConfig } from "./base/config.ts";
export type { Use, UseName } from "./needs/uses.ts";
