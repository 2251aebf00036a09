import { LRUCache } from "lru-cache";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { Secret } from "../model/secret.ts";
import type { Credential, CredentialSource, CredentialUse } from "../ports/credentials.ts";
import type { Tenant } from "../ports/ids.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";

/** One source for everything, or one for reads and one for writes. A text is a private app's token. */
export type Auth =
  | CredentialSource
  | { readonly read: CredentialSource | string; readonly write: CredentialSource | string };

/** One private app or service key: one portal, one quota. Errors: CONFIG_INVALID for a text that cannot be a token. */
export function privateApp(token: string): CredentialSource {
  const credential: Credential = {
    token: checkedToken(token, "privateApp(token)"),
    budgetKey: "private-app",
    searchBudgetKey: "private-app",
  };
  return { get: async () => credential };
}

/** A token per tenant, asked before every call: keep the answer at hand. Tenants with equal tokens share one quota. */
export function tokenFor(find: (tenant: Tenant, use: CredentialUse) => MaybeAsync<string>): CredentialSource {
  // By token, because HubSpot counts by app and portal: two tenants of one portal must not count apart.
  const known = new LRUCache<string, Credential>({ max: 10_000 });
  let made = 0;
  return {
    async get(tenant, use) {
      const token = await find(tenant, use);
      const cached = known.get(token);
      if (cached !== undefined) return cached;
      const secret = checkedToken(token, "tokenFor(…)");
      made++;
      const credential = { token: secret, budgetKey: `token-${made}`, searchBudgetKey: `token-${made}` };
      known.set(token, credential);
      return credential;
    },
  };
}

/** The source behind what was configured. Reads and writes of `{ read, write }` are two apps with a quota each. */
export function credentialSource(auth: Auth): CredentialSource {
  if ("get" in auth) return auth;
  const sources = { read: source(auth.read), write: source(auth.write) };
  const label = (credential: Credential, use: CredentialUse): Credential => ({
    ...credential,
    budgetKey: `${use}:${credential.budgetKey}`,
  });
  const labelled = new WeakMap<Credential, { readonly use: CredentialUse; readonly inner: Credential }>();
  const made = new WeakMap<Credential, Credential>();
  const wrap = (inner: Credential, use: CredentialUse): Credential => {
    const known = made.get(inner);
    if (known !== undefined) return known;
    const outer = label(inner, use);
    made.set(inner, outer);
    labelled.set(outer, { use, inner });
    return outer;
  };
  return {
    get: async (tenant, use) => wrap(await sources[use].get(tenant, use), use),
    async refresh(tenant, stale) {
      const behind = labelled.get(stale);
      const fresh = behind === undefined ? null : await sources[behind.use].refresh?.(tenant, behind.inner);
      return behind === undefined || fresh === null || fresh === undefined ? null : wrap(fresh, behind.use);
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
