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
  readonly status?: CallStatus | undefined;
  /** `busy`, `connected`, `left-live-message`, `left-voicemail`, `no-answer`, `wrong-number`, or the id of one of the portal's own. */
  readonly disposition?: string | undefined;
  readonly fromNumber?: string | undefined;
  readonly toNumber?: string | undefined;
  /** Fetched by the guarded downloader and stored as a private file; the link alone where that is refused. */
  readonly recording?: RecordingInput | undefined;
}

/** Who an e-mail is from or to. */
export interface EmailAddress {
  readonly email: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
}

/** An e-mail that was sent or received elsewhere. HubSpot keeps it on timelines and sends nothing. */
export interface Email<M = Moment> extends Common<M> {
  readonly subject: string;
  readonly text?: string | undefined;
  /** Your own e-mail's HTML, as it was sent: not escaped. */
  readonly html?: string | undefined;
  /** Default `outgoing`. */
  readonly direction?: "outgoing" | "incoming" | "forwarded" | undefined;
  /** Default `SENT`. */
  readonly status?: "BOUNCED" | "FAILED" | "SCHEDULED" | "SENDING" | "SENT" | undefined;
  readonly from?: EmailAddress | undefined;
  readonly recipients?: readonly EmailAddress[] | undefined;
}

/** Something somebody is to do. */
export interface Task<M = Moment> extends Common<M> {
  readonly subject: string;
  readonly body?: string | undefined;
  /** When it is due. Default: `at`. */
  readonly due?: M | undefined;
  /** Default `NOT_STARTED`. */
  readonly status?: "NOT_STARTED" | "IN_PROGRESS" | "WAITING" | "DEFERRED" | "COMPLETED" | undefined;
  readonly priority?: "NONE" | "LOW" | "MEDIUM" | "HIGH" | undefined;
  /** Default: a to-do, neither call nor e-mail. */
  readonly type?: "TODO" | "CALL" | "EMAIL" | undefined;
}

/** A meeting, past or to come. Nobody is invited by it. */
export interface Meeting<M = Moment> extends Common<M> {
  readonly title: string;
  /** Plain text, as in a note. */
  readonly body?: string | undefined;
  readonly start: M;
  readonly end: M;
  readonly location?: string | undefined;
  /** https only. */
  readonly externalUrl?: string | undefined;
  /** Plain text that guests do not see. */
  readonly internalNotes?: string | undefined;
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
