export interface FileRequest {
  /** https. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Throws for an IP address that may not be connected to. Asked for every address the name stands for, before a
   * connection is made, where the runtime can tell (`pinsAddress`).
   */
  readonly checkAddress: (address: string) => void;
  readonly signal: AbortSignal;
}

export interface FileResponse {
  readonly status: number;
  /** Lower-cased names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the body is still compressed, as `content-encoding` says. */
  readonly encoded: boolean;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection, read to the end or not. */
  close(): Promise<void>;
}

/**
 * One GET over a connection of its own. Duties: follows no redirect, decodes nothing where it can help it, verifies the
 * certificate for the name in the address, and connects to an address that `checkAddress` has seen: a name that means
 * something else a moment later changes nothing. Rejects with what `checkAddress` threw, NETWORK_FAILED, TIMEOUT or ABORTED.
 */
export interface FileFetcher {
  /** false: the runtime resolves names by itself, and only the name can be judged. */
  readonly pinsAddress: boolean;
  fetch(request: FileRequest): Promise<FileResponse>;
}
