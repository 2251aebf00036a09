import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { LocalSource } from "../../ports/local-source.ts";
import { byHalves } from "../apply/at-fault.ts";
import { askLocal } from "../ask-local.ts";
import type { Fence, Spellings, SyncScope } from "../scope.ts";
import { walking } from "../walk.ts";
import { keyOf, matchFields } from "./keys.ts";

const pageSize = 100;

/**
 * Goes through the local records once, at the first key that nobody was found by, and remembers only those that are
 * not spelled as their key. Keeps `fence` meanwhile. Without it, a full pass would create a second `bob@acme.example` beside the first.
 */
export function createSpellings(scope: SyncScope, fence: Fence | undefined, signal?: AbortSignal): Spellings {
  let scanning: Promise<ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>> | undefined;
  return {
    async idsOf(field, keys) {
      scanning ??= scan(scope, fence, signal);
      const known = (await scanning).get(field.name);
      return keys.flatMap((key) => known?.get(key) ?? []);
    },
  };
}

async function scan(scope: SyncScope, fence: Fence | undefined, signal: AbortSignal | undefined) {
  const { tenant, sync, name } = scope;
  const { local } = sync.declared;
  const fields = matchFields(scope).map((field) => ({ field, ids: new Map<string, string[]>() }));
  const pageDone = walking(scope, fence, signal);
  let page: Awaited<ReturnType<LocalSource["changes"]>> | undefined;
  do {
    const cursor = page?.cursor ?? null;
    if (signal?.aborted)
      throw new HubspokeError("ABORTED", `sync "${name}": stopped by its signal; call again to go on`, {
        details: { sync: name },
      });
    page = await askLocal(scope, () => local.changes(tenant, cursor, pageSize));
    const live = page.changes.filter(({ deleted }) => !deleted).map(({ id }) => id);
    // Whose row cannot be read, its key is not known, either. It goes into quarantine where it is looked at itself.
    await byHalves(scope, live, async (some) => {
      for (const record of await askLocal(scope, () => local.read(tenant, some)))
        for (const { field, ids } of fields) {
          const value = record.values[field.name] ?? null;
          const key = keyOf(field.canonicalLocal(value));
          if (key !== null && key !== String(value)) ids.set(key, [...(ids.get(key) ?? []), record.id]);
        }
    });
    await pageDone();
  } while (page.more);
  return new Map(fields.map(({ field, ids }) => [field.name, ids]));
}
