import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { HubSpotConflictError, HubSpotUnknownOutcomeError } from "../../errors/hubspot-errors.ts";
import { resolveLost } from "../../retry/lost-create.ts";
import type { Fields } from "./fields.ts";
import type { Rest } from "./rest.ts";

/** Something with a name that is its own in the account. */
export interface Named<T> {
  readonly send: () => Promise<Fields>;
  /** What has the name now; null: nothing has. */
  readonly find: () => Promise<Fields | null>;
  readonly read: (fields: Fields) => T;
  /** What was sent, by the names under which answers have it. */
  readonly values: Readonly<Record<string, string>>;
  /** HubSpot is known to refuse a second of a name, so that it may be sent again. */
  readonly once: boolean;
}

/** Creates it. Where the answer is lost, looks it up by its name; errors as the caller's, and UNKNOWN_OUTCOME with what to check. */
export async function createNamed<T>(rest: Rest, named: Named<T>): Promise<T> {
  let first: HubSpotUnknownOutcomeError | null = null;
  for (let sends = 1; ; sends++) {
    let refused = false;
    try {
      return named.read(await named.send());
    } catch (error) {
      if (error instanceof HubSpotUnknownOutcomeError) first ??= error;
      else if (first === null || !(error instanceof HubSpotConflictError)) throw error;
      else refused = true;
    }
    const found = await lookUp(named);
    const sentAt = rest.hubspotTime(Number(first?.details.sentAt ?? 0));
    const lost = {
      values: named.values,
      sentAt,
      sends: named.once ? sends : Number.POSITIVE_INFINITY,
      refused,
      claimed: false,
    };
    const resolution = resolveLost(lost, typeof found === "string" ? found : facts(found, named));
    if (resolution === "send-again") continue;
    if (resolution === "created" && typeof found !== "string") return named.read(found);
    if (resolution === "existed" && typeof found !== "string") {
      const route = first?.route ?? "a create";
      throw new HubSpotConflictError(
        `CONFLICT: ${route} got no answer, and something of its name was there before; use that one`,
        { route },
      );
    }
    throw first;
  }
}

async function lookUp<T>(named: Named<T>): Promise<Fields | "absent" | "failed"> {
  try {
    return (await named.find()) ?? "absent";
  } catch (error) {
    if (error instanceof HubspokeError) return error.code === "NOT_FOUND" ? "absent" : "failed";
    throw error;
  }
}

function facts<T>(found: Fields, { values }: Named<T>): Exclude<Parameters<typeof resolveLost>[1], string> {
  const seen = Object.keys(values).map((name) => [name, found.textOrNull(name)] as const);
  return { createdAt: found.date("createdAt")?.getTime() ?? null, madeBy: null, values: Object.fromEntries(seen) };
}
