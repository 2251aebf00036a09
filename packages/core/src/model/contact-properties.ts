/**
 * The standard contact properties this library types. Extend `ContactProperties` by interface merging
 * (or with types pulled from your portal) to add your own:
 *
 * ```ts
 * declare module "@hubspoke/core" { interface ContactProperties { lead_score: number } }
 * ```
 */
export interface ContactProperties {
  email: string;
  firstname: string;
  lastname: string;
  phone: string;
  mobilephone: string;
  company: string;
  jobtitle: string;
  website: string;
  address: string;
  city: string;
  state: string;
  zip: string;
  country: string;
  lifecyclestage: string;
  hs_lead_status: string;
  hubspot_owner_id: string;
  associatedcompanyid: string;
  hs_object_id: string;
  createdate: Date;
  lastmodifieddate: Date;
  notes_last_updated: Date;
  notes_last_contacted: Date;
  hs_email_optout: boolean;
  hs_additional_emails: readonly string[];
  hs_merged_object_ids: readonly string[];
  hs_calculated_phone_number: string;
  hs_calculated_mobile_number: string;
  hs_searchable_calculated_phone_number: string;
  hs_searchable_calculated_mobile_number: string;
  num_associated_deals: number;
}

export type ContactProperty = keyof ContactProperties;

/** How each standard property's text becomes a value. Unknown names stay text. */
export const contactPropertyKinds = {
  email: "string",
  firstname: "string",
  lastname: "string",
  phone: "string",
  mobilephone: "string",
  company: "string",
  jobtitle: "string",
  website: "string",
  address: "string",
  city: "string",
  state: "string",
  zip: "string",
  country: "string",
  lifecyclestage: "string",
  hs_lead_status: "string",
  hubspot_owner_id: "string",
  associatedcompanyid: "string",
  hs_object_id: "string",
  createdate: "date",
  lastmodifieddate: "date",
  notes_last_updated: "date",
  notes_last_contacted: "date",
  hs_email_optout: "boolean",
  hs_additional_emails: "list",
  hs_merged_object_ids: "list",
  hs_calculated_phone_number: "string",
  hs_calculated_mobile_number: "string",
  hs_searchable_calculated_phone_number: "string",
  hs_searchable_calculated_mobile_number: "string",
  num_associated_deals: "number",
} as const;

export type ContactPropertyKind = (typeof contactPropertyKinds)[keyof typeof contactPropertyKinds];

/** Properties HubSpot computes: writing one is refused before it is sent. */
export const readOnlyContactProperties: ReadonlySet<string> = new Set([
  "hs_object_id",
  "createdate",
  "lastmodifieddate",
  "associatedcompanyid",
  "num_associated_deals",
  "notes_last_updated",
  "notes_last_contacted",
  "hs_calculated_phone_number",
  "hs_calculated_mobile_number",
  "hs_searchable_calculated_phone_number",
  "hs_searchable_calculated_mobile_number",
  "hs_merged_object_ids",
]);
