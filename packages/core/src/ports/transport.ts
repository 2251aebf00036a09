/** One HTTP exchange as the pipeline needs it: the body is read whole, because every HubSpot answer is JSON of bounded size. */
export interface TransportRequest {
  /** HEAD is not among them: HubSpot's routes take none. */
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute. Never holds a secret or personal data. */
  readonly url: string;
  /** The `Authorization` header among them: never log them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for GET and DELETE without one. A form brings its own content type. */
  readonly body?: string | Uint8Array | FormData;
  /** Milliseconds: to connect, for the head of the answer, for its body. */
  readonly timeouts: { readonly connectMs: number; readonly headersMs: number; readonly bodyMs: number };
  /** Ends the exchange with ABORTED. */
  readonly signal?: AbortSignal;
}

/** An answer, read whole. */
export interface TransportResponse {
  /** 100–599 as it came; 3xx too, for no redirect is followed. */
  readonly status: number;
  /** Lower-cased names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body in UTF-8; empty where there was none. */
  readonly text: string;
}

/**
 * Sends one request. Duties: never follows a redirect; never retries; on failure rejects with NETWORK_FAILED,
 * TIMEOUT or ABORTED whose `details.sent` says whether any byte may have reached the server
 * (`false` only when it certainly has not), because that decides whether a create may be repeated.
 */
export interface Transport {
  /** An answer of whatever status resolves; rejections are those the duties name. */
  send(request: TransportRequest): Promise<TransportResponse>;
  /** Ends idle connections. Safe to repeat. */
  close(): Promise<void>;
}
