import type { Sealer } from "../crypto/sealer.ts";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { EpochMs, RowId, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { fromBase64, toBase64Url } from "../util/bytes.ts";
import type { Identity } from "./subject.ts";

export interface SweepDeps {
  readonly sealer: Sealer;
  readonly newId: () => RowId;
  readonly logger: Logger;
}

/** Cursors of the second looks that are still to come. */
export const sweepPrefix = "privacy:sweep:";
/** When work that was under way during an erasure is over: longer than any lease. */
const sweepAfterMs = 120_000;

type Known = Omit<Identity, "people">;

export interface Sweeps {
  /** The cursor that asks for a second look at a person. */
  entry(tenant: Tenant, known: Known, now: EpochMs): Promise<{ readonly name: string; readonly value: string }>;
  /** Whom a cursor is about, once it is due; null before, and while it cannot be opened. */
  due(tenant: Tenant, name: string, value: string, now: EpochMs): Promise<Identity | null>;
}

/**
 * What an erasure has to look for once more. Ids alone would miss a job, a row of the trail or a search that names the
 * person by number or address and was written while the tables were being gone through; so all that the person is known
 * by is kept, sealed, for these two minutes.
 */
export function sweepsOver({ sealer, newId, logger }: SweepDeps): Sweeps {
  const bindingOf = (tenant: Tenant, name: string) => ({ tenant, table: "cursors", column: "value", rowId: name });
  return {
    async entry(tenant, { contactIds, emails, phones }, now) {
      const name = sweepPrefix + newId();
      const known = await sealer.sealJson(bindingOf(tenant, name), { contactIds, emails, phones });
      return { name, value: JSON.stringify([now + sweepAfterMs, toBase64Url(known)]) };
    },
    async due(tenant, name, value, now) {
      const stored = JSON.parse(value) as EpochMs | readonly [EpochMs, string];
      const [due, sealed] = typeof stored === "number" ? [stored, null] : stored;
      if (due > now) return null;
      // As versions before wrote it: the contact's id in the name, and nothing else.
      if (sealed === null) return identityOf({ contactIds: [name.slice(sweepPrefix.length)], emails: [], phones: [] });
      try {
        const envelope = fromBase64(sealed) ?? new Uint8Array();
        return identityOf((await sealer.openJson(bindingOf(tenant, name), envelope)) as Known);
      } catch (error) {
        if (!isHubspokeError(error) || error.category !== "crypto") throw error;
        logger.error("privacy.sweep_unreadable", { tenant, code: error.code });
        return null;
      }
    },
  };
}

function identityOf(known: Known): Identity {
  return { ...known, people: [] };
}
