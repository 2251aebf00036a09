import type { Tenant } from "./ids.ts";

/** Who is asking. `role` is the host's own word (for example `admin`, `operator`, `support`). */
export interface Actor {
  /** The host's own, such as a user id. Limits of an actor are counted by it, and the audit trail shows it as it is. */
  readonly id: string;
  /** What `access` and feature switches go by; the library gives no word a meaning of its own. */
  readonly role: string;
}

/**
 * Who does what for whom: passed to everything a person can trigger, written to the audit trail.
 * `ip` and `userAgent` are personal data: they are stored sealed.
 */
export interface Ctx {
  /** Whose data: every statement and call is bound to it. */
  readonly tenant: Tenant;
  /** Who asks; the role decides what they may do and see. */
  readonly actor: Actor;
  /** Why, for the audit trail, and where roles are limited to purposes. */
  readonly purpose?: string;
  /** Kept sealed, in the audit trail alone. */
  readonly ip?: string;
  /** Kept sealed, in the audit trail alone. */
  readonly userAgent?: string;
  /** The host's own: stands in the audit trail and in logs. */
  readonly requestId?: string;
  /** Ends what was asked for with ABORTED; what others wait for too goes on. */
  readonly signal?: AbortSignal;
}
