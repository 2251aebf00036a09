import type { ValuesOf } from "./kinds.ts";

export const dealKinds = {
  dealname: "string",
  amount: "number",
  amount_in_home_currency: "number",
  deal_currency_code: "string",
  pipeline: "string",
  dealstage: "string",
  dealtype: ["newbusiness", "existingbusiness"],
  description: "string",
  closedate: "date",
  closed_lost_reason: "string",
  closed_won_reason: "string",
  hs_priority: ["low", "medium", "high"],
  hs_next_step: "string",
  hs_deal_stage_probability: "number",
  hs_forecast_amount: "number",
  hs_is_closed: "boolean",
  hs_is_closed_won: "boolean",
  hs_acv: "number",
  hs_arr: "number",
  hs_mrr: "number",
  hs_tcv: "number",
  hubspot_owner_id: "string",
  num_associated_contacts: "number",
  notes_last_updated: "date",
  notes_last_contacted: "date",
  hs_merged_object_ids: "list",
  hs_object_id: "string",
  createdate: "date",
  hs_lastmodifieddate: "date",
} as const;

export const dealReadOnly = [
  "hs_object_id",
  "hs_lastmodifieddate",
  "amount_in_home_currency",
  "hs_is_closed",
  "hs_is_closed_won",
  "num_associated_contacts",
  "notes_last_updated",
  "notes_last_contacted",
  "hs_merged_object_ids",
] as const;

/** The standard deal properties this library types. Extend by interface merging. */
export interface DealProperties extends ValuesOf<typeof dealKinds> {}
