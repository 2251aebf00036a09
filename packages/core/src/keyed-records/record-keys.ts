import type { Cipher } from "../ports/cipher.ts";
import type { Clock } from "../ports/clock.ts";
import type { CrmPort, CrmScope } from "../ports/crm.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { bounded } from "../util/bounded.ts";
import { toBase64Url, utf8 } from "../util/bytes.ts";

/** The unique property that holds our key of a record. HubSpot allows ten unique properties an object (hubspot-facts §2.3). */
export const keyProperty = "hubspoke_key";
export const keyGroup = { name: "hubspoke", label: "Hubspoke" } as const;

/** How long "this portal has no such property" is believed: somebody may have given the scope meanwhile. */
const askAgainMs = 3_600_000;

export interface RecordKeysDeps {
  readonly crm: Pick<CrmPort, "isUnique" | "makeUnique">;
  readonly clock: Pick<Clock, "now">;
  readonly cipher: Pick<Cipher, "sha256">;
  readonly logger: Logger;
  /** Whether the property may be made where it is missing. */
  readonly provision: boolean;
}

/** Whether records of an object carry our key in a portal, making the property at first use. */
export class RecordKeys {
  readonly #deps: RecordKeysDeps;
  readonly #known = bounded<string, { readonly keyed: boolean; readonly at: EpochMs }>(20_000);

  constructor(deps: RecordKeysDeps) {
    this.#deps = deps;
  }

  /** What the property holds: says nothing of the key it is made of, and is unlike any other tenant's in the same portal. */
  async valueOf(tenant: Tenant, kind: string, key: string): Promise<string> {
    const digest = await this.#deps.cipher.sha256(utf8(JSON.stringify(["hubspoke/key", tenant, kind, key])));
    return toBase64Url(digest.subarray(0, 24));
  }

  async keyed(scope: CrmScope, object: string): Promise<boolean> {
    const { crm, clock, logger, provision } = this.#deps;
    const place = JSON.stringify([scope.tenant, object]);
    const known = this.#known.get(place);
    if (known !== undefined && (known.keyed || clock.now() - known.at < askAgainMs)) return known.keyed;
    let keyed = await crm.isUnique(scope.tenant, object, keyProperty);
    if (!keyed && provision) {
      const made = await crm.makeUnique(scope, object, {
        name: keyProperty,
        label: "Hubspoke key",
        groupName: keyGroup.name,
        groupLabel: keyGroup.label,
      });
      keyed = made === "made";
      if (!keyed) logger.warn("records.key_refused", { tenant: scope.tenant, object });
    }
    this.#known.set(place, { keyed, at: clock.now() });
    return keyed;
  }

  /** The portal turned out to have the property no more. */
  lost({ tenant }: CrmScope, object: string): void {
    this.#known.set(JSON.stringify([tenant, object]), { keyed: false, at: this.#deps.clock.now() });
  }
}
