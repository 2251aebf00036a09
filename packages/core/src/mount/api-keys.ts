import { HubspokeError } from "../errors/hubspoke-error.ts";
import { errorResponse } from "../webhooks/http/respond.ts";
import type { Authorize, Grant } from "./authorize.ts";

/** A program that asks with a key of yours, and on whose behalf it does. */
export interface ApiKey extends Pick<Grant, "tenant" | "actor" | "purpose"> {
  /** At least 16 characters, drawn by lot: `openssl rand -base64 24`. */
  readonly key: string;
  /** It may look, and change nothing: GET and HEAD. Default false. */
  readonly readOnly?: boolean;
}

/** Anybody who is asked for one key tries the short ones first. */
const shortest = 16;

/**
 * An `authorize` for programs: `Authorization: Bearer <key>`. Without a key that is known the answer is 401 with a challenge;
 * a key that only reads is 403 for everything else. What was sent is compared in constant time and kept nowhere.
 * Throws CONFIG_INVALID at once for a key that is too short or there twice.
 */
export function apiKeys(keys: readonly ApiKey[]): Authorize {
  if (keys.some(({ key }) => key.length < shortest))
    throw new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: an API key has at least ${shortest} characters`);
  if (new Set(keys.map(({ key }) => key)).size !== keys.length)
    throw new HubspokeError("CONFIG_INVALID", "CONFIG_INVALID: two programs have the same API key");
  let known: Promise<readonly Uint8Array[]> | undefined;

  return async (request) => {
    const [, given] = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
    if (given === undefined) return challenge();
    known ??= Promise.all(keys.map(({ key }) => hashed(key)));
    const [hash, all] = [await hashed(given), await known];
    // Every key is looked at, whichever it is.
    const found = keys.filter((_, i) => isSame(all[i] as Uint8Array, hash))[0];
    if (found === undefined) return challenge();
    const { tenant, actor, purpose, readOnly = false } = found;
    if (readOnly && request.method !== "GET" && request.method !== "HEAD")
      return errorResponse(new HubspokeError("ACCESS_DENIED", "this key only reads"));
    return { tenant, actor, ...(purpose === undefined ? {} : { purpose }) };
  };
}

function challenge(): Response {
  const { body, headers } = errorResponse(new HubspokeError("ACCESS_DENIED", "send a key: Authorization: Bearer …"));
  headers.set("www-authenticate", "Bearer");
  return new Response(body, { status: 401, headers });
}

async function hashed(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  let apart = 0;
  for (let i = 0; i < a.length; i++) apart |= (a[i] as number) ^ (b[i] as number);
  return apart === 0;
}
