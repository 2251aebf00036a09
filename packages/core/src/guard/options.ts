import { HubspokeError } from "../errors/hubspoke-error.ts";
import { suggestion } from "../util/did-you-mean.ts";

/** Why a value does not leave. */
export const guardRules = ["DENIED_PROPERTY", "SECRET", "CARD_NUMBER"] as const;
/** A rule by which a value may not leave, such as `CARD_NUMBER`. */
export type GuardRule = (typeof guardRules)[number];

/** What never leaves for HubSpot. Without any of it the defaults hold: they are meant to be right for everybody. */
export interface GuardOptions {
  /**
   * Properties that are never written, besides those named like passwords, keys, cards and social security numbers:
   * exact names, or with `*`: `["internal_notes", "kyc_*"]`. `kycScore` and `kyc_score` are one name. `allow` does not
   * lift what is denied here.
   */
  readonly deny?: readonly string[];
  /**
   * Rules that do not apply to some properties, by name or pattern: `{ imei: ["CARD_NUMBER"] }` for numbers that only
   * look like cards, `{ "*": ["CARD_NUMBER"] }` to look for none at all.
   */
  readonly allow?: Readonly<Record<string, readonly GuardRule[]>>;
  /** Texts of the host's own that must not stand in any value, of at least 8 characters. */
  readonly secrets?: readonly string[];
}

const known: readonly string[] = ["deny", "allow", "secrets"];

/** Errors: CONFIG_INVALID. A secret is never part of the message. */
export function checkGuardOptions(options: GuardOptions): Required<GuardOptions> {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`guard has no option "${name}".${suggestion(name, known)}`);
  }
  const { deny = [], allow = {}, secrets = [] } = options;
  if (!Array.isArray(deny) || !deny.every(isName)) {
    throw invalid('guard.deny is a list of property names, such as ["internal_notes", "kyc_*"]');
  }
  for (const [name, rules] of Object.entries(allow)) {
    if (!isName(name)) throw invalid("guard.allow has property names for keys, * among them");
    const other = Array.isArray(rules) ? rules.find((rule) => !guardRules.includes(rule)) : rules;
    if (other !== undefined) {
      throw invalid(`guard.allow of ${name} is a list of ${guardRules.join(", ")}: { imei: ["CARD_NUMBER"] }`);
    }
  }
  if (!Array.isArray(secrets) || !secrets.every((one) => typeof one === "string" && one.length >= 8)) {
    throw invalid("guard.secrets is a list of texts of 8 characters or more");
  }
  return { deny, allow, secrets };
}

function isName(name: unknown): name is string {
  return typeof name === "string" && /^[\w .*-]{1,100}$/.test(name);
}

function invalid(why: string): HubspokeError<"CONFIG_INVALID"> {
  return new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: ${why}`);
}
