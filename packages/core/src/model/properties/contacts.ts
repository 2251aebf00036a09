import type { ValuesOf } from "./kinds.ts";

export const contactKinds = {
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
  lifecyclestage: [
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
  ],
  hs_lead_status: [
    "NEW",
    "OPEN",
    "IN_PROGRESS",
    "OPEN_DEAL",
    "UNQUALIFIED",
    "ATTEMPTED_TO_CONTACT",
    "CONNECTED",
    "BAD_TIMING",
  ],
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

export const contactReadOnly = [
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
] as const;

/**
 * The standard contact properties this library types. Extend it by interface merging (or with types pulled from your
 * portal) to add your own; the other objects' interfaces extend alike:
 *
 * ```ts
 * declare module "@hubspoke/core" { interface ContactProperties { lead_score: number } }
 * ```
 */
export interface ContactProperties extends ValuesOf<typeof contactKinds> {}

/** Names of the contact properties that are known, those of your account included where you pulled its types. */
export type ContactProperty = keyof ContactProperties;
