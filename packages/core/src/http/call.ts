import type { Lane } from "../model/lane.ts";
import type { Credential, CredentialUse } from "../ports/credentials.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { TransportRequest } from "../ports/transport.ts";
import type { Effect } from "../retry/should-retry.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";

export type QueryValue = string | number | boolean | readonly (string | number)[] | null | undefined;

/** One call, before versions, credentials and limits. */
export interface Call {
  readonly tenant: Tenant;
  readonly method: TransportRequest["method"];
  /** Dated form with `{version}`, for example `/crm/objects/{version}/contacts/{id}`. */
  readonly template: string;
  /** Values of the template's own parameters. They are encoded, and never appear in errors or logs. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly body?: unknown;
  readonly lane: Lane;
  readonly signal?: AbortSignal;
  /** Which token is asked for. */
  readonly use: CredentialUse;
  readonly effect: Effect;
  /** Updates and archives of unknown outcome: sent again (default), or reported. Creates are always reported. */
  readonly unknownOutcome?: "repeat" | "throw";
  /** Of a create: whether a success says what was made. One that does not leaves it as unknown as no answer does. */
  readonly says?: (body: unknown) => boolean;
  /** Searches spend from the account's search quota. */
  readonly search?: boolean;
  /** Sends the token itself as this member of the body: how HubSpot is asked about a token. */
  readonly tokenAs?: string;
  /** Made with this credential and without the portal check: only for learning which portal the credential is of. */
  readonly probe?: Credential;
}

/** A successful answer. `body` is parsed JSON; undefined when the answer had none (204). */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** An earlier attempt of this call may have taken effect: what this answer calls old may be that attempt's. */
  readonly repeated?: boolean;
}

/** Checks, before anything is sent, that a credential belongs to the tenant's portal, and answers that portal. Errors: PORTAL_MISMATCH. */
export type PortalCheck = (tenant: Tenant, credential: Credential) => MaybeAsync<PortalId>;
