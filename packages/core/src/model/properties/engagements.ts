import type { ValuesOf } from "./kinds.ts";

/** What all engagements have. `hs_timestamp` is required by HubSpot and says when it happened (hubspot-facts §7.5, §7.6). */
export const engagementKinds = {
  hs_timestamp: "date",
  hubspot_owner_id: "string",
  hs_attachment_ids: "list",
  hs_object_id: "string",
  hs_createdate: "date",
  hs_lastmodifieddate: "date",
} as const;

export const noteKinds = { hs_note_body: "string" } as const;

export const callKinds = {
  hs_call_title: "string",
  hs_call_body: "string",
  hs_call_duration: "number",
  hs_call_direction: ["INBOUND", "OUTBOUND"],
  hs_call_disposition: "string",
  hs_call_status: [
    "BUSY",
    "CALLING_CRM_USER",
    "CANCELED",
    "COMPLETED",
    "CONNECTING",
    "FAILED",
    "IN_PROGRESS",
    "NO_ANSWER",
    "QUEUED",
    "RINGING",
  ],
  hs_call_has_voicemail: "boolean",
  hs_call_from_number: "string",
  hs_call_to_number: "string",
  hs_call_recording_url: "string",
  hs_call_source: "string",
  hs_call_app_id: "string",
  hs_call_external_id: "string",
  hs_call_external_account_id: "string",
  hs_call_callee_object_id: "string",
  hs_call_callee_object_type_id: "string",
  hs_activity_type: "string",
} as const;

export const emailKinds = {
  hs_email_direction: ["EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"],
  hs_email_status: ["BOUNCED", "FAILED", "SCHEDULED", "SENDING", "SENT"],
  hs_email_subject: "string",
  hs_email_text: "string",
  hs_email_html: "string",
  hs_email_headers: "string",
} as const;

export const meetingKinds = {
  hs_meeting_title: "string",
  hs_meeting_body: "string",
  hs_internal_meeting_notes: "string",
  hs_meeting_external_url: "string",
  hs_meeting_location: "string",
  hs_meeting_start_time: "date",
  hs_meeting_end_time: "date",
  hs_meeting_outcome: ["SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"],
  hs_activity_type: "string",
} as const;

export const taskKinds = {
  hs_task_subject: "string",
  hs_task_body: "string",
  hs_task_status: ["NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED", "COMPLETED"],
  hs_task_priority: ["NONE", "LOW", "MEDIUM", "HIGH"],
  hs_task_type: ["TODO", "CALL", "EMAIL"],
  hs_task_reminders: "string",
} as const;

export const engagementReadOnly = ["hs_object_id", "hs_createdate", "hs_lastmodifieddate"] as const;

type Engagement = ValuesOf<typeof engagementKinds>;

/** The standard note properties this library types. Extend by interface merging. */
export interface NoteProperties extends Engagement, ValuesOf<typeof noteKinds> {}
/** The standard call properties this library types. Extend by interface merging. */
export interface CallProperties extends Engagement, ValuesOf<typeof callKinds> {}
/** The standard properties of logged e-mails this library types. Extend by interface merging. */
export interface EmailProperties extends Engagement, ValuesOf<typeof emailKinds> {}
/** The standard meeting properties this library types. Extend by interface merging. */
export interface MeetingProperties extends Engagement, ValuesOf<typeof meetingKinds> {}
/** The standard task properties this library types. Extend by interface merging. */
export interface TaskProperties extends Engagement, ValuesOf<typeof taskKinds> {}
