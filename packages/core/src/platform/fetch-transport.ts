import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Transport, TransportRequest, TransportResponse } from "../ports/transport.ts";
import { abortedBeforeSend, largestBody, late, tooLarge, transportFailure } from "./transport-failure.ts";

/** HTTP over a given `fetch`: the runtime's, or the simulator's. Redirects are not followed, nothing is retried here. */
export function fetchTransport(
  fetch: (url: string, init: RequestInit) => Promise<Response>,
  options: { readonly connectMs?: number } = {},
): Transport {
  const open = new Set<AbortController>();
  return {
    async send(request) {
      if (request.signal?.aborted === true) throw abortedBeforeSend();
      const stop = new AbortController();
      open.add(stop);
      const onAbort = () => stop.abort();
      request.signal?.addEventListener("abort", onAbort, { once: true });
      const { headersMs, bodyMs } = request.timeouts;
      let timer = setTimeout(() => stop.abort(late()), (options.connectMs ?? request.timeouts.connectMs) + headersMs);
      const exchange = async (): Promise<TransportResponse> => {
        const response = await fetch(request.url, initOf(request, stop.signal));
        clearTimeout(timer);
        stop.signal.throwIfAborted();
        timer = setTimeout(() => stop.abort(late()), bodyMs);
        const text = await textOf(response, stop);
        // A refused redirect is opaque in browsers: status 0.
        return {
          status: response.status === 0 ? 302 : response.status,
          headers: Object.fromEntries(response.headers),
          text,
        };
      };
      try {
        return await Promise.race([exchange(), stopped(stop.signal)]);
      } catch (error) {
        if (stop.signal.reason instanceof HubspokeError) throw stop.signal.reason;
        throw transportFailure(error, stop.signal);
      } finally {
        clearTimeout(timer);
        request.signal?.removeEventListener("abort", onAbort);
        open.delete(stop);
      }
    },
    async close() {
      for (const stop of open) stop.abort();
    },
  };
}

/** Rejects when the signal fires: a `fetch` of the host's may not look at it, and would be waited for for ever. */
function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

function initOf(request: TransportRequest, signal: AbortSignal): RequestInit {
  const { method, headers, body } = request;
  const init = { method, headers: { ...headers }, redirect: "manual", signal } as const;
  return body === undefined ? init : { ...init, body: body as BodyInit };
}

/** As `response.text()`, but with an end: `fetch` unpacks what is packed. */
async function textOf(response: Response, stop: AbortController): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > largestBody) {
      stop.abort(tooLarge());
      throw stop.signal.reason;
    }
    text += decoder.decode(value, { stream: true });
  }
}
