/** What may be fetched: types, size and time. */
export interface DownloadOptions {
  /** Media types that are taken: `audio/mpeg`, or a whole family, `audio/*`. */
  readonly types: readonly string[];
  /** Default: what the instance was configured with, 100 MB. */
  readonly maxBytes?: number;
  /** From asking for the address to the last byte. Default: what the instance was configured with, 60,000 ms. */
  readonly timeoutMs?: number;
  /** Ends the download with ABORTED. */
  readonly signal?: AbortSignal;
}

/** A file that is being fetched, within its caps. */
export interface Downloaded {
  /** In lower case, without parameters. */
  readonly type: string;
  /** What the server says, in bytes; null where it does not. */
  readonly length: number | null;
  /** As it arrives, under the same caps: reading it fails with the same errors. Cancelling it closes the connection. */
  readonly body: ReadableStream<Uint8Array>;
  /** The body whole, in memory, with its type. */
  blob(): Promise<Blob>;
}

/**
 * Fetches files from addresses that somebody else wrote down: recordings, pictures. Duties: https only, public hosts
 * only, no redirect followed, nothing of ours sent along (no token, no cookie); refuses with DOWNLOAD_REFUSED, whose
 * `details.reason` is one of `downloadRefusals`. Errors besides: NETWORK_FAILED for what may pass, ABORTED. The address
 * is a secret of its own and appears in none.
 */
export interface Downloader {
  /** https only. DOWNLOAD_REFUSED also when size, type or time go beyond `options` halfway. */
  download(url: string, options: DownloadOptions): Promise<Downloaded>;
}

/** The reasons of DOWNLOAD_REFUSED. */
export const downloadRefusals = [
  "address",
  "host",
  "private_address",
  "redirect",
  "status",
  "type",
  "encoding",
  "too_large",
  "too_slow",
] as const;
/** Why a file was not fetched. */
export type DownloadRefusal = (typeof downloadRefusals)[number];
