import { ApiError, validationError } from "../base/api-error.ts";

/** Object types that HubSpot has and the simulator has not (hubspot-facts §1.3), by id. */
export const KNOWN_TYPES: Readonly<Record<string, string>> = {
  "0-14": "quotes",
  "0-53": "invoices",
  "0-69": "subscriptions",
  "0-101": "commerce_payments",
  "0-115": "users",
  "0-116": "postal_mail",
  "0-123": "orders",
  "0-136": "leads",
  "0-142": "carts",
  "0-162": "services",
  "0-970": "projects",
};

const NAMES: ReadonlySet<string> = new Set(
  Object.entries(KNOWN_TYPES).flatMap(([id, name]) => [id, name, name.replace(/s$/, "")]),
);

/** For a name that is no type of an account: said aloud when HubSpot would know it. */
export function unknownType(name: string): ApiError {
  if (!NAMES.has(name.toLowerCase())) return validationError(`Unable to infer object type from: ${name}`);
  return new ApiError(501, `The object type ${name} is known but not simulated`, { category: "NOT_SIMULATED" });
}
