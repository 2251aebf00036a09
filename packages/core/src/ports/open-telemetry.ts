/** A span's or measurement's facts. */
export type TelemetryAttributes = Record<string, string | number | boolean>;

/** As much of OpenTelemetry's span as is used. */
export interface TelemetrySpan {
  /** False: nobody keeps it, and what would be written into it need not be made. */
  isRecording(): boolean;
  /** Routes, codes and numbers; nothing of a person. */
  setAttributes(attributes: TelemetryAttributes): unknown;
  /** For attempts that failed and are tried again. */
  addEvent(name: string, attributes?: TelemetryAttributes): unknown;
  /** 2 is OpenTelemetry's `ERROR`; spans that succeed are left unset. */
  setStatus(status: { code: number }): unknown;
  /** Called once for each span, also after a failure. */
  end(): void;
}

/** As much of OpenTelemetry's tracer as is used. */
export interface TelemetryTracer {
  /** `kind` is OpenTelemetry's number: 2 is `CLIENT`. */
  startSpan(name: string, options?: { kind?: number; attributes?: TelemetryAttributes }): TelemetrySpan;
}

/** As much of OpenTelemetry's meter as is used. */
export interface TelemetryMeter {
  /** Asked once for a name, which ends in its unit; counters only grow. */
  createCounter(name: string, options?: { unit?: string }): { add(value: number, labels?: TelemetryAttributes): void };
  /** Asked once for a name, which ends in its unit, such as `_ms`. */
  createHistogram(
    name: string,
    options?: { unit?: string },
  ): { record(value: number, labels?: TelemetryAttributes): void };
}

/**
 * The part of `@opentelemetry/api` 1.x that is used: `import * as otel from "@opentelemetry/api"` fits. Written out here,
 * so that nobody needs that package's types to use ours.
 */
export interface OpenTelemetryApi {
  /** The global provider of traces, as the host has set it. */
  readonly trace: { getTracer(name: string): TelemetryTracer };
  /** The global provider of metrics, as the host has set it. */
  readonly metrics: { getMeter(name: string): TelemetryMeter };
}
