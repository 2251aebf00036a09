/** A span's or measurement's facts. */
export type TelemetryAttributes = Record<string, string | number | boolean>;

/** As much of OpenTelemetry's span as is used. */
export interface TelemetrySpan {
  /** False: nobody keeps it, and what would be written into it need not be made. */
  isRecording(): boolean;
  setAttributes(attributes: TelemetryAttributes): unknown;
  addEvent(name: string, attributes?: TelemetryAttributes): unknown;
  setStatus(status: { code: number }): unknown;
  end(): void;
}

/** As much of OpenTelemetry's tracer as is used. */
export interface TelemetryTracer {
  startSpan(name: string, options?: { kind?: number; attributes?: TelemetryAttributes }): TelemetrySpan;
}

/** As much of OpenTelemetry's meter as is used. */
export interface TelemetryMeter {
  createCounter(name: string, options?: { unit?: string }): { add(value: number, labels?: TelemetryAttributes): void };
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
  readonly trace: { getTracer(name: string): TelemetryTracer };
  readonly metrics: { getMeter(name: string): TelemetryMeter };
}
