import type { EpochMs, Tenant } from "./ids.ts";

/** Names are stable: hosts route on them. */
export const alertNames = [
  "auth.invalid",
  "auth.disconnected",
  "portal.mismatch",
  "hubspot.unavailable",
  "rate.daily_reserve",
  "rate.limited",
  "webhook.unknown_portal",
  "webhook.unknown_event",
  "webhook.rejected",
  "webhook.handler_failed",
  "sync.conflict_review",
  "sync.quarantined",
  "sync.breaker_open",
  "sync.oscillating",
  "sync.delayed",
  "sync.errors_high",
  "outbox.failed",
  "schedule.missed",
  "setup.failed",
  "storage.unavailable",
  "audit.failed",
  "keys.reseal_stalled",
  "privacy.erasure_stalled",
] as const;
/** What an alert is about; docs/operations.md says what to do. */
export type AlertName = (typeof alertNames)[number];

/** One trouble that people should know of. Holds ids, names and counts, and no personal data. */
export interface Alert {
  /** One of the documented names: switch on it. */
  readonly name: AlertName;
  /** Absent where it concerns all of the instance. */
  readonly tenant?: Tenant;
  /** When it was raised, epoch ms. */
  readonly at: EpochMs;
  /** One alert per key until it clears: an outage raises one, not a thousand. */
  readonly key: string;
  /** `critical`: something does not work until a person acts. `warning`: it is handled, or will be seen to. */
  readonly severity: "warning" | "critical";
  /** For people; ids and codes, no personal data. */
  readonly message: string;
  /** The facts of the message, for programs. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** Tells people. May be slow or fail: callers never wait for it in a request path and never lose work over it. */
export interface AlertSink {
  /** Called once for an outage. A rejection is logged and goes no further. */
  raise(alert: Alert): void | Promise<void>;
  /** The trouble behind a key is over. Told once, for what was raised. */
  clear?(tenant: Tenant | null, key: string): void | Promise<void>;
}
