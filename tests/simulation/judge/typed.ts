import { type FieldName, knownRoles, unknownRole } from "../script/fields.ts";
import type { Side, UserEdit } from "../script/steps.ts";
import { elements } from "../script/values.ts";

const firstDue = Date.UTC(2027, 0, 1);

/** What a user types into a field where `stands` stood; `n` makes it another text than any before. */
export function typed(
  field: FieldName,
  side: Side,
  how: UserEdit["how"],
  n: number,
  stands: string | null,
): string | null {
  if (how === "clear") return null;
  const refused = how === "refused";
  const word = how === "shouting" ? ` W${n} ` : `w${n}`;
  switch (field) {
    case "email":
      return refused ? `no address w${n}@x.com` : how === "shouting" ? ` W${n}@X.COM ` : `w${n}@x.com`;
    case "due":
      return refused && side === "local" ? `no date w${n}` : new Date(firstDue + n * 60_000).toISOString();
    case "nick":
      return refused && side === "hubspot" ? `x w${n}` : word;
    case "place": {
      const [street = "", state = ""] = (stands ?? "").split("/");
      return n % 2 === 0 ? `${word}/${state}` : `${street}/${word}`;
    }
    case "roles":
      return refused && side === "local" ? toggled(stands, unknownRole) : toggled(stands, knownRoles[n % 5] ?? "");
    default:
      return word;
  }
}

function toggled(list: string | null, element: string): string | null {
  const all = elements(list ?? "");
  const next = all.includes(element) ? all.filter((one) => one !== element) : [...all, element];
  return next.length === 0 ? null : next.join(";");
}
