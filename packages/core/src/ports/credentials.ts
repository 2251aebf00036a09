import type { Secret } from "../model/secret.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";
import type { PortalId, Tenant } from "./ids.ts";

/** Whether a call changes anything in HubSpot. Reads and writes may travel under different tokens. */
export type CredentialUse = "read" | "write";

/** What one call is made with. */
export interface Credential {
  /** Goes into the `Authorization` header and nowhere else. */
  readonly token: Secret;
  /**
   * Names the quota the call uses, the same in every process: HubSpot counts per (portal, app). Absent: each token has
   * its own, which is right for private apps and service keys.
   */
  readonly budgetKey?: string;
  /** The account the token belongs to, where the source knows it (OAuth does). Otherwise it is asked for once. */
  readonly portalId?: PortalId;
}

/**
 * Where tokens come from. Duties: `get` answers quickly (it is asked before every call) and refreshes ahead of
 * expiry by itself; `refresh` is asked once after a 401 with the credential that failed, must not start a second
 * refresh while one is running, and answers null when there is nothing better. Failures are AUTH_* errors; while a token
 * cannot be fetched for the moment, a HubSpotUnavailableError without status and with `details.sent` false, because the
 * call that wanted the token may then be tried again.
 */
export interface CredentialSource {
  /**
   * `use` tells reads from writes, for sources with a token for each. Throws AUTH_DISCONNECTED for a tenant without a
   * grant.
   */
  get(tenant: Tenant, use: CredentialUse): MaybeAsync<Credential>;
  /** Absent: a 401 is final. Null likewise, for this call. */
  refresh?(tenant: Tenant, stale: Credential): Promise<Credential | null>;
}
