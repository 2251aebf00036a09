import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Downloaded, Downloader, DownloadOptions } from "../ports/downloader.ts";
import type { FileFetcher, FileResponse } from "../ports/file-fetcher.ts";
import { type CheckedSettings, checkDownloadSettings, type DownloadSettings } from "./options.ts";
import { isAddress, isPublicAddress } from "./public-address.ts";
import { downloadRefused } from "./refused.ts";

export interface DownloaderDeps {
  readonly fetcher: FileFetcher;
  readonly clock: Pick<Clock, "sleep">;
  /** Default: whether the whole internet can reach it. For tests, whose servers are on this machine. */
  readonly isPublic?: (address: string) => boolean;
}

/** Errors: CONFIG_INVALID. */
export function createDownloader(deps: DownloaderDeps, settings?: DownloadSettings): Downloader {
  const checked = checkDownloadSettings(settings);
  const { fetcher, isPublic = isPublicAddress } = deps;
  const checkAddress = (address: string): void => {
    if (!isPublic(address)) throw downloadRefused("private_address");
  };
  return {
    async download(address, options) {
      const url = readAddress(address, checked, fetcher.pinsAddress);
      const host = hostOf(url);
      if (isAddress(host)) checkAddress(host);
      const deadline = startDeadline(deps.clock, options, options.timeoutMs ?? checked.timeoutMs);
      try {
        const response = await fetcher.fetch({
          url: url.href,
          headers: { accept: options.types.join(", "), "accept-encoding": "identity", "user-agent": "hubspoke" },
          checkAddress,
          signal: deadline.signal,
        });
        return await opened(response, options, options.maxBytes ?? checked.maxBytes, deadline);
      } catch (error) {
        deadline.stop();
        throw deadline.reasonFor(error);
      }
    },
  };
}

/** Errors: DOWNLOAD_REFUSED. */
function readAddress(address: string, { ports, allowsHost }: CheckedSettings, pins: boolean): URL {
  const url = typeof address === "string" && address.length <= 8_192 && URL.canParse(address) ? new URL(address) : null;
  if (url === null || url.protocol !== "https:" || url.username !== "" || url.password !== "") {
    throw downloadRefused("address");
  }
  if (!ports.includes(url.port === "" ? 443 : Number(url.port))) throw downloadRefused("address");
  if (allowsHost === null ? !pins : !allowsHost(hostOf(url))) throw downloadRefused("host");
  return url;
}

/** In lower case, without the brackets of IPv6 and the dot that may end a name. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

interface Deadline {
  readonly signal: AbortSignal;
  stop(): void;
  /** What a failure really is: the caller's abort, our time being up, or itself. */
  reasonFor(error: unknown): unknown;
}

function startDeadline(clock: Pick<Clock, "sleep">, { signal }: DownloadOptions, timeoutMs: number): Deadline {
  const stop = new AbortController();
  const timer = new AbortController();
  let late = false;
  const onAbort = (): void => {
    stop.abort();
    timer.abort();
  };
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  const over = (): void => signal?.removeEventListener("abort", onAbort);
  clock.sleep(timeoutMs, timer.signal).then(() => {
    late = true;
    stop.abort();
    over();
    // Stopped before its time: the download has ended.
  }, over);
  return {
    signal: stop.signal,
    stop: () => timer.abort(),
    reasonFor(error) {
      if (isHubspokeError(error, "DOWNLOAD_REFUSED")) return error;
      if (late) return downloadRefused("too_slow", { timeoutMs });
      if (signal?.aborted === true) {
        return new HubspokeError("ABORTED", "ABORTED: the download was aborted", { details: { sent: true } });
      }
      return error;
    },
  };
}

async function opened(
  response: FileResponse,
  { types }: DownloadOptions,
  maxBytes: number,
  deadline: Deadline,
): Promise<Downloaded> {
  const { headers } = response;
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const length = /^\d{1,15}$/.test(headers["content-length"] ?? "") ? Number(headers["content-length"]) : null;
  const refusal = refusalOf(response, type, types, length, maxBytes);
  if (refusal !== null) {
    await response.close();
    throw refusal;
  }
  const body = capped(response, maxBytes, deadline);
  return {
    type,
    length,
    body,
    blob: async () => new Blob([await new Response(body).arrayBuffer()], { type }),
  };
}

function refusalOf(
  { status, encoded }: FileResponse,
  type: string,
  types: readonly string[],
  length: number | null,
  maxBytes: number,
): HubspokeError | null {
  if (status >= 300 && status <= 399) return downloadRefused("redirect");
  if (status === 408 || status === 429 || status >= 500) {
    const message = `NETWORK_FAILED: the host of the file answered ${status}; try again later`;
    return new HubspokeError("NETWORK_FAILED", message, { details: { sent: true, status } });
  }
  if (status !== 200) return downloadRefused("status", { status });
  if (encoded) return downloadRefused("encoding");
  if (!types.some((one) => one === type || (one.endsWith("/*") && type.startsWith(one.slice(0, -1))))) {
    return downloadRefused("type");
  }
  return length !== null && length > maxBytes ? downloadRefused("too_large", { maxBytes }) : null;
}

/** The body as it arrives, counted: what a server says of a length is not what it sends. */
function capped(response: FileResponse, maxBytes: number, deadline: Deadline): ReadableStream<Uint8Array> {
  const chunks = response.body[Symbol.asyncIterator]();
  let read = 0;
  const finish = async (): Promise<void> => {
    deadline.stop();
    await response.close();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await chunks.next();
          if (next.done === true) {
            await finish();
            controller.close();
            return;
          }
          read += next.value.byteLength;
          if (read > maxBytes) throw downloadRefused("too_large", { maxBytes });
          controller.enqueue(next.value);
        } catch (error) {
          await finish();
          controller.error(deadline.reasonFor(error));
        }
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  );
}
