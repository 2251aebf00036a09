import { rangedPages } from "../listing/ranged-pages.ts";
import { either } from "./either.ts";
import type { ObjectCalls, ReadShape } from "./object-calls.ts";
import { leadsNowhere, malformed, type WireRecord } from "./wire.ts";

/**
 * All records by several readers at once, in no particular order. An answer that is not ascending by id is
 * HUBSPOT_RESPONSE_INVALID, because records would be missed.
 */
export async function* listInRanges(
  calls: ObjectCalls,
  shape: ReadShape,
  options: { readonly limit: number; readonly readers: number; readonly signal: AbortSignal | undefined },
): AsyncGenerator<readonly WireRecord[]> {
  const { limit, readers } = options;
  const stoppable = (signal: AbortSignal) => calls.with({ signal: either(options.signal, signal) ?? signal });
  const route = `GET /crm/objects/{version}/${calls.object}`;
  const pages = rangedPages(
    {
      page: (after, signal) => stoppable(signal).listPage({ ...shape, after, limit }),
      extent: (signal) => extentOf(stoppable(signal)),
      refuse: (what) =>
        what === "no-progress"
          ? leadsNowhere(route)
          : malformed(
              route,
              "records that are not in the order of their ids, so they cannot be listed in parallel; list without `parallel`",
            ),
    },
    // Whoever asks for readers wants the list soon: divided as often as a reader is free.
    { pageSize: limit, readers, mostExtra: () => Number.POSITIVE_INFINITY },
  );
  for await (const { records } of pages) if (records.length > 0) yield records;
}

/** Where the ids end and about how many there are: one search, which may be late; what is newer falls into the last range. */
export async function extentOf(
  calls: Pick<ObjectCalls, "searchPage">,
): Promise<{ readonly highest: string | null; readonly total: number }> {
  const sorts = [{ propertyName: "hs_object_id", direction: "DESCENDING" }];
  const newest = await calls.searchPage({ filterGroups: [], properties: [], sorts, limit: 1 });
  return { highest: newest.records[0]?.id ?? null, total: newest.total };
}
