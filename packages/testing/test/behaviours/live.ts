import { type AccountOptions, createAccount } from "./account.ts";
import type { Behaviour } from "./behaviour.ts";
import { CouldNot, Disagreement } from "./outcome.ts";

export type Verdict = "agree" | "differ" | "could not";

export interface Finding {
  readonly id: string;
  readonly verdict: Verdict;
  /** Why not, without any value of the account's. */
  readonly reason: string;
  /** What was made and could not be removed, as `contacts/123`. */
  readonly left: readonly string[];
}

/** The environment names that a run needs. Nothing else is looked at, so that no other token is used by mistake. */
export const LIVE_ENV = {
  token: "HUBSPOKE_LIVE_TOKEN",
  portal: "HUBSPOKE_LIVE_PORTAL_ID",
  baseUrl: "HUBSPOKE_LIVE_BASE_URL",
} as const;

export interface LiveSettings {
  readonly token: string;
  readonly portalId: number;
  readonly baseUrl: string;
}

/** Accounts in which nobody does business. */
const TEST_ACCOUNTS: ReadonlySet<unknown> = new Set(["DEVELOPER_TEST", "SANDBOX"]);

export function liveSettings(env: Readonly<Record<string, string | undefined>>): LiveSettings {
  const { [LIVE_ENV.token]: token, [LIVE_ENV.portal]: portal } = env;
  const baseUrl = env[LIVE_ENV.baseUrl] ?? "https://api.hubapi.com";
  if (!token || !portal) {
    throw new Error(`Set ${LIVE_ENV.token} to a token of a test account and ${LIVE_ENV.portal} to that account's id.`);
  }
  if (!/^\d+$/.test(portal)) throw new Error(`${LIVE_ENV.portal} must be a number.`);
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol !== "https:" && hostname !== "127.0.0.1" && hostname !== "localhost") {
    throw new Error(`${LIVE_ENV.baseUrl} must be https, or loopback.`);
  }
  return { token, portalId: Number(portal), baseUrl };
}

/** Refuses, before anything is written, an account that is not the one named, or no test account. */
export async function refuseOtherAccounts(
  { token, portalId, baseUrl }: LiveSettings,
  fetch: AccountOptions["fetch"],
): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${baseUrl}/account-info/2026-09/details`, { headers });
  if (!response.ok) throw new Error(`The account does not say who it is: ${response.status}.`);
  const details = (await response.json()) as { portalId?: unknown; accountType?: unknown };
  if (details.portalId !== portalId) throw new Error(`The token is of another account than ${LIVE_ENV.portal} names.`);
  if (!TEST_ACCOUNTS.has(details.accountType)) throw new Error("This is no test account: nothing was written.");
}

/** Asks everything that an account can be asked, one after another, and cleans up after each. */
export async function askAll(
  behaviours: readonly Behaviour[],
  options: Omit<AccountOptions, "tag"> & { readonly tag: (n: number) => string },
  found: (finding: Finding) => void = () => {},
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [n, behaviour] of behaviours.filter(({ asked }) => asked !== undefined).entries()) {
    const account = createAccount({ ...options, tag: options.tag(n) });
    const outcome = await behaviour.asked!(account).then(
      () => ({ verdict: "agree" as const, reason: "" }),
      (error: unknown) => verdictOf(error),
    );
    const finding = { id: behaviour.id, ...outcome, left: await account.cleanUp() };
    findings.push(finding);
    found(finding);
  }
  return findings;
}

function verdictOf(error: unknown): Pick<Finding, "verdict" | "reason"> {
  if (error instanceof Disagreement) return { verdict: "differ", reason: error.message };
  if (error instanceof CouldNot) return { verdict: "could not", reason: error.message };
  // A body without the fields that a check reaches into.
  if (error instanceof TypeError) return { verdict: "differ", reason: "the answer has another shape" };
  throw error;
}
