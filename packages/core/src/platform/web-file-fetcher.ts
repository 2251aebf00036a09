import type { FileFetcher } from "../ports/file-fetcher.ts";
import { transportFailure } from "./transport-failure.ts";

export interface FileFetcherOptions {
  /** Default: the runtime's. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** GETs over the runtime's Fetch, which resolves names by itself and unpacks by itself. */
export function fileFetcher(options: FileFetcherOptions = {}): FileFetcher {
  const { fetch: send = (url: string, init: RequestInit) => fetch(url, init) } = options;
  return {
    pinsAddress: false,
    async fetch({ url, headers, signal }) {
      const stop = new AbortController();
      const onAbort = (): void => stop.abort();
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        const response = await send(url, { headers: { ...headers }, redirect: "manual", signal: stop.signal });
        return {
          // A refused redirect is opaque in browsers: status 0.
          status: response.status === 0 ? 302 : response.status,
          headers: Object.fromEntries(response.headers),
          encoded: false,
          body: chunks(response.body, signal),
          async close() {
            signal.removeEventListener("abort", onAbort);
            stop.abort();
          },
        };
      } catch (error) {
        throw transportFailure(error, signal);
      }
    },
  };
}

async function* chunks(body: ReadableStream<Uint8Array> | null, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch (error) {
    throw transportFailure(error, signal);
  } finally {
    reader.releaseLock();
  }
}
