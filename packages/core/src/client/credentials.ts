import { HubspokeError } from "../errors/hubspoke-error.ts";
import { Secret } from "../model/secret.ts";
import type { Credential, CredentialSource, CredentialUse } from "../ports/credentials.ts";
import type { Tenant } from "../ports/ids.ts";
import { bounded } from "../util/bounded.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";

/** One source for everything, or one for reads and one for writes. A text is a private app's token. */
export type Auth =
  | CredentialSource
  | { readonly read: CredentialSource | string; readonly write: CredentialSource | string };

/** One private app or service key: one portal, one quota. Errors: CONFIG_INVALID for a text that cannot be a token. */
export function privateApp(token: string): CredentialSource {
  const credential: Credential = { token: checkedToken(token, "privateApp(token)") };
  return { get: () => credential };
}

/** A token per tenant, asked before every call: keep the answer at hand. Tenants with equal tokens share one quota. */
export function tokenFor(find: (tenant: Tenant, use: CredentialUse) => MaybeAsync<string>): CredentialSource {
  // One object per token while it is in use: what was learned of a credential is remembered by it.
  const known = bounded<string, Credential>(10_000);
  return {
    async get(tenant, use) {
      const token = await find(tenant, use);
      const cached = known.get(token);
      if (cached !== undefined) return cached;
      const credential = { token: checkedToken(token, "tokenFor(…)") };
      known.set(token, credential);
      return credential;
    },
  };
}

/** The source behind what was configured. Reads and writes of `{ read, write }` are two apps with a quota each, unless they share a token. */
export function credentialSource(auth: Auth): CredentialSource {
  if ("get" in auth) return auth;
  const sources = { read: source(auth.read), write: source(auth.write) };
  const usedBy = new WeakMap<Credential, CredentialUse>();
  return {
    async get(tenant, use) {
      const credential = await sources[use].get(tenant, use);
      usedBy.set(credential, use);
      return credential;
    },
    async refresh(tenant, stale) {
      const use = usedBy.get(stale);
      const fresh = use === undefined ? null : await sources[use].refresh?.(tenant, stale);
      if (use === undefined || fresh === null || fresh === undefined) return null;
      usedBy.set(fresh, use);
      return fresh;
    },
  };
}

function source(auth: CredentialSource | string): CredentialSource {
  return typeof auth === "string" ? privateApp(auth) : auth;
}

/** A header must not hold spaces or line breaks; a pasted token often does. */
function checkedToken(token: unknown, where: string): Secret {
  if (typeof token === "string" && /^[\x21-\x7e]{8,4096}$/.test(token)) return new Secret(token);
  const what =
    token === undefined || token === null || token === ""
      ? "is missing or empty"
      : "is not one token (8 or more characters, no spaces or line breaks)";
  throw new HubspokeError(
    "CONFIG_INVALID",
    `CONFIG_INVALID: the token given to ${where} ${what}; copy the access token of a private app or service key from HubSpot's settings`,
  );
}
