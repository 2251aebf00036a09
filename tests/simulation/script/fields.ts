export const rules = ["latest", "local", "hubspot", "review"] as const;
export type Rule = (typeof rules)[number];

/**
 * A world with more kinds of fields: one the product's table refuses some values of, one HubSpot does, one of two
 * properties, and a list; with the rules of those three.
 */
export interface Wide {
  readonly nick: Rule;
  readonly due: Rule;
  readonly place: Rule;
}

/** Local column, HubSpot properties, rule: what is synced. `ref` tells a person apart and is never edited. */
export interface SyncedField {
  readonly local: FieldName;
  readonly properties: readonly string[];
  readonly rule: Rule | "union";
}

export type PlainName = "first" | "last" | "company" | "city" | "email";
/** What only wide worlds sync, see `Wide`. */
export type WideName = "nick" | "due" | "place" | "roles";
export type FieldName = PlainName | WideName;

export const fields: readonly (SyncedField & { readonly local: PlainName })[] = [
  { local: "first", properties: ["firstname"], rule: "latest" },
  { local: "last", properties: ["lastname"], rule: "local" },
  { local: "company", properties: ["company"], rule: "hubspot" },
  { local: "city", properties: ["city"], rule: "review" },
  { local: "email", properties: ["email"], rule: "hubspot" },
];

export const wideNames: readonly WideName[] = ["nick", "due", "place", "roles"];
/** What HubSpot has a box for, and what it has none for. */
export const knownRoles = ["BLOCKER", "BUDGET_HOLDER", "CHAMPION", "DECISION_MAKER", "END_USER"] as const;
export const unknownRole = "STRANGER";

/** The HubSpot property that holds `ref`. */
export const refProperty = "zip";

const plain = fields as readonly SyncedField[];

/** The fields of a world. */
export function fieldsOf({ wide }: { readonly wide?: Wide | undefined }): readonly SyncedField[] {
  if (wide === undefined) return plain;
  return [
    ...plain,
    { local: "nick", properties: ["jobtitle"], rule: wide.nick },
    { local: "due", properties: ["closedate"], rule: wide.due },
    { local: "place", properties: ["address", "state"], rule: wide.place },
    { local: "roles", properties: ["hs_buying_role"], rule: "union" },
  ];
}
