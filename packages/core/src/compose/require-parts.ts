import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { EnvOptionsSpread } from "./config-from-env.ts";
import type { HubspokeOptions } from "./options.ts";

/** What no instance can do without. Errors: CONFIG_INVALID saying what to pass, or which names to set. */
export function requireParts(options: HubspokeOptions | EnvOptionsSpread): asserts options is HubspokeOptions {
  const advice = {
    auth: "auth: privateApp(token), tokenFor(…), { read, write } or oauthApp({ … }). From the environment: set HUBSPOT_ACCESS_TOKEN, or HUBSPOT_CLIENT_ID and its kin",
    storage: "storage: sqliteStorage({ path }) or memoryStorage()",
    keys: 'keys: { current: "k1", keys: { k1: <32 bytes, from `openssl rand -base64 32`> } }. From the environment: set HUBSPOKE_KEY',
  } as const;
  for (const [part, what] of Object.entries(advice)) {
    if (options?.[part as keyof typeof advice] == null) {
      throw new HubspokeError("CONFIG_INVALID", `createHubSpoke needs ${what}`, { details: { option: part } });
    }
  }
}
