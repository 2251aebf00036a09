import type { ErrorCode } from "../errors/codes.ts";
import type { TelemetrySpan, TelemetryTracer } from "../ports/open-telemetry.ts";
import type { Call } from "./call.ts";
import type { CallEvent } from "./call-event.ts";

/** OpenTelemetry's numbers, which its enums compile to. */
const client = 2;
const failed = 2;

/**
 * One span for one call, attempts and waits included, under the span that is active where the call was made. Names and
 * attributes are templates, ids of tenants, codes and numbers: no path, query, header, body or message is in any.
 */
export class CallSpan {
  readonly #span: TelemetrySpan;
  #attempts = 0;
  #waitedMs = 0;
  #status: number | null = null;

  private constructor(span: TelemetrySpan) {
    this.#span = span;
  }

  /** null where nobody keeps the span: without an SDK, or where its sampler said no. */
  static open(tracer: TelemetryTracer, call: Call, route: string, host: string): CallSpan | null {
    const span = tracer.startSpan(`hubspot ${route}`, {
      kind: client,
      attributes: {
        "http.request.method": call.method,
        "url.template": route.slice(call.method.length + 1),
        "server.address": host,
        "hubspoke.tenant": call.tenant,
        "hubspoke.lane": call.lane,
      },
    });
    return span.isRecording() ? new CallSpan(span) : null;
  }

  attempted(event: CallEvent): void {
    this.#attempts = event.attempt;
    this.#waitedMs += event.waitedMs;
    this.#status = event.status;
    if (event.code === null) return;
    this.#span.addEvent("hubspot.attempt_failed", {
      "hubspoke.attempt": event.attempt,
      "error.type": event.code,
      ...(event.status === null ? {} : { "http.response.status_code": event.status }),
    });
  }

  /** `code` null: the call succeeded. */
  end(code: ErrorCode | "unknown" | null): void {
    this.#span.setAttributes({
      "hubspoke.attempts": this.#attempts,
      "hubspoke.waited_ms": this.#waitedMs,
      ...(this.#attempts > 1 ? { "http.request.resend_count": this.#attempts - 1 } : {}),
      ...(this.#status === null ? {} : { "http.response.status_code": this.#status }),
      ...(code === null ? {} : { "error.type": code }),
    });
    if (code !== null) this.#span.setStatus({ code: failed });
    this.#span.end();
  }
}
