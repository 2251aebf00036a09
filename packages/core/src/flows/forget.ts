import type { Sealer } from "../crypto/sealer.ts";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { FlowRow, FlowStore } from "../ports/flow-store.ts";
import type { RowId, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { Logger } from "../ports/logger.ts";
import { flowBinding } from "./flows.ts";

export interface FlowKeepingDeps {
  readonly store: FlowStore;
  readonly sealer: Sealer;
  readonly ring: { currentId(): Promise<string> | string };
  readonly logger: Logger;
}

const pageSize = 200;

/** Removes the tenant's runs whose results `names` the person. Says how many. */
export async function forgetInFlows(
  deps: FlowKeepingDeps,
  tenant: Tenant,
  names: (results: unknown) => boolean,
): Promise<number> {
  let removed = 0;
  for await (const rows of flowsAbout(deps, tenant, names)) {
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) removed += await deps.store.delete(tenant, ids);
  }
  return removed;
}

/** The tenant's runs whose results `names` the person, page by page. */
export async function* flowsAbout(
  { store, sealer, logger }: FlowKeepingDeps,
  tenant: Tenant,
  names: (results: unknown) => boolean,
): AsyncGenerator<readonly FlowRow[]> {
  let after: RowId | null = null;
  for (;;) {
    const page: readonly FlowRow[] = await store.scan(tenant, after, pageSize);
    const found: FlowRow[] = [];
    for (const row of page) {
      const { id, sealed, flow } = row;
      if (sealed === null) continue;
      try {
        if (names(await sealer.openJson(flowBinding(tenant, id), sealed))) found.push(row);
      } catch (error) {
        // What nobody can open says nothing about anybody, and must not keep the others from being erased.
        logger.error("flows.unreadable", { flow, code: isHubspokeError(error) ? error.code : "INTERNAL" });
      }
    }
    yield found;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.id;
  }
}

/** Seals runs anew that are under another key than the current one. */
export function resealFlowsJob({ store, sealer, ring, logger }: FlowKeepingDeps): Job {
  return {
    name: "flows:reseal",
    async run({ now }) {
      let did = 0;
      for (const row of await store.listForReseal(await ring.currentId(), 100)) {
        if (row.sealed === null) continue;
        try {
          const sealed = await sealer.reseal(flowBinding(row.tenant, row.id), row.sealed);
          if ((await store.save({ ...row, sealed, keyId: sealer.keyIdOf(sealed) })) === "written") did++;
        } catch (error) {
          if (!isHubspokeError(error) || error.category !== "crypto") throw error;
          logger.error("flows.unreadable", { flow: row.flow, code: error.code });
        }
      }
      // Rows that do not open come first again: going on at once would spin on them.
      return { did, nextAt: did === 100 ? now : now + 3_600_000 };
    },
  };
}
