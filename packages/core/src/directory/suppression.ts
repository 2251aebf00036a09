import type { Tenant } from "../ports/ids.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";

/** An erased person may be known by number (E.164) or by contact id. */
export interface SuppressionQuestion {
  readonly kind: "phone" | "contact";
  readonly value: string;
}

/** Which of these are erased, in input order. Asked before HubSpot is, before an answer is kept, and once more after. */
export type SuppressionHook = (
  tenant: Tenant,
  questions: readonly SuppressionQuestion[],
) => MaybeAsync<readonly boolean[]>;

const nobody: ReadonlySet<string> = new Set();

/** The values of `values` that belong to erased people. Without a hook nobody is. */
export async function suppressed(
  hook: SuppressionHook | undefined,
  tenant: Tenant,
  kind: SuppressionQuestion["kind"],
  values: readonly string[],
): Promise<ReadonlySet<string>> {
  if (hook === undefined || values.length === 0) return nobody;
  const answers = await hook(
    tenant,
    values.map((value) => ({ kind, value })),
  );
  return new Set(values.filter((_value, i) => answers[i]));
}
