import { HubspokeError } from "../errors/hubspoke-error.ts";
import { isRegion } from "../phone/parse.ts";
import { flagNames } from "../ports/flag-store.ts";
import { suggestion } from "../util/did-you-mean.ts";
import type { EnvOptionsSpread } from "./config-from-env.ts";
import { checkKnown } from "./known-options.ts";
import type { HubspokeOptions } from "./options.ts";

/** What no instance can do without. Errors: CONFIG_INVALID saying what to pass, or which names to set. */
export function requireParts(options: HubspokeOptions | EnvOptionsSpread): asserts options is HubspokeOptions {
  const advice = {
    auth: "auth: privateApp(token), tokenFor(…), { read, write } or oauthApp({ … }). From the environment: set HUBSPOT_ACCESS_TOKEN, or HUBSPOT_CLIENT_ID and its kin",
    storage: "storage: sqliteStorage({ path }) or memoryStorage()",
    keys: 'keys: { current: "k1", keys: { k1: <32 bytes, from `openssl rand -base64 32`> } }. From the environment: set HUBSPOKE_KEY',
  } as const;
  for (const [part, what] of Object.entries(advice)) {
    // A text, such as the token or the path itself, is none of them.
    const given: unknown = options?.[part as keyof typeof advice];
    if (given === null || typeof given !== "object") throw invalid(part, `createHubSpoke needs ${what}`);
  }
  checkKnown(options);
  const { defaultRegion, flags = {} } = options;
  if (defaultRegion !== undefined && !isRegion(defaultRegion)) {
    throw invalid("defaultRegion", 'defaultRegion is a two-letter region in capitals, such as "CA"');
  }
  // A switch that is misspelt, or off by a text, would be on.
  for (const [flag, on] of Object.entries(flags)) {
    const isFlag = flagNames.some((name) => name === flag);
    if (isFlag && (on === undefined || typeof on === "boolean")) continue;
    const hint = isFlag
      ? "is true or false"
      : `is no flag; there are ${flagNames.join(", ")}.${suggestion(flag, flagNames)}`;
    throw invalid("flags", `flags.${flag} ${hint}`);
  }
}

function invalid(option: string, message: string): HubspokeError<"CONFIG_INVALID"> {
  return new HubspokeError("CONFIG_INVALID", message, { details: { option } });
}
