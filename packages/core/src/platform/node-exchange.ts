import type { Dispatcher } from "undici";
import type { TransportRequest, TransportResponse } from "../ports/transport.ts";
import { largestBody, late, tooLarge, transportFailure } from "./transport-failure.ts";

/**
 * One answer of undici, collected as its parts arrive. `agent.request` puts a stream between, which costs a third of a
 * small call; every answer of HubSpot is JSON that is read whole.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #done: (response: TransportResponse) => void;
  readonly #failed: (error: unknown) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #timeouts: TransportRequest["timeouts"];
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #headers: TransportResponse["headers"] = {};
  #body: Buffer | Buffer[] | null = null;
  #bytes = 0;
  /** When what is waited for is late; 0: nothing came yet. */
  #until = 0;

  constructor(
    done: (response: TransportResponse) => void,
    failed: (error: unknown) => void,
    { signal, timeouts }: Pick<TransportRequest, "signal" | "timeouts">,
  ) {
    this.#timeouts = timeouts;
    this.#done = done;
    this.#failed = failed;
    this.#signal = signal;
    signal?.addEventListener("abort", this);
  }

  /** The caller's abort: a request that has not begun is cut when its turn comes. */
  handleEvent(): void {
    this.#controller?.abort(this.#signal?.reason);
    this.#fail(this.#signal?.reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal?.aborted === true) controller.abort(this.#signal.reason);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    // What comes before an answer, as 103 does, puts undici's own timeout off each time.
    if (status < 200) {
      const now = performance.now();
      if (this.#until === 0) this.#until = now + this.#timeouts.headersMs;
      else if (now > this.#until) controller.abort(late());
      return;
    }
    this.#status = status;
    this.#headers = flat(headers);
  }

  /**
   * undici's own timeout is between two parts: an answer that comes a byte at a time would never be over. Looked at when a
   * part comes, so that no answer pays for a timer.
   */
  onResponseData(controller: Dispatcher.DispatchController, part: Buffer): void {
    this.#bytes += part.length;
    if (this.#body === null) this.#until = performance.now() + this.#timeouts.bodyMs;
    else if (performance.now() > this.#until) controller.abort(late());
    if (this.#bytes > largestBody) controller.abort(tooLarge());
    if (controller.aborted) return;
    if (this.#body === null) this.#body = part;
    else if (Array.isArray(this.#body)) this.#body.push(part);
    else this.#body = [this.#body, part];
  }

  onResponseEnd(): void {
    this.#end();
    this.#done({ status: this.#status, headers: this.#headers, text: textOf(this.#body) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #fail(error: unknown): void {
    this.#end();
    this.#failed(transportFailure(error, this.#signal));
  }

  #end(): void {
    this.#signal?.removeEventListener("abort", this);
  }
}

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Headers that came more than once become one, joined by commas; mostly there are none, and nothing is copied. */
export function flat(headers: RawHeaders): TransportResponse["headers"] {
  for (const name in headers) if (typeof headers[name] !== "string") return joined(headers);
  return headers as TransportResponse["headers"];
}

function joined(headers: RawHeaders): TransportResponse["headers"] {
  const out: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) out[name] = typeof value === "string" ? value : value.join(", ");
  }
  return out;
}

function textOf(body: Buffer | Buffer[] | null): string {
  if (body === null) return "";
  const text = (Array.isArray(body) ? Buffer.concat(body) : body).toString("utf8");
  // A byte order mark is no part of JSON.
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
