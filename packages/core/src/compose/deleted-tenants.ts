import type { Clock } from "../ports/clock.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { Storage } from "../ports/storage.ts";
import { nobody, nowhere } from "./nobody.ts";

const prefix = "tenants:deleted:";
/** When whatever was under way in other processes has ended: what waits to be written, what memory and pins are believed for. */
const afterMs = 120_000;
const pauseMs = 60_000;

/** Tenants that were removed a moment ago. */
export interface DeletedTenants {
  /** Leaves word of a removal, before it begins. */
  note(tenant: Tenant): Promise<void>;
  readonly job: Job;
}

/**
 * A second look at a tenant that was removed, durable: other processes wrote what was under way for it (rows of the audit
 * trail that waited in memory, an answer on its way into the cache), and no retention visits a tenant that is gone. A
 * tenant that is connected anew by then keeps all but the audit rows from before its removal.
 */
export function deletedTenants(storage: Storage, clock: Pick<Clock, "now">): DeletedTenants {
  const { cursors, tenants, audit } = storage;
  const atOnce = 500;

  async function sweep(tenant: Tenant, removedAt: EpochMs): Promise<void> {
    await tenants.deleteLeftovers(tenant);
    // The removal's own millisecond included.
    while ((await audit.deleteBefore(tenant, removedAt + 1, atOnce)) === atOnce);
  }

  return {
    async note(tenant) {
      const name = prefix + tenant;
      const version = (await cursors.read(nobody, nowhere, name))?.version ?? 0;
      const now = clock.now();
      // Who loses this race finds word of a removal that began at the same moment.
      await cursors.advance(nobody, nowhere, name, String(now), version, now);
    },
    job: {
      name: "tenants:deleted",
      async run({ now, signal }) {
        let did = 0;
        for (const { name, value } of await cursors.list(nobody, prefix)) {
          const removedAt = Number(value);
          if (signal.aborted || now < removedAt + afterMs) continue;
          await sweep(name.slice(prefix.length), removedAt);
          await cursors.delete(nobody, nowhere, name);
          did++;
        }
        return { did, nextAt: now + pauseMs };
      },
    },
  };
}
