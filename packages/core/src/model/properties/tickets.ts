import type { ValuesOf } from "./kinds.ts";

export const ticketKinds = {
  subject: "string",
  content: "string",
  hs_pipeline: "string",
  hs_pipeline_stage: "string",
  hs_ticket_priority: ["LOW", "MEDIUM", "HIGH", "URGENT"],
  hs_ticket_category: "list",
  hs_resolution: "string",
  source_type: ["CHAT", "EMAIL", "FORM", "PHONE"],
  hubspot_owner_id: "string",
  time_to_close: "number",
  closed_date: "date",
  hs_is_closed: "boolean",
  notes_last_updated: "date",
  notes_last_contacted: "date",
  hs_merged_object_ids: "list",
  hs_object_id: "string",
  createdate: "date",
  hs_lastmodifieddate: "date",
} as const;

export const ticketReadOnly = [
  "hs_object_id",
  "hs_lastmodifieddate",
  "hs_is_closed",
  "time_to_close",
  "notes_last_updated",
  "notes_last_contacted",
  "hs_merged_object_ids",
] as const;

/** The standard ticket properties this library types. Extend by interface merging. */
export interface TicketProperties extends ValuesOf<typeof ticketKinds> {}
