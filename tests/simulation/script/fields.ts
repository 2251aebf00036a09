/** Local column, HubSpot property, rule: what is synced. `ref` tells a person apart and is never edited. */
export const fields = [
  { local: "first", property: "firstname", rule: "latest" },
  { local: "last", property: "lastname", rule: "local" },
  { local: "company", property: "company", rule: "hubspot" },
  { local: "city", property: "city", rule: "review" },
  { local: "email", property: "email", rule: "hubspot" },
] as const;

export type SyncedField = (typeof fields)[number];
export type FieldName = SyncedField["local"];
/** The HubSpot property that holds `ref`. */
export const refProperty = "zip";
