import type { RawRecord } from "../model/record.ts";
import { cutForHtml, escapeHtml, htmlAsText, textAsHtml } from "../util/html.ts";
import type { ActivityData, ActivityKind } from "./input-types.ts";
import { dispositions } from "./inputs.ts";

/** Longest body HubSpot takes, in characters of its HTML (hubspot-facts §7.5). */
export const longestBody = 65_536;

/** What became of a recording, for the text that people read. */
export interface RecordingNote {
  /** null: it holds a secret and stays out of HubSpot. */
  readonly url: string | null;
  /** Why there is no more, as a code; null when no more was asked for, or the file is attached. */
  readonly problem: string | null;
}

export interface WireActivity {
  readonly object: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Where records have no key: whether one that was read is the same. */
  readonly compare: readonly string[];
  readonly isSame: (candidate: RawRecord) => boolean;
}

type Values = Record<string, string | undefined>;
type Wire<K extends ActivityKind> = (
  data: ActivityData[K],
  extra: WireExtra,
) => {
  values: Values;
  /** The property that tells one from another, and how its text begins. */
  compare: string;
  says: string | undefined;
};

export interface WireExtra {
  readonly at: Date;
  readonly recording: RecordingNote | null;
  readonly attachmentIds: readonly string[];
}

const directions = { outgoing: "EMAIL", incoming: "INCOMING_EMAIL", forwarded: "FORWARDED_EMAIL" } as const;

const objects: Readonly<Record<ActivityKind, string>> = {
  note: "notes",
  call: "calls",
  email: "emails",
  task: "tasks",
  meeting: "meetings",
};

const wires: { readonly [K in ActivityKind]: Wire<K> } = {
  note: (note, { recording, attachmentIds }) => ({
    values: { hs_note_body: bodyOf(note.body, recording), hs_attachment_ids: joined(attachmentIds) },
    compare: "hs_note_body",
    says: note.body ?? saidBy(recording),
  }),
  call: (call, { recording, attachmentIds }) => ({
    values: {
      hs_call_title: call.title,
      hs_call_body: bodyOf(call.body, recording),
      hs_call_duration: call.durationMs === undefined ? undefined : String(call.durationMs),
      hs_call_direction: call.direction,
      hs_call_status: call.status,
      hs_call_disposition: call.disposition === undefined ? undefined : dispositionId(call.disposition),
      hs_call_from_number: call.fromNumber,
      hs_call_to_number: call.toNumber,
      // HubSpot plays these and no others (hubspot-facts §7.6).
      hs_call_recording_url:
        recording?.url != null && /^https:\/\/[^?#]+\.(?:mp3|wav)(?:[?#]|$)/i.test(recording.url)
          ? recording.url
          : undefined,
      hs_attachment_ids: joined(attachmentIds),
    },
    compare: "hs_call_body",
    says: call.body ?? saidBy(recording),
  }),
  email: (email) => ({
    values: {
      hs_email_subject: email.subject,
      hs_email_text: email.text,
      hs_email_html: email.html,
      hs_email_direction: directions[email.direction ?? "outgoing"],
      hs_email_status: email.status ?? "SENT",
      hs_email_headers: headersOf(email),
    },
    compare: "hs_email_subject",
    says: email.subject,
  }),
  task: (task, { at }) => ({
    values: {
      hs_task_subject: task.subject,
      hs_task_body: bodyOf(task.body, null),
      hs_task_status: task.status ?? "NOT_STARTED",
      hs_task_priority: task.priority,
      hs_task_type: task.type ?? "TODO",
      hs_timestamp: (task.due ?? at).toISOString(),
    },
    compare: "hs_task_subject",
    says: task.subject,
  }),
  meeting: (meeting) => ({
    values: {
      hs_meeting_title: meeting.title,
      hs_meeting_body: bodyOf(meeting.body, null),
      hs_internal_meeting_notes: bodyOf(meeting.internalNotes, null),
      hs_meeting_start_time: meeting.start.toISOString(),
      hs_meeting_end_time: meeting.end.toISOString(),
      hs_meeting_location: meeting.location,
      hs_meeting_external_url: meeting.externalUrl,
      hs_meeting_outcome: meeting.outcome,
      hs_timestamp: meeting.start.toISOString(),
    },
    compare: "hs_meeting_title",
    says: meeting.title,
  }),
};

/** An activity as HubSpot wants it. Text is escaped; `hs_timestamp` says when it happened (hubspot-facts §7.5). */
export function wireActivity<K extends ActivityKind>(kind: K, data: ActivityData[K], extra: WireExtra): WireActivity {
  const { values, compare, says } = wires[kind](data, extra);
  const beginning = (says ?? "").replace(/\s+/g, " ").trim().slice(0, 1_000);
  const all: Values = {
    hs_timestamp: extra.at.toISOString(),
    hubspot_owner_id: data.ownerId,
    ...data.properties,
    ...values,
  };
  const properties = Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return {
    object: objects[kind],
    properties,
    compare: ["hs_timestamp", compare],
    isSame(candidate) {
      const at = Date.parse(candidate.properties.hs_timestamp ?? "");
      const text = htmlAsText(candidate.properties[compare] ?? "");
      // What stands below, such as what became of a recording, may differ from one attempt to the next.
      return (
        at === Date.parse(properties.hs_timestamp ?? "") &&
        (beginning === "" ? text === "" : text.startsWith(beginning))
      );
    },
  };
}

/** Escaped text, and below it what became of the recording. undefined: neither. */
function bodyOf(text: string | undefined, recording: RecordingNote | null): string | undefined {
  const below = recording === null ? "" : recordingHtml(recording);
  if (text === undefined && below === "") return undefined;
  const above = text === undefined ? "" : textAsHtml(cutForHtml(text, longestBody - below.length - "<br><br>".length));
  return above === "" || below === "" ? above + below : `${above}<br><br>${below}`;
}

function recordingHtml({ url, problem }: RecordingNote): string {
  if (url === null) {
    const attached = problem === null ? "attached" : `not attached: ${escapeHtml(problem)}`;
    return `Recording: its address holds a key and is not shown (${attached})`;
  }
  // An address of another kind could run code in a browser: it is shown, never linked.
  const shown = escapeHtml(url);
  const link = /^https?:\/\//i.test(url) ? `<a href="${shown}" rel="noreferrer">${shown}</a>` : shown;
  return problem === null ? `Recording: ${link}` : `Recording: ${link} (not uploaded: ${escapeHtml(problem)})`;
}

function saidBy(recording: RecordingNote | null): string | undefined {
  return recording === null ? undefined : `Recording: ${recording.url ?? ""}`;
}

function dispositionId(name: string): string {
  return dispositions[name] ?? name;
}

function joined(ids: readonly string[]): string | undefined {
  return ids.length === 0 ? undefined : ids.join(";");
}

function headersOf({ from, recipients }: ActivityData["email"]): string | undefined {
  if (from === undefined && recipients === undefined) return undefined;
  return JSON.stringify({ ...(from === undefined ? {} : { from }), to: recipients ?? [], cc: [], bcc: [] });
}
