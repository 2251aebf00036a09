import { outlivesRequests } from "#platform";
import type { PortalProofs } from "../client/create-clients.ts";
import type { Cipher } from "../ports/cipher.ts";
import type { Clock } from "../ports/clock.ts";
import type { Storage } from "../ports/storage.ts";
import { toHex, utf8 } from "../util/bytes.ts";

/** Tokens remembered of one tenant: read and write, this and the next, and some to spare. */
const mostTokens = 8;
const cursor = "portal-tokens";

/**
 * Which tokens HubSpot has said to be of the pinned account, kept in the store as hashes. An instance that lives for
 * one invocation would otherwise ask HubSpot each time, for a pin says whose account it is and not whose token.
 */
export function portalProofsIn(parts: {
  readonly storage: Pick<Storage, "tenants" | "cursors">;
  readonly cipher: Cipher;
  readonly clock: Pick<Clock, "now">;
}): PortalProofs {
  const { storage, cipher, clock } = parts;
  const hash = async (token: string): Promise<string> => toHex((await cipher.sha256(utf8(token))).subarray(0, 16));
  return {
    async read(tenant, token) {
      const pin = await storage.tenants.get(tenant);
      if (pin === null) return null;
      const kept = await storage.cursors.read(tenant, pin.portalId, cursor);
      return kept?.value.split(" ").includes(await hash(token)) === true ? pin.portalId : null;
    },
    async keep(tenant, portalId, token) {
      const kept = await storage.cursors.read(tenant, portalId, cursor);
      const hashes = [await hash(token), ...(kept?.value.split(" ") ?? [])].slice(0, mostTokens);
      // Who loses a race asks HubSpot once more, another time.
      await storage.cursors.advance(tenant, portalId, cursor, hashes.join(" "), kept?.version ?? 0, clock.now());
    },
  };
}

/** Where an instance outlives its requests, its own memory does. */
export function portalProofs(parts: Parameters<typeof portalProofsIn>[0]): { readonly portalProofs?: PortalProofs } {
  return outlivesRequests ? {} : { portalProofs: portalProofsIn(parts) };
}
