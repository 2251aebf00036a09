import type { ErrorCode } from "../errors/codes.ts";
import type { TelemetrySpan, TelemetryTracer } from "../ports/open-telemetry.ts";
import type { Call } from "./call.ts";
import type { CallEvent } from "./call-event.ts";
import type { Observers } from "./observers.ts";

/** OpenTelemetry's numbers, which its enums compile to. */
const client = 2;
const failed = 2;

/**
 * One span for one call, attempts and waits included, under the span that is active where the call was made. Names and
 * attributes are templates, ids of tenants, codes and numbers: no path, query, header, body or message is in any.
 */
export class CallSpan {
  readonly #span: TelemetrySpan;
  readonly #failed: () => void;
  #attempts = 0;
  #waitedMs = 0;
  #status: number | null = null;

  private constructor(span: TelemetrySpan, failed: () => void) {
    this.#span = span;
    this.#failed = failed;
  }

  /** null where nobody keeps the span: without an SDK, or where its sampler said no. */
  static open(
    tracer: TelemetryTracer,
    call: Call,
    route: string,
    { host, observers }: { readonly host: string; readonly observers: Observers },
  ): CallSpan | null {
    try {
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
      return span.isRecording() ? new CallSpan(span, () => observers.failed("telemetry", route)) : null;
    } catch {
      observers.failed("telemetry", route);
      return null;
    }
  }

  attempted(event: CallEvent): void {
    this.#attempts = event.attempt;
    this.#waitedMs += event.waitedMs;
    this.#status = event.status;
    if (event.code === null) return;
    const { attempt, code, status } = event;
    this.#write((span) =>
      span.addEvent("hubspot.attempt_failed", {
        "hubspoke.attempt": attempt,
        "error.type": code,
        ...(status === null ? {} : { "http.response.status_code": status }),
      }),
    );
  }

  /** `code` null: the call succeeded. */
  end(code: ErrorCode | "unknown" | null): void {
    this.#write((span) => {
      span.setAttributes({
        "hubspoke.attempts": this.#attempts,
        "hubspoke.waited_ms": this.#waitedMs,
        ...(this.#attempts > 1 ? { "http.request.resend_count": this.#attempts - 1 } : {}),
        ...(this.#status === null ? {} : { "http.response.status_code": this.#status }),
        ...(code === null ? {} : { "error.type": code }),
      });
      if (code !== null) span.setStatus({ code: failed });
    });
    this.#write((span) => span.end());
  }

  /** Span processors run within these calls: one that throws must not turn a write that happened into one that failed. */
  #write(work: (span: TelemetrySpan) => void): void {
    try {
      work(this.#span);
    } catch {
      this.#failed();
    }
  }
}
