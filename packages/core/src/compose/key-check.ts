import type { KeyRing } from "../crypto/key-ring.ts";
import type { Sealer } from "../crypto/sealer.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { CursorStore } from "../ports/cursor-store.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import { fromBase64, toBase64Url } from "../util/bytes.ts";

export interface KeyCheckDeps {
  readonly ring: KeyRing;
  readonly sealer: Sealer;
  readonly cursors: Pick<CursorStore, "read" | "advance">;
  readonly clock: Pick<Clock, "now">;
}

/** Throws KEY_MISMATCH when a key is not the one that stood under its id before. */
export type KeyCheck = (tenant: Tenant, portalId: PortalId) => Promise<void>;

/**
 * Proves, once per tenant, portal and key id, that a key is still the same: a value sealed at first use must open.
 *
 * Other bytes under a known id would be silent otherwise. Every hash of the sync's base would differ, which reads as
 * "both sides changed everything", and the conflict rules would overwrite edits by the thousand.
 */
export function createKeyCheck({ ring, sealer, cursors, clock }: KeyCheckDeps): KeyCheck {
  const proved = new Set<string>();

  async function prove(tenant: Tenant, portalId: PortalId, keyId: string, current: boolean): Promise<void> {
    const name = `key-check:${keyId}`;
    const binding = { tenant, table: "cursors", column: "value", rowId: name };
    let stored = await cursors.read(tenant, portalId, name);
    if (stored === null && current) {
      const sealed = toBase64Url(await sealer.seal(binding, name));
      // Who loses this race is checked against the winner's value.
      const outcome = await cursors.advance(tenant, portalId, name, sealed, 0, clock.now());
      if (outcome === "written") return;
      stored = await cursors.read(tenant, portalId, name);
    }
    if (stored === null) return;
    try {
      await sealer.open(binding, fromBase64(stored.value) ?? new Uint8Array());
    } catch (error) {
      if (!isHubspokeError(error)) throw error;
      throw new HubspokeError(
        "KEY_MISMATCH",
        `the key "${keyId}" is not the one that tenant ${tenant}'s data is sealed under; nothing is read or written. Put the old key back under "${keyId}", and give a new key an id of its own`,
        { cause: error, details: { keyId, tenant } },
      );
    }
  }

  return async (tenant, portalId) => {
    const current = await ring.currentId();
    for (const keyId of await ring.ids()) {
      const key = JSON.stringify([tenant, portalId, keyId]);
      if (proved.has(key)) continue;
      await prove(tenant, portalId, keyId, keyId === current);
      proved.add(key);
    }
  };
}
