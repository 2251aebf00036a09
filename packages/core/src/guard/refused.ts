import { HubSpotOutboundRefusedError } from "../errors/hubspot-errors.ts";
import type { Refusal } from "./guard.ts";
import type { GuardRule } from "./options.ts";

const why: Readonly<Record<GuardRule, string>> = {
  DENIED_PROPERTY: "is denied by name",
  SECRET: "holds what looks like a key, token or password",
  CARD_NUMBER: "holds what looks like a payment card's number",
};

/** The error for values that may not leave: names properties and rules, and no value. */
export function outboundRefused(refusals: readonly Refusal[], route: string): HubSpotOutboundRefusedError {
  const named = refusals.slice(0, 5).map(({ property, rule }) => `${property ?? "a value"} ${why[rule]} (${rule})`);
  const more = refusals.length > 5 ? ` and ${refusals.length - 5} more` : "";
  return new HubSpotOutboundRefusedError(
    `OUTBOUND_REFUSED: ${route} was not sent: ${[...new Set(named)].join("; ")}${more}. Leave the value out, or lift the rule for this property with guard: { allow } where it is mistaken`,
    {
      route,
      reasons: refusals.map(({ property, rule }) => ({ property, code: rule })),
      inputs: refusals.map(({ input }) => input),
    },
  );
}

/** The refusals of one input of a batch, as an error of its own. */
export function refusedInput(error: HubSpotOutboundRefusedError, input: number): HubSpotOutboundRefusedError | null {
  const refusals = error.reasons.flatMap(({ property, code }, i): Refusal[] =>
    error.inputs[i] === input ? [{ property, rule: code as GuardRule, input }] : [],
  );
  return refusals.length === 0 ? null : outboundRefused(refusals, error.route ?? "a call");
}
