import * as z from "zod/mini";
import { Secret } from "../model/secret.ts";
import type { PortalId } from "../ports/ids.ts";
import { lifetimeMs } from "./times.ts";

/** What the token endpoint gave. */
export interface IssuedTokens {
  readonly accessToken: Secret;
  /** Null where HubSpot returned none: the one used then stays. */
  readonly refreshToken: Secret | null;
  readonly lifetimeMs: number;
  /** Null in answers of v1, which name neither. */
  readonly portalId: PortalId | null;
  readonly scopes: readonly string[] | null;
}

/** What HubSpot says about a token. */
export interface Introspection {
  /** False for tokens that ended, were revoked, or that HubSpot does not know. */
  readonly active: boolean;
  /** The account the token is of. */
  readonly portalId: PortalId | null;
  /** Who agreed. */
  readonly userId: string | null;
  /** Of which app; null where HubSpot did not say. */
  readonly appId: string | null;
  /** As granted: fewer than asked for where scopes are optional. */
  readonly scopes: readonly string[];
  /** Milliseconds the token still lives; null where HubSpot did not say. */
  readonly expiresInMs: number | null;
}

/** Fits a header. HubSpot's tokens may exceed 512 characters (hubspot-facts §4). */
const token = z.string().check(z.regex(/^[\x21-\x7e]{1,16384}$/));
const id = z.pipe(
  z.union([z.string().check(z.regex(/^\d{1,20}$/)), z.number().check(z.int(), z.nonnegative())]),
  z.transform(String),
);
const scopes = z.union([
  z.array(z.string()),
  z.pipe(
    z.string(),
    z.transform((text) => text.split(/\s+/).filter(Boolean)),
  ),
]);

const issued = z.object({
  access_token: token,
  refresh_token: z.nullish(token),
  expires_in: z.optional(z.unknown()),
  hub_id: z.nullish(id),
  scopes: z.nullish(scopes),
  scope: z.nullish(scopes),
});

const introspected = z.object({
  active: z.boolean(),
  hub_id: z.nullish(id),
  user_id: z.nullish(id),
  app_id: z.nullish(id),
  scopes: z.nullish(scopes),
  expires_in: z.nullish(z.number()),
});

/** The tokens in a successful answer, or null when it is none. The caller must not keep the text: it holds secrets. */
export function readIssued(body: unknown): IssuedTokens | null {
  const parsed = issued.safeParse(body);
  if (!parsed.success) return null;
  const { access_token, refresh_token, expires_in, hub_id } = parsed.data;
  return {
    accessToken: new Secret(access_token),
    refreshToken: typeof refresh_token === "string" ? new Secret(refresh_token) : null,
    lifetimeMs: lifetimeMs(expires_in),
    portalId: hub_id ?? null,
    scopes: parsed.data.scopes ?? parsed.data.scope ?? null,
  };
}

/** The user's e-mail address and the signed token in HubSpot's answer are left out on purpose. */
export function readIntrospection(body: unknown): Introspection | null {
  const parsed = introspected.safeParse(body);
  if (!parsed.success) return null;
  const { active, hub_id, user_id, app_id, expires_in } = parsed.data;
  return {
    active,
    portalId: hub_id ?? null,
    userId: user_id ?? null,
    appId: app_id ?? null,
    scopes: parsed.data.scopes ?? [],
    expiresInMs: typeof expires_in === "number" ? expires_in * 1_000 : null,
  };
}
