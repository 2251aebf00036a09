import { type ErrorCategory, type ErrorCode, type HubspokeError, isHubspokeError } from "@hubspoke/core/errors";

/** What the command's exit code says. Documented in docs/guide/cli.md, so numbers are added and never changed. */
export const exitCodes = {
  /** Done, and everything is well. */
  ok: 0,
  /** Done, and something is not well: a failed check, drift, nobody found. */
  found: 1,
  /** The command line, the set-up or the input is wrong: nothing was done. */
  usage: 2,
  /** HubSpot, the network or the account refused or did not answer. */
  hubspot: 3,
  /** The database refused or did not answer. */
  storage: 4,
  /** A mistake of ours. */
  internal: 70,
} as const;

const byCategory: Readonly<Record<ErrorCategory, number>> = {
  config: exitCodes.usage,
  input: exitCodes.usage,
  crypto: exitCodes.usage,
  access: exitCodes.usage,
  auth: exitCodes.hubspot,
  oauth: exitCodes.hubspot,
  "rate-limit": exitCodes.hubspot,
  validation: exitCodes.hubspot,
  "not-found": exitCodes.found,
  conflict: exitCodes.found,
  "unknown-outcome": exitCodes.hubspot,
  unavailable: exitCodes.hubspot,
  aborted: exitCodes.found,
  webhook: exitCodes.usage,
  storage: exitCodes.storage,
  sync: exitCodes.found,
  handler: exitCodes.internal,
  internal: exitCodes.internal,
};

/** What the set-up says wrongly, although a database or a sync was the first to notice. */
const ofSetUp: ReadonlySet<ErrorCode> = new Set(["STORE_PATH_INVALID", "SYNC_DECLARATION_INVALID"]);

export function exitCodeOf({ code, category, cause }: HubspokeError): number {
  if (ofSetUp.has(code) || (isHubspokeError(cause) && ofSetUp.has(cause.code))) return exitCodes.usage;
  return byCategory[category];
}
