import { pathSegment } from "../base/path-segment.ts";
import type { RandomStream } from "../base/random.ts";

/** What an address opens; looked up when somebody reads it. */
export type DownloadSource =
  | { readonly kind: "file" | "export"; readonly portalId: number; readonly id: string }
  /** One portal's part of a file of an app's journal, or all of it. */
  | { readonly kind: "journal"; readonly appId: number; readonly offset: string; readonly portalId?: number };

export interface Download {
  readonly name: string;
  readonly type: string;
  readonly source: DownloadSource;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export type SavedDownload = readonly [string, Download];

/** Addresses that open one thing to whoever knows them, for a while. */
export class Downloads {
  readonly #random: RandomStream;
  readonly #issued: Map<string, Download> = new Map();

  constructor(random: RandomStream) {
    this.#random = random;
  }

  /** @returns the path and query of the address */
  issue(download: Download, now: number): string {
    for (const [key, { expiresAt }] of this.#issued) {
      if (expiresAt > now) break;
      this.#issued.delete(key);
    }
    const signature = this.#random.uuid().replaceAll("-", "");
    this.#issued.set(signature, download);
    const seconds = Math.ceil((download.expiresAt - now) / 1_000);
    const query = new URLSearchParams({ "X-Amz-Expires": String(seconds), "X-Amz-Signature": signature });
    return `/presigned/${pathSegment(download.name)}?${query}`;
  }

  find(signature: string, now: number): Download | undefined {
    const found = this.#issued.get(signature);
    return found === undefined || found.expiresAt <= now ? undefined : found;
  }

  /** By signature. */
  save(): readonly SavedDownload[] {
    return [...this.#issued];
  }

  load(saved: readonly SavedDownload[]): void {
    for (const [signature, download] of saved) this.#issued.set(signature, download);
  }
}
