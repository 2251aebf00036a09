import type { ObjectCalls, ReadShape } from "./object-calls.ts";
import { leadsNowhere, type WireRecord } from "./wire.ts";

/** All records in HubSpot's order, fetched as they are consumed. */
export async function* listPages(
  calls: ObjectCalls,
  shape: ReadShape,
  limit: number,
): AsyncGenerator<readonly WireRecord[]> {
  let after: string | null = null;
  do {
    const page: { readonly records: readonly WireRecord[]; readonly next: string | null } = await calls.listPage({
      ...shape,
      after,
      limit,
    });
    yield page.records;
    // Would be the same page for ever.
    if (page.next !== null && page.next === after) throw leadsNowhere(`GET /crm/objects/{version}/${calls.object}`);
    after = page.next;
  } while (after !== null);
}
