import type { Tenant } from "./ids.ts";

/** Who is asking. `role` is the host's own word (for example `admin`, `operator`, `support`). */
export interface Actor {
  readonly id: string;
  readonly role: string;
}

/**
 * Who does what for whom: passed to everything a person can trigger, written to the audit trail.
 * `ip` and `userAgent` are personal data: they are stored sealed.
 */
export interface Ctx {
  readonly tenant: Tenant;
  readonly actor: Actor;
  readonly purpose?: string;
  readonly ip?: string;
  readonly userAgent?: string;
  readonly requestId?: string;
  readonly signal?: AbortSignal;
}
