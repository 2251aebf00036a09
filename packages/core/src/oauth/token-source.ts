import { HubSpotAuthError } from "../errors/hubspot-errors.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { Credential, CredentialSource } from "../ports/credentials.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import { backoffMs } from "../retry/backoff.ts";
import { bounded } from "../util/bounded.ts";
import { SingleFlight } from "../util/single-flight.ts";
import { disconnected, tokenUnavailable } from "./errors.ts";
import type { Grant, GrantVault } from "./grant-vault.ts";
import { isDisconnected, type Refresher, sameToken } from "./refresher.ts";
import type { Background, Reports } from "./reports.ts";
import { type TokenTimes, tokenTimes } from "./times.ts";
import { isUnavailable } from "./token-endpoint.ts";

/** How long an opened grant is used before the store is asked whether it still stands: a disconnect elsewhere takes that long. */
const trustMs = 10_000;
/** A 401 on a token this young is not about its age (hubspot-facts §4). */
const youngMs = 60_000;

/** An opened grant in memory, and what became of the last try to replace it. */
interface Held extends TokenTimes {
  readonly grant: Grant;
  readonly credential: Credential;
  checkedAt: EpochMs;
  failures: number;
  retryAt: EpochMs;
  failure: unknown;
}

export interface TokenSourceOptions {
  readonly clientId: string;
  readonly vault: GrantVault;
  readonly refresher: Refresher;
  readonly clock: Clock;
  readonly random: Random;
  readonly reports: Reports;
  /** With it, a refresh ahead of expiry delays nobody: the present token is used meanwhile. */
  readonly background?: Background | undefined;
}

/**
 * Access tokens by tenant. What is opened stays in memory for seconds; a refresh happens ahead of expiry, once in this
 * instance and once over all processes. An instance belongs to one invocation on Workers, so nobody awaits a promise of
 * another request.
 *
 * Errors: AUTH_DISCONNECTED; AUTH_INVALID when HubSpot refuses the app itself; PORTAL_MISMATCH; while the token cannot
 * be refreshed, NETWORK_FAILED, TIMEOUT, HUBSPOT_UNAVAILABLE or HUBSPOT_RESPONSE_INVALID with `details.sent` false.
 */
export class TokenSource implements CredentialSource {
  readonly #options: TokenSourceOptions;
  readonly #held = bounded<Tenant, Held>(10_000);
  readonly #flights = new SingleFlight<Held>();

  constructor(options: TokenSourceOptions) {
    this.#options = options;
  }

  async get(tenant: Tenant): Promise<Credential> {
    const { background, clock } = this.#options;
    const held = await this.#current(tenant);
    const now = clock.now();
    if (now < held.refreshAt) return held.credential;
    const usable = now < held.usableUntil;
    if (now < held.retryAt) {
      if (usable) return held.credential;
      throw this.#explained(tenant, held, held.failure);
    }
    if (!usable || background === undefined) return (await this.#replace(tenant, held, !usable)).credential;
    background(() => this.#replaceBehind(tenant, held));
    return held.credential;
  }

  async refresh(tenant: Tenant, stale: Credential): Promise<Credential | null> {
    const { clock } = this.#options;
    const remembered = this.#held.get(tenant);
    if (remembered !== undefined) remembered.checkedAt = Number.NEGATIVE_INFINITY; // the store may know better already
    const held = await this.#current(tenant);
    if (!sameToken(held.credential.token, stale.token)) return held.credential;
    if (clock.now() - held.grant.obtainedAt < youngMs || clock.now() < held.retryAt) return null;
    const fresh = await this.#replace(tenant, held, true);
    return sameToken(fresh.credential.token, stale.token) ? null : fresh.credential;
  }

  /** Forgets what is in memory: after a connect or disconnect made here. */
  forget(tenant: Tenant): void {
    this.#held.delete(tenant);
  }

  async #current(tenant: Tenant): Promise<Held> {
    const { clock, vault } = this.#options;
    const held = this.#held.get(tenant);
    if (held !== undefined && clock.now() < held.checkedAt + trustMs) return held;
    const row = await vault.row(tenant);
    if (row === null || row.status !== "active") {
      this.#held.delete(tenant);
      throw disconnected(tenant, row === null ? "never-connected" : "grant-gone");
    }
    if (held !== undefined && held.grant.version === row.version) {
      held.checkedAt = clock.now();
      return held;
    }
    return this.#hold(await vault.open(row));
  }

  #hold(grant: Grant): Held {
    const { clientId, clock, random } = this.#options;
    const known = this.#held.get(grant.tenant);
    // A row sealed again holds the same tokens: who holds the credential keeps it.
    const credential =
      known !== undefined && sameToken(known.grant.accessToken, grant.accessToken)
        ? known.credential
        : {
            token: grant.accessToken,
            budgetKey: `oauth:${clientId}:${grant.portalId}`,
            portalId: grant.portalId,
          };
    const checkedAt = clock.now();
    const held = {
      grant,
      credential,
      checkedAt,
      failures: 0,
      retryAt: 0,
      failure: null,
      ...tokenTimes(grant, random()),
    };
    this.#held.set(grant.tenant, held);
    return held;
  }

  /** `must`: the present token is of no use. Otherwise a failure leaves it in use and is tried again after a pause. */
  async #replace(tenant: Tenant, held: Held, must: boolean): Promise<Held> {
    const stale = held.grant.accessToken;
    try {
      const fresh = await this.#flights.run(tenant, async () =>
        this.#hold(await this.#options.refresher.renew(tenant, stale, must)),
      );
      // The flight joined was content with the present token.
      return must && sameToken(fresh.grant.accessToken, stale) ? await this.#replace(tenant, held, must) : fresh;
    } catch (error) {
      if (isDisconnected(error)) {
        this.#held.delete(tenant);
        throw error;
      }
      this.#failed(tenant, held, error);
      if (must) throw this.#explained(tenant, held, error);
      return held;
    }
  }

  async #replaceBehind(tenant: Tenant, held: Held): Promise<void> {
    try {
      await this.#replace(tenant, held, false);
    } catch (error) {
      // Only a grant that has ended gets here, and the next call for a token says so.
      this.#options.reports.failed("oauth.refresh_failed", error, { tenant });
    }
  }

  /** Backs off, so that a token endpoint in trouble is asked every few seconds and not for every call. */
  #failed(tenant: Tenant, held: Held, error: unknown): void {
    const { clock, random, reports } = this.#options;
    if (held.failure === error) return; // one flight, many followers
    held.failure = error;
    held.failures++;
    held.retryAt = clock.now() + backoffMs(held.failures, random(), 1_000, 30_000);
    reports.failed("oauth.refresh_failed", error, { tenant, failures: held.failures });
    if (held.failures > 1 || !(error instanceof HubSpotAuthError)) return;
    reports.alert({
      name: "auth.invalid",
      key: `oauth:auth.invalid:${tenant}`,
      tenant,
      severity: "critical",
      message: error.message,
      details: { code: error.code },
    });
  }

  /** Failures of the token endpoint, as what they mean to the call that wanted the token. */
  #explained(tenant: Tenant, held: Held, error: unknown): unknown {
    if (!isUnavailable(error)) return error;
    return tokenUnavailable(tenant, error, Math.max(0, held.retryAt - this.#options.clock.now()));
  }
}
