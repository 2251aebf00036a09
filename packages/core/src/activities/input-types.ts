import type { Target } from "../keyed-records/targets.ts";
import type { Moment } from "../util/moment.ts";

/** The recording of a call: linked, or copied into HubSpot's file store. */
export interface RecordingInput {
  /** Where it is. Untrusted: it is fetched only through the guarded downloader. */
  readonly url: string;
  /** Copies it into HubSpot's file store, readable by users of the account only. Default false: a link in the text. */
  readonly upload?: boolean | undefined;
  /** With its extension. Default: made of the activity's key and the file's type. */
  readonly fileName?: string | undefined;
}

interface Common<M> {
  /** The records it belongs to, 1 to 20. */
  readonly to: readonly Target[];
  /** When it happened. Default: when it was put in. */
  readonly at?: M | undefined;
  /** HubSpot's id of the owner. */
  readonly ownerId?: string | undefined;
  /** Further properties of the object, by HubSpot's names. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

/** A note on the timelines of the records it belongs to. */
export interface Note<M = Moment> extends Common<M> {
  /** Plain text: it is escaped, and cut to what HubSpot takes (65,536 characters of HTML). */
  readonly body?: string | undefined;
  /** Linked below the text, or with `upload` stored as a private file and attached. */
  readonly recording?: RecordingInput | undefined;
  /** Ids of files in HubSpot. */
  readonly attachmentIds?: readonly string[] | undefined;
}

export type CallStatus =
  | "BUSY"
  | "CALLING_CRM_USER"
  | "CANCELED"
  | "COMPLETED"
  | "CONNECTING"
  | "FAILED"
  | "IN_PROGRESS"
  | "NO_ANSWER"
  | "QUEUED"
  | "RINGING";

/** A telephone call that took place, with or without a recording. */
export interface Call<M = Moment> extends Common<M> {
  /** Plain text. */
  readonly title?: string | undefined;
  /** Plain text, as in a note. */
  readonly body?: string | undefined;
  /** Milliseconds. */
  readonly durationMs?: number | undefined;
  /** Seen from you. */
  readonly direction?: "INBOUND" | "OUTBOUND" | undefined;
  /** HubSpot's `hs_call_status`. Default: none is written. */
  readonly status?: CallStatus | undefined;
  /** `busy`, `connected`, `left-live-message`, `left-voicemail`, `no-answer`, `wrong-number`, or the id of one of the portal's own. */
  readonly disposition?: string | undefined;
  /**
   * HubSpot's `hs_call_from_number`, at most 64 characters. Written as it is given: E.164 is what HubSpot's own dialler
   * writes.
   */
  readonly fromNumber?: string | undefined;
  /** HubSpot's `hs_call_to_number`, at most 64 characters. Written as it is given. */
  readonly toNumber?: string | undefined;
  /** Fetched by the guarded downloader and stored as a private file; the link alone where that is refused. */
  readonly recording?: RecordingInput | undefined;
}

/** Who an e-mail is from or to. */
export interface EmailAddress {
  /** INPUT_INVALID for what is no address. */
  readonly email: string;
  /** At most 100 characters. Shown on the timeline; no contact is changed by it. */
  readonly firstName?: string | undefined;
  /** At most 100 characters. */
  readonly lastName?: string | undefined;
}

/** An e-mail that was sent or received elsewhere. HubSpot keeps it on timelines and sends nothing. */
export interface Email<M = Moment> extends Common<M> {
  /** At most 2,000 characters. A repeat of unknown outcome is recognised by it and the time. */
  readonly subject: string;
  /** The body as plain text, at most 500,000 characters; what HubSpot shows where there is no `html`. */
  readonly text?: string | undefined;
  /** Your own e-mail's HTML, as it was sent: not escaped. */
  readonly html?: string | undefined;
  /** Default `outgoing`. */
  readonly direction?: "outgoing" | "incoming" | "forwarded" | undefined;
  /** Default `SENT`. */
  readonly status?: "BOUNCED" | "FAILED" | "SCHEDULED" | "SENDING" | "SENT" | undefined;
  /** Default: no sender is written. */
  readonly from?: EmailAddress | undefined;
  /** The `to` line that HubSpot shows. Whose timelines it is on, `to` says. */
  readonly recipients?: readonly EmailAddress[] | undefined;
}

/** Something somebody is to do. */
export interface Task<M = Moment> extends Common<M> {
  /** At most 500 characters. */
  readonly subject: string;
  /** Plain text, as in a note. */
  readonly body?: string | undefined;
  /** When it is due. Default: `at`. */
  readonly due?: M | undefined;
  /** Default `NOT_STARTED`. */
  readonly status?: "NOT_STARTED" | "IN_PROGRESS" | "WAITING" | "DEFERRED" | "COMPLETED" | undefined;
  /** HubSpot's `hs_task_priority`. Default: none is written. */
  readonly priority?: "NONE" | "LOW" | "MEDIUM" | "HIGH" | undefined;
  /** Default: a to-do, neither call nor e-mail. */
  readonly type?: "TODO" | "CALL" | "EMAIL" | undefined;
}

/** A meeting, past or to come. Nobody is invited by it. */
export interface Meeting<M = Moment> extends Common<M> {
  /** At most 500 characters. */
  readonly title: string;
  /** Plain text, as in a note. */
  readonly body?: string | undefined;
  /** Also where on the timeline it stands, instead of `at`. */
  readonly start: M;
  /** Not checked against `start`. */
  readonly end: M;
  /** Plain text of at most 500 characters: an address, a room, a link. */
  readonly location?: string | undefined;
  /** https only. */
  readonly externalUrl?: string | undefined;
  /** Plain text that guests do not see. */
  readonly internalNotes?: string | undefined;
  /** Default: none is written. */
  readonly outcome?: "SCHEDULED" | "COMPLETED" | "RESCHEDULED" | "NO_SHOW" | "CANCELED" | undefined;
}

export interface ActivityTypes<M> {
  readonly note: Note<M>;
  readonly call: Call<M>;
  readonly email: Email<M>;
  readonly task: Task<M>;
  readonly meeting: Meeting<M>;
}

/** The kinds of activities: `note`, `call`, `email`, `meeting`, `task`. */
export type ActivityKind = keyof ActivityTypes<Date>;
/** As it is given. */
export type ActivityInputs = ActivityTypes<Moment>;
/** As it was checked. */
export type ActivityData = ActivityTypes<Date>;
