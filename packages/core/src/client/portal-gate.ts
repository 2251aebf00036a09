import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotPortalMismatchError } from "../errors/hubspot-errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Credential } from "../ports/credentials.ts";
import type { EpochMs, PortalId, Tenant } from "../ports/ids.ts";
import type { TenantStore } from "../ports/tenant-store.ts";
import { bounded } from "../util/bounded.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";
import { SingleFlight } from "../util/single-flight.ts";

/** How long a pin is believed before the store is asked again. */
const believedMs = 60_000;

export interface PortalGateOptions {
  readonly tenants: Pick<TenantStore, "pin">;
  readonly clock: Clock;
  /** The one portal every tenant of this instance belongs to, where configured. */
  readonly portalId?: PortalId;
  /** Asks HubSpot which portal a credential is of (`/account-info/{V}/details`). */
  readonly ask: (tenant: Tenant, credential: Credential) => Promise<PortalId>;
}

/**
 * Pins each tenant to one portal. Every call passes here with the credential it is about to use, so a token of another
 * portal is refused before it reads or writes anything, also when it appears at run time. Which portal a token is of
 * never changes; a pin may be moved by another process, so it is read again every minute. In between this is two look-ups.
 */
export class PortalGate {
  readonly #options: PortalGateOptions;
  readonly #pins = bounded<Tenant, { readonly portalId: PortalId; readonly at: EpochMs }>(50_000);
  readonly #portals = bounded<string, PortalId>(10_000);
  readonly #asking = new SingleFlight<PortalId>();
  readonly #pinning = new SingleFlight<PortalId>();

  constructor(options: PortalGateOptions) {
    this.#options = options;
  }

  /** The tenant's portal. Errors: PORTAL_MISMATCH, INPUT_INVALID (no tenant), what asking HubSpot gives, STORE_*. */
  check(tenant: Tenant, credential: Credential): MaybeAsync<PortalId> {
    const actual = credential.portalId ?? this.#portals.get(credential.token.reveal());
    const pin = this.#pins.get(tenant);
    if (actual !== undefined && pin?.portalId === actual && this.#isFresh(pin.at)) return actual;
    return this.#learn(tenant, credential, actual);
  }

  /** Drops what is remembered of a tenant: after a rebind, or when it is removed. */
  forget(tenant: Tenant): void {
    this.#pins.delete(tenant);
  }

  /** Either way: a clock set back by an hour must not make a pin believed for an hour. */
  #isFresh(at: EpochMs): boolean {
    return Math.abs(this.#options.clock.now() - at) < believedMs;
  }

  async #learn(tenant: Tenant, credential: Credential, known: PortalId | undefined): Promise<PortalId> {
    // Pinned, it would be worked for as every other tenant is, and each of its jobs would fail for ever.
    if (!tenant) throw new HubspokeError("INPUT_INVALID", "the tenant has no name; nothing was read or written");
    const actual = known ?? (await this.#ask(tenant, credential));
    const configured = this.#options.portalId;
    if (configured !== undefined && configured !== actual) throw mismatch(tenant, configured, actual);
    const pinned = await this.#pinning.run(`${actual} ${tenant}`, () => this.#pin(tenant, actual));
    if (pinned !== actual) throw mismatch(tenant, pinned, actual);
    return actual;
  }

  #ask(tenant: Tenant, credential: Credential): Promise<PortalId> {
    const token = credential.token.reveal();
    return this.#asking.run(token, async () => {
      const portal = await this.#options.ask(tenant, credential);
      this.#portals.set(token, portal);
      return portal;
    });
  }

  async #pin(tenant: Tenant, portal: PortalId): Promise<PortalId> {
    const result = await this.#options.tenants.pin(tenant, portal, this.#options.clock.now());
    const pinned = result.outcome === "other" ? result.portalId : portal;
    this.#pins.set(tenant, { portalId: pinned, at: this.#options.clock.now() });
    return pinned;
  }
}

function mismatch(tenant: Tenant, expected: PortalId, actual: PortalId): HubSpotPortalMismatchError {
  return new HubSpotPortalMismatchError(
    `PORTAL_MISMATCH: the tenant belongs to HubSpot account ${expected} and the token to account ${actual}; nothing was read or written. Use a token of account ${expected}, or move the tenant with tenants.rebind()`,
    { expectedPortalId: expected, actualPortalId: actual, details: { tenant } },
  );
}
