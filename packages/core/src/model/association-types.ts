import { canonicalObject } from "./object-type.ts";

/** `HUBSPOT_DEFINED` for HubSpot's own, `USER_DEFINED` for labels of the account, `INTEGRATOR_DEFINED` for labels of an app. */
export type AssociationCategory = "HUBSPOT_DEFINED" | "USER_DEFINED" | "INTEGRATOR_DEFINED";

/** What an association is. The same number may exist in two categories, so only both together name a type (hubspot-facts §7.4). */
export interface AssociationType {
  /** `USER_DEFINED` for labels people made, `INTEGRATOR_DEFINED` for an app's; HubSpot's own are `HUBSPOT_DEFINED`. */
  readonly category: AssociationCategory | (string & Record<never, never>);
  /**
   * Has a direction: contact to company is 279, company to contact 280. User-defined ones differ from account to
   * account.
   */
  readonly typeId: number;
}

type Row = readonly [from: string, to: string, typeId: number, reverse: number];

/** HubSpot's own types without a label (hubspot-facts §7.4). */
const plain: readonly Row[] = [
  ["contacts", "companies", 279, 280],
  ["contacts", "deals", 4, 3],
  ["contacts", "tickets", 15, 16],
  ["companies", "deals", 342, 341],
  ["companies", "tickets", 340, 339],
  ["deals", "tickets", 27, 28],
  ["deals", "line_items", 19, 20],
  ["notes", "contacts", 202, 201],
  ["notes", "companies", 190, 189],
  ["notes", "deals", 214, 213],
  ["notes", "tickets", 228, 227],
  ["calls", "contacts", 194, 193],
  ["calls", "companies", 182, 181],
  ["calls", "deals", 206, 205],
  ["calls", "tickets", 220, 219],
  ["emails", "contacts", 198, 197],
  ["emails", "companies", 186, 185],
  ["emails", "deals", 210, 209],
  ["emails", "tickets", 224, 223],
  ["meetings", "contacts", 200, 199],
  ["meetings", "companies", 188, 187],
  ["meetings", "deals", 212, 211],
  ["meetings", "tickets", 226, 225],
  ["tasks", "contacts", 204, 203],
  ["tasks", "companies", 192, 191],
  ["tasks", "deals", 216, 215],
  ["tasks", "tickets", 230, 229],
  ["communications", "contacts", 81, 82],
  ["communications", "companies", 87, 88],
  ["communications", "deals", 85, 86],
  ["communications", "tickets", 83, 84],
  ["calls", "meetings", 399, 400],
];

/** The "Primary" label, where a pair has one. */
const primary: readonly Row[] = [
  ["contacts", "companies", 1, 2],
  ["companies", "deals", 6, 5],
  ["companies", "tickets", 25, 26],
];

/**
 * HubSpot's own association type of a pair: without a label, or the primary one. undefined for pairs that are not in
 * HubSpot's table, such as those of custom objects: their types are what `hs.associations.labels(…).list()` shows.
 */
export function associationType(
  from: string,
  to: string,
  label: "plain" | "primary" = "plain",
): AssociationType | undefined {
  const [a, b] = [canonicalObject(from), canonicalObject(to)];
  for (const [one, other, typeId, reverse] of label === "plain" ? plain : primary) {
    if (one === a && other === b) return { category: "HUBSPOT_DEFINED", typeId };
    if (one === b && other === a) return { category: "HUBSPOT_DEFINED", typeId: reverse };
  }
  return undefined;
}
