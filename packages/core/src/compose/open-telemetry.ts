import { findOpenTelemetry } from "#platform";
import type { Logger } from "../ports/logger.ts";
import type { MetricName, Metrics } from "../ports/metrics.ts";
import type { OpenTelemetryApi, TelemetryTracer } from "../ports/open-telemetry.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";

/** Under which spans and instruments appear. */
const scope = "@hubspoke/core";
/** Measurements kept while the package is being loaded. */
const mostKept = 1_000;

export interface TelemetryOptions {
  /** What was passed in; false: none at all. Absent: the installed package, where this runtime can find it. */
  readonly telemetry?: OpenTelemetryApi | false;
  /** The host's own sink, which gets every measurement too. */
  readonly metrics?: Metrics;
  readonly logger?: Logger;
  /** For tests: how the package is found. */
  readonly find?: () => Promise<OpenTelemetryApi | null>;
}

export interface Telemetry {
  readonly metrics: Metrics;
  /** Whether measurements go anywhere, as far as that is known: what has to be asked for is not asked for nobody. */
  readonly measured: () => boolean;
  readonly tracer: () => MaybeAsync<TelemetryTracer | null>;
}

/**
 * Spans and metrics of one instance. Without a package of OpenTelemetry, or without an SDK behind it, they cost next to
 * nothing. It is looked for once, by the first call or measurement: nothing is loaded when the instance is made.
 */
export function openTelemetry({ telemetry, metrics, logger, find = findOpenTelemetry }: TelemetryOptions): Telemetry {
  let api: OpenTelemetryApi | null | undefined = telemetry === false ? null : telemetry;
  let tracer: TelemetryTracer | null = null;
  let looking: Promise<void> | null = null;
  let kept: (() => void)[] = [];
  const instruments = new Map<MetricName, (value: number, labels: Readonly<Record<string, string>>) => void>();

  const look = (): Promise<void> => {
    looking ??= find().then(
      (found) => {
        api = found;
        for (const measure of kept.splice(0)) measure();
      },
      (error: unknown) => {
        api = null;
        kept = [];
        // A package that is there and does not load is a fault of the installation, not of a call to HubSpot.
        logger?.warn("telemetry.unavailable", { reason: error instanceof Error ? error.name : "unknown" });
      },
    );
    return looking;
  };
  const instrument = (from: OpenTelemetryApi, kind: "count" | "record", name: MetricName) => {
    const meter = from.metrics.getMeter(scope);
    if (kind === "count") {
      const counter = meter.createCounter(name);
      return (value: number, labels: Readonly<Record<string, string>>) => counter.add(value, { ...labels });
    }
    const histogram = meter.createHistogram(name, name.endsWith("_ms") ? { unit: "ms" } : {});
    return (value: number, labels: Readonly<Record<string, string>>) => histogram.record(value, { ...labels });
  };
  const give = (
    kind: "count" | "record",
    name: MetricName,
    value: number,
    labels: Readonly<Record<string, string>>,
  ) => {
    if (api === null) return;
    if (api === undefined) {
      if (kept.length < mostKept) kept.push(() => give(kind, name, value, labels));
      void look();
      return;
    }
    let measure = instruments.get(name);
    if (measure === undefined) {
      measure = instrument(api, kind, name);
      instruments.set(name, measure);
    }
    measure(value, labels);
  };
  const opened = (): TelemetryTracer | null => {
    if (tracer === null && api !== null && api !== undefined) tracer = api.trace.getTracer(scope);
    return tracer;
  };
  return {
    tracer: () => (api === undefined ? look().then(opened) : opened()),
    measured: () => metrics !== undefined || api !== null,
    metrics: {
      count(name, value, labels = {}) {
        metrics?.count(name, value, labels);
        give("count", name, value, labels);
      },
      record(name, value, labels = {}) {
        metrics?.record(name, value, labels);
        give("record", name, value, labels);
      },
    },
  };
}
