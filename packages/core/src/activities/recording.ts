import { type HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { CrmScope } from "../ports/crm.ts";
import type { RecordingInput } from "./input-types.ts";
import type { RecordingNote } from "./wire.ts";

/** A file somebody else serves: only ever fetched by the guarded downloader. */
export interface Fetched {
  readonly data: Blob;
  readonly contentType: string;
}

export interface RecordingPort {
  /**
   * Whether the address may stand in HubSpot. One that holds a key or a password, as a signed address of a file store does,
   * would have the whole note refused.
   */
  mayLeave(url: string): boolean;
  /** Errors: DOWNLOAD_REFUSED for what must not be fetched; others pass. */
  fetch(url: string, signal: AbortSignal): Promise<Fetched>;
  /** Stores it so that users of the account alone may open it, over a file of the same name. Answers its id. */
  store(scope: CrmScope, file: Fetched & { readonly fileName: string }): Promise<string>;
}

export interface StoredRecording {
  readonly note: RecordingNote;
  readonly fileId: string | null;
}

/** Attempts that an upload is given before the link alone has to do: people wait for the note. */
const patientTries = 3;
const extensions: Readonly<Record<string, string>> = {
  "audio/mpeg": "mp3",
  "audio/mp3": "mp3",
  "audio/wav": "wav",
  "audio/x-wav": "wav",
  "audio/wave": "wav",
  "audio/mp4": "m4a",
  "audio/ogg": "ogg",
  "audio/webm": "webm",
  "video/mp4": "mp4",
};

/**
 * The recording in HubSpot's file store, or the reason it is not there. What is refused stays a link at once; what fails
 * for now is thrown, so that the job comes again, until patience ends.
 */
export async function keepRecording(
  port: RecordingPort,
  scope: CrmScope,
  recording: RecordingInput,
  key: string,
  tries: number,
): Promise<StoredRecording> {
  const { url: address, upload = false, fileName } = recording;
  const url = port.mayLeave(address) ? address : null;
  if (!upload) return { note: { url, problem: url === null ? "OUTBOUND_REFUSED" : null }, fileId: null };
  const signal = scope.signal ?? new AbortController().signal;
  try {
    const file = await port.fetch(address, signal);
    // One name per activity: a second upload replaces the first instead of standing beside it.
    const name = fileName ?? `recording-${key}.${extensions[file.contentType.split(";")[0]?.trim() ?? ""] ?? "bin"}`;
    return { note: { url, problem: null }, fileId: await port.store(scope, { ...file, fileName: name }) };
  } catch (error) {
    if (!isHubspokeError(error)) throw error;
    const { code, details } = error;
    const { reason } = details;
    if (tries < patientTries && passes(error, reason)) throw error;
    return { note: { url, problem: typeof reason === "string" ? `${code}, ${reason}` : code }, fileId: null };
  }
}

/** Whether another attempt may do better. A recording is often not there yet when its call has just ended. */
function passes({ code, category, retryable }: HubspokeError, reason: unknown): boolean {
  if (code === "DOWNLOAD_REFUSED") return reason === "status" || reason === "too_slow";
  if (code === "AUTH_SCOPE_MISSING") return false;
  return retryable || category === "auth" || code === "UNKNOWN_OUTCOME" || code === "ABORTED";
}
