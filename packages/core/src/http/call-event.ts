import type { ErrorCode } from "../errors/codes.ts";
import type { Lane } from "../model/lane.ts";
import type { Tenant } from "../ports/ids.ts";
import type { TransportRequest } from "../ports/transport.ts";

/** One attempt, when its turn has come and before it is sent. Holds no path, no query, no header, no body. */
export interface CallStart {
  /** Whose credentials the attempt uses. */
  readonly tenant: Tenant;
  /** `VERB /template` */
  readonly route: string;
  /** The verb of `route` by itself. A search is a POST, though it changes nothing. */
  readonly method: TransportRequest["method"];
  /** From 1. */
  readonly attempt: number;
  /** Which of the rate budget's queues it waited in, as the client's `lane` said. */
  readonly lane: Lane;
  /** Time spent waiting for the rate limit. */
  readonly waitedMs: number;
}

/** What every attempt leaves behind, for metrics and traces. */
export interface CallEvent extends CallStart {
  /** null: there was no answer. */
  readonly status: number | null;
  /** null: the attempt succeeded. */
  readonly code: ErrorCode | null;
  /** False: certainly nothing reached HubSpot, a refused connection for example. */
  readonly sent: boolean;
  /** From sending to the answer. */
  readonly durationMs: number;
  /** Bytes of the body sent, in UTF-8; null for a form, whose size only the runtime knows. */
  readonly bytesSent: number | null;
  /** Bytes of the body received, decompressed. */
  readonly bytesReceived: number;
}

/**
 * Called around every attempt, in order and at once: what they do holds up the call. One that throws or rejects is logged as
 * `hubspot.hook_failed` and counted in `stats().hookFailures`; the call goes on.
 */
export interface CallHooks {
  /** Before a request leaves. */
  readonly onSend?: (event: CallStart) => void;
  /** After its answer, or when there will be none. */
  readonly onCall?: (event: CallEvent) => void;
}
