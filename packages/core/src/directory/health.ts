import { type Background, tell, tellOver } from "../audit/tell.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { AlertName, AlertSink } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { bounded } from "../util/bounded.ts";

export interface HealthDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly alerts: AlertSink;
  readonly background?: Background | undefined;
  /** How long HubSpot is not asked after it refused the tenant's credentials. Default 5 min. */
  readonly authPauseMs?: number;
  /** How long no refresh is started behind an answer after HubSpot failed. Default 30 s. */
  readonly refreshPauseMs?: number;
}

/** What is wrong with a tenant's connection. Absent when nothing is. */
interface Trouble {
  /** The circuit: until then nothing is asked. 0 while it is closed. */
  closedOff: EpochMs;
  refreshAfter: EpochMs;
  /** What people were told, and when it was last raised. */
  readonly told: Map<AlertName, EpochMs>;
}

/** Trouble that goes on is raised again after this long, so that those who share alerts know that it does. */
const stillMs = 20 * 60_000;

const keyOf = (name: AlertName): string => `directory:${name}`;

type FailureKind = { readonly alert: AlertName; readonly circuit: boolean; readonly severity: "warning" | "critical" };

/** What each failure means for the tenant. Codes that are not here are about one request, not about the connection. */
const kinds: Readonly<Partial<Record<ErrorCode, FailureKind>>> = {
  AUTH_INVALID: { alert: "auth.invalid", circuit: true, severity: "critical" },
  AUTH_EXPIRED: { alert: "auth.invalid", circuit: true, severity: "critical" },
  AUTH_SCOPE_MISSING: { alert: "auth.invalid", circuit: true, severity: "critical" },
  AUTH_DISCONNECTED: { alert: "auth.disconnected", circuit: true, severity: "critical" },
  PORTAL_MISMATCH: { alert: "portal.mismatch", circuit: true, severity: "critical" },
  RATE_LIMITED: { alert: "rate.limited", circuit: false, severity: "warning" },
  DAILY_LIMIT_REACHED: { alert: "rate.daily_reserve", circuit: false, severity: "critical" },
  HUBSPOT_UNAVAILABLE: { alert: "hubspot.unavailable", circuit: false, severity: "warning" },
  HUBSPOT_LOCKED: { alert: "hubspot.unavailable", circuit: false, severity: "warning" },
  HUBSPOT_MIGRATING: { alert: "hubspot.unavailable", circuit: false, severity: "warning" },
  HUBSPOT_RESPONSE_INVALID: { alert: "hubspot.unavailable", circuit: false, severity: "warning" },
  NETWORK_FAILED: { alert: "hubspot.unavailable", circuit: false, severity: "warning" },
  TIMEOUT: { alert: "hubspot.unavailable", circuit: false, severity: "warning" },
};

/**
 * Whether a tenant's HubSpot may be asked. Refused credentials open a circuit: for a while nothing is asked, then one
 * call tries. Each kind of trouble is alerted once until a call succeeds, and again while it goes on for long.
 */
export class Health {
  readonly #deps: HealthDeps;
  readonly #authPauseMs: number;
  readonly #refreshPauseMs: number;
  /** Tenants in trouble only. Bounded: with so many at once, forgetting one costs one more alert. */
  readonly #troubles = bounded<Tenant, Trouble>(10_000);

  constructor(deps: HealthDeps) {
    this.#deps = deps;
    this.#authPauseMs = deps.authPauseMs ?? 300_000;
    this.#refreshPauseMs = deps.refreshPauseMs ?? 30_000;
  }

  /** Throws `AUTH_CIRCUIT_OPEN` while nothing may be asked. After the pause, one caller passes and the others still wait for what it learns. */
  check(tenant: Tenant): void {
    const trouble = this.#troubles.get(tenant);
    if (trouble === undefined || trouble.closedOff === 0) return;
    const now = this.#deps.clock.now();
    if (now >= trouble.closedOff) {
      trouble.closedOff = now + this.#authPauseMs;
      return;
    }
    throw new HubspokeError(
      "AUTH_CIRCUIT_OPEN",
      `HubSpot refused the credentials of tenant ${tenant}; it is asked again in ${Math.ceil((trouble.closedOff - now) / 1_000)} s. Replace the token or reconnect`,
      { details: { retryInMs: trouble.closedOff - now } },
    );
  }

  /** Whether a refresh behind an answer is worth starting: while HubSpot fails, not for every look-up. */
  mayRefresh(tenant: Tenant): boolean {
    const trouble = this.#troubles.get(tenant);
    return trouble === undefined || this.#deps.clock.now() >= Math.max(trouble.refreshAfter, trouble.closedOff);
  }

  succeeded(tenant: Tenant): void {
    const trouble = this.#troubles.get(tenant);
    if (trouble === undefined) return;
    this.#troubles.delete(tenant);
    for (const name of trouble.told.keys()) tellOver(this.#deps, tenant, keyOf(name));
  }

  failed(tenant: Tenant, error: HubspokeError): void {
    const kind = kinds[error.code];
    if (kind === undefined) return;
    const now = this.#deps.clock.now();
    const trouble = this.#troubles.get(tenant) ?? { closedOff: 0, refreshAfter: 0, told: new Map() };
    this.#troubles.set(tenant, trouble);
    trouble.refreshAfter = now + this.#refreshPauseMs;
    // Where HubSpot was not even asked, as for a tenant without a grant, asking again costs nothing, and the moment it
    // is connected, in whatever process, look-ups work.
    if (kind.circuit && error.details.sent !== false) trouble.closedOff = now + this.#authPauseMs;
    const last = trouble.told.get(kind.alert);
    if (last !== undefined && now - last < stillMs) return;
    trouble.told.set(kind.alert, now);
    this.#deps.logger.warn("directory.hubspot_failed", { tenant, code: error.code });
    tell(this.#deps, {
      name: kind.alert,
      key: keyOf(kind.alert),
      tenant,
      at: now,
      severity: kind.severity,
      message: `contacts cannot be looked up in HubSpot (${error.code}); known contacts are still served from the cache`,
      details: { code: error.code },
    });
  }
}
