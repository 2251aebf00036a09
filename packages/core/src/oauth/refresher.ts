import { type HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Secret } from "../model/secret.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { Tenant } from "../ports/ids.ts";
import type { TenantStore } from "../ports/tenant-store.ts";
import { backoffMs } from "../retry/backoff.ts";
import { shouldRetry } from "../retry/should-retry.ts";
import { equalText } from "../util/bytes.ts";
import { appRefused, disconnected, portalMismatch, refreshNotShared } from "./errors.ts";
import type { Grant, GrantVault } from "./grant-vault.ts";
import { type Lease, leaseMs, type RefreshLease } from "./refresh-lease.ts";
import type { Reports } from "./reports.ts";
import type { IssuedTokens } from "./token-answer.ts";
import { isUnavailable, type TokenAnswer, type TokenEndpoint } from "./token-endpoint.ts";

/** Two whole leases: the one of a holder that was killed, and the one of whoever took over. */
const patienceMs = 2 * leaseMs;
const attempts = 3;
const saveAttempts = 6;

export interface RefresherOptions {
  readonly vault: GrantVault;
  readonly endpoint: TokenEndpoint;
  readonly lease: RefreshLease;
  readonly tenants: TenantStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly reports: Reports;
}

/**
 * Exactly one refresh per expiry over all processes. The lease covers read, exchange and write; whoever does not get
 * it reads again and adopts what the holder wrote; `put` is guarded by version besides, because a holder may sleep past
 * its lease. A holder killed in mid-call is followed within one lease.
 */
export class Refresher {
  readonly #options: RefresherOptions;

  constructor(options: RefresherOptions) {
    this.#options = options;
  }

  /**
   * The tenant's grant with another access token than `stale`. `wait: false` gives the present one back when another
   * process is refreshing. Errors: AUTH_DISCONNECTED, AUTH_INVALID (the app is refused), PORTAL_MISMATCH, TIMEOUT,
   * and those of the token endpoint and the store.
   */
  async renew(tenant: Tenant, stale: Secret, wait: boolean): Promise<Grant> {
    const { lease, clock } = this.#options;
    const startedAt = clock.now();
    for (;;) {
      const held = await lease.tryRun(tenant, (mine) => this.#asHolder(tenant, stale, mine));
      if (held !== null && held.result !== "lease-lost") return held.result;
      const grant = await this.#live(tenant);
      if (!wait || !sameToken(grant.accessToken, stale)) return grant;
      const waitedMs = clock.now() - startedAt;
      if (waitedMs >= patienceMs) throw refreshNotShared(tenant, waitedMs);
      await lease.pause();
    }
  }

  async #asHolder(tenant: Tenant, stale: Secret, lease: Lease): Promise<Grant | "lease-lost"> {
    const before = await this.#live(tenant);
    if (!sameToken(before.accessToken, stale)) return before;
    const answered = await this.#exchange(before, lease);
    if (answered === "lease-lost") return answered;
    const { answer, sentAt } = answered;
    if (answer.outcome === "issued") return this.#keep(before, answer.tokens, sentAt);
    return this.#refused(before, answer);
  }

  /** Sends the refresh token. An answer that was lost is asked for again: HubSpot takes the same token twice (facts §4). */
  async #exchange(
    grant: Grant,
    lease: Lease,
  ): Promise<{ readonly answer: TokenAnswer; readonly sentAt: number } | "lease-lost"> {
    const { clock, endpoint, random } = this.#options;
    for (let attempt = 1; ; attempt++) {
      if (!(await lease.renew())) return "lease-lost";
      const sentAt = clock.now();
      try {
        return { answer: await endpoint.refresh(grant.refreshToken), sentAt };
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        const decision = shouldRetry({
          code: error.code,
          status: error.status,
          sent: error.details.sent === true,
          policyName: null,
          retryAfterMs: error.retryAfterMs,
          effect: "read",
          unknownOutcome: "repeat",
          attempt,
          maxAttempts: attempts,
          maxWaitMs: leaseMs / 4,
          random: random(),
        });
        if (decision.action !== "retry") throw error;
        await clock.sleep(decision.waitMs);
      }
    }
  }

  /** Stores what HubSpot returned, the refresh token included: the old one may be worth nothing from now on. */
  async #keep(before: Grant, tokens: IssuedTokens, sentAt: number): Promise<Grant> {
    const { tenant, portalId } = before;
    if (tokens.portalId !== null && tokens.portalId !== portalId) {
      throw portalMismatch(tenant, portalId, tokens.portalId);
    }
    const fresh: Grant = {
      ...before,
      accessToken: tokens.accessToken,
      refreshToken: tokens.refreshToken ?? before.refreshToken,
      obtainedAt: sentAt,
      expiresAt: sentAt + tokens.lifetimeMs,
      scopes: tokens.scopes ?? before.scopes,
      status: "active",
    };
    for (let version = before.version; ; ) {
      if ((await this.#save({ ...fresh, version })) === "written") {
        if (version !== before.version) await this.#options.tenants.setStatus(tenant, "active");
        this.#options.reports.info("oauth.refreshed", { tenant, portalId });
        return { ...fresh, version: version + 1 };
      }
      const now = await this.#options.vault.find(tenant);
      if (now === null) throw disconnected(tenant, "never-connected");
      // The same grant under another seal, or declared dead by a process that our refresh had overtaken: ours is newer.
      if (!sameToken(now.refreshToken, before.refreshToken) || !sameToken(now.accessToken, before.accessToken)) {
        return this.#alive(now);
      }
      version = now.version;
    }
  }

  /** The store may fail for a moment, and these tokens exist nowhere else. */
  async #save(grant: Grant): Promise<"written" | "stale"> {
    const { vault, clock, random, reports } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await vault.save(grant);
      } catch (error) {
        if (attempt === saveAttempts || !isHubspokeError(error) || !error.retryable) throw error;
        reports.failed("oauth.save_failed", error, { tenant: grant.tenant, attempt });
        await clock.sleep(backoffMs(attempt, random()));
      }
    }
  }

  /** A refusal of the grant is believed only when nobody has replaced the token since it was read. */
  async #refused(before: Grant, answer: TokenAnswer & { readonly outcome: "refused" }): Promise<Grant> {
    const { tenant } = before;
    const { refusal, status } = answer;
    if (!refusal.grantGone) throw appRefused(tenant, refusal, status);
    for (;;) {
      const now = await this.#live(tenant);
      if (!sameToken(now.refreshToken, before.refreshToken)) return now;
      if (await this.#declareGone(now, refusal.reason ?? "invalid_grant")) throw disconnected(tenant, "grant-gone");
    }
  }

  /** False when the row moved. Of many processes that see the grant end, the one whose write lands tells people. */
  async #declareGone(grant: Grant, reason: string): Promise<boolean> {
    const { vault, tenants, reports } = this.#options;
    const { tenant, portalId } = grant;
    if ((await vault.save({ ...grant, status: "disconnected" })) === "stale") return false;
    await tenants.setStatus(tenant, "disconnected");
    reports.alert({
      name: "auth.disconnected",
      key: `oauth:auth.disconnected:${tenant}`,
      tenant,
      severity: "critical",
      message: `HubSpot account ${portalId} is no longer connected (${reason}): the app was uninstalled or its access revoked. Someone has to connect it again`,
      details: { portalId, reason },
    });
    return true;
  }

  async #live(tenant: Tenant): Promise<Grant> {
    const grant = await this.#options.vault.find(tenant);
    if (grant === null) throw disconnected(tenant, "never-connected");
    return this.#alive(grant);
  }

  #alive(grant: Grant): Grant {
    if (grant.status === "active") return grant;
    throw disconnected(grant.tenant, "grant-gone");
  }
}

export function sameToken(a: Secret, b: Secret): boolean {
  return equalText(a.reveal(), b.reveal());
}

/** True for what means that the tenant must connect again. */
export function isDisconnected(error: unknown): error is HubspokeError<"AUTH_DISCONNECTED"> {
  return isHubspokeError(error, "AUTH_DISCONNECTED");
}
