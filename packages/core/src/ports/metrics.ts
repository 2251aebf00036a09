/** Names are stable; units are in the name's last word. Labels hold route templates, object names and codes, never ids of people. */
export const metricNames = [
  "hubspot.call.duration_ms",
  "hubspot.call.count",
  "hubspot.retry.count",
  "hubspot.quota.remaining_calls",
  "hubspot.queue.depth_calls",
  "hubspot.queue.wait_ms",
  "directory.lookup.duration_ms",
  "directory.lookup.count",
  "directory.cache.hit_count",
  "directory.cache.miss_count",
  "directory.lookup.failed_count",
  "directory.search.count",
  "webhook.accepted.count",
  "webhook.rejected.count",
  "inbox.age_ms",
  "sync.records.count",
  "sync.errors.count",
  "sync.conflicts.count",
  "sync.quarantined.count",
  "sync.lag_ms",
  "sync.work.depth_records",
  "outbox.depth_jobs",
  "storage.statement.duration_ms",
] as const;
/** The name of a metric; its last part is the unit. */
export type MetricName = (typeof metricNames)[number];

/** Takes measurements. Must neither throw nor wait. */
export interface Metrics {
  /** Adds to a counter. Labels are codes, routes and names, of which there are few. */
  count(name: MetricName, value: number, labels?: Readonly<Record<string, string>>): void;
  /** One observation of a histogram; the unit is the last word of the name: `…_ms`, `…_count`. */
  record(name: MetricName, value: number, labels?: Readonly<Record<string, string>>): void;
}
