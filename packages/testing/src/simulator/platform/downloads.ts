import type { RandomStream } from "../base/random.ts";

export interface Download {
  readonly name: string;
  readonly type: string;
  /** Asked when somebody reads it; `undefined` once it is gone. */
  readonly read: () => Uint8Array<ArrayBuffer> | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

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
    return `/presigned/${encodeURIComponent(download.name)}?${query}`;
  }

  find(signature: string, now: number): Download | undefined {
    const found = this.#issued.get(signature);
    return found === undefined || found.expiresAt <= now ? undefined : found;
  }
}
