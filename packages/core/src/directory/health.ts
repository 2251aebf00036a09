import { type Background, tell, tellOver } from "../audit/tell.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotError } from "../errors/hubspot-errors.ts";
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
  /** What opened it, and how long it stays open after a call that tried. */
  code: ErrorCode;
  pauseMs: number;
  /** Failures since the last success. */
  failures: number;
  /** Of these, answers that nobody waited for any longer. */
  late: number;
  refreshAfter: EpochMs;
  /** What people were told, and when it was last raised. */
  readonly told: Map<AlertName, EpochMs>;
}

/** Trouble that goes on is raised again after this long, so that those who share alerts know that it does. */
const stillMs = 20 * 60_000;

const keyOf = (name: AlertName): string => `directory:${name}`;

/**
 * When a failure opens the circuit. `refused`: at once and for long, because only people can mend it. `limit`: at once,
 * for as long as HubSpot says. `outage`: when several calls in a row failed, for seconds, because it may pass any moment.
 */
type Circuit = "refused" | "limit" | "outage";
type FailureKind = { readonly alert: AlertName; readonly circuit: Circuit; readonly severity: "warning" | "critical" };

const outage: FailureKind = { alert: "hubspot.unavailable", circuit: "outage", severity: "warning" };
const refused: FailureKind = { alert: "auth.invalid", circuit: "refused", severity: "critical" };

/** What each failure means for the tenant. Codes that are not here are about one request, not about the connection. */
const kinds: Readonly<Partial<Record<ErrorCode, FailureKind>>> = {
  AUTH_INVALID: refused,
  AUTH_EXPIRED: refused,
  AUTH_SCOPE_MISSING: refused,
  AUTH_DISCONNECTED: { ...refused, alert: "auth.disconnected" },
  PORTAL_MISMATCH: { ...refused, alert: "portal.mismatch" },
  RATE_LIMITED: { alert: "rate.limited", circuit: "limit", severity: "warning" },
  DAILY_LIMIT_REACHED: { alert: "rate.daily_reserve", circuit: "limit", severity: "critical" },
  HUBSPOT_UNAVAILABLE: outage,
  HUBSPOT_LOCKED: outage,
  HUBSPOT_MIGRATING: outage,
  HUBSPOT_RESPONSE_INVALID: outage,
  NETWORK_FAILED: outage,
  TIMEOUT: outage,
};

/** Failures in a row that make an outage, and how long HubSpot is left alone then. */
const outageAfter = 3;
const outagePauseMs = 10_000;
const limitPauseMs = { RATE_LIMITED: 10_000, DAILY_LIMIT_REACHED: 300_000, longest: 300_000 } as const;

/**
 * Whether a tenant's HubSpot may be asked. Refused credentials, limits and outages open a circuit: for a while nothing
 * is asked and nobody waits, then one call tries. Each kind of trouble is alerted once until a call succeeds, and again
 * while it goes on for long.
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

  /**
   * Throws while nothing may be asked: `AUTH_CIRCUIT_OPEN` for refused credentials, else the code of what is the matter.
   * After the pause, one caller passes and the others still wait for what it learns.
   */
  check(tenant: Tenant): void {
    const trouble = this.#troubles.get(tenant);
    if (trouble === undefined || trouble.closedOff === 0) return;
    const now = this.#deps.clock.now();
    if (now >= trouble.closedOff) {
      trouble.closedOff = now + trouble.pauseMs;
      return;
    }
    const retryInMs = trouble.closedOff - now;
    const details = { retryInMs, circuit: true, sent: false };
    const again = `it is asked again in ${Math.ceil(retryInMs / 1_000)} s`;
    if (kinds[trouble.code]?.circuit !== "refused") {
      throw new HubspokeError(trouble.code, `${trouble.code}: HubSpot failed tenant ${tenant}; ${again}`, { details });
    }
    throw new HubspokeError(
      "AUTH_CIRCUIT_OPEN",
      `HubSpot refused the credentials of tenant ${tenant}; ${again}. Replace the token or reconnect`,
      { details },
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

  /** An answer came later than anybody waited for it: a HubSpot that hangs is found out long before its calls fail. */
  late(tenant: Tenant): void {
    const trouble = this.#trouble(tenant);
    trouble.late++;
    if (trouble.late < outageAfter) return;
    this.failed(
      tenant,
      new HubspokeError("TIMEOUT", `HubSpot answered tenant ${tenant} too late ${trouble.late} times in a row`),
    );
  }

  failed(tenant: Tenant, error: HubspokeError): void {
    const kind = kinds[error.code];
    // What the circuit itself said is no news.
    if (kind === undefined || error.details.circuit === true) return;
    const now = this.#deps.clock.now();
    const trouble = this.#trouble(tenant);
    trouble.failures++;
    trouble.refreshAfter = now + this.#refreshPauseMs;
    const pauseMs = this.#pauseOf(kind.circuit, trouble, error);
    if (pauseMs !== null) Object.assign(trouble, { code: error.code, pauseMs, closedOff: now + pauseMs });
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

  #trouble(tenant: Tenant): Trouble {
    const known = this.#troubles.get(tenant);
    if (known !== undefined) return known;
    const made: Trouble = {
      closedOff: 0,
      code: "TIMEOUT",
      pauseMs: 0,
      failures: 0,
      late: 0,
      refreshAfter: 0,
      told: new Map(),
    };
    this.#troubles.set(tenant, made);
    return made;
  }

  /** For how long nothing is asked; null: the next call may try. */
  #pauseOf(circuit: Circuit, { failures, late }: Trouble, error: HubspokeError): number | null {
    if (circuit === "refused") {
      // Where HubSpot was not even asked, as for a tenant without a grant, asking again costs nothing, and the moment it
      // is connected, in whatever process, look-ups work.
      return error.details.sent === false ? null : this.#authPauseMs;
    }
    if (circuit === "outage") return Math.max(failures, late) < outageAfter ? null : outagePauseMs;
    const said = error instanceof HubSpotError ? error.retryAfterMs : null;
    const usual = error.code === "DAILY_LIMIT_REACHED" ? limitPauseMs.DAILY_LIMIT_REACHED : limitPauseMs.RATE_LIMITED;
    return Math.min(said ?? usual, limitPauseMs.longest);
  }
}
