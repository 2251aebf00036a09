import type { Page, PageCursor } from "../../ports/ids.ts";
import type { QuarantineRow } from "../../ports/sync-stores.ts";
import type { SyncScope } from "../scope.ts";

/** All records in quarantine, a page at a time. */
export async function* setAside({ deps, tenant, name }: SyncScope): AsyncGenerator<readonly QuarantineRow[]> {
  let after: PageCursor | null = null;
  do {
    const page: Page<QuarantineRow> = await deps.storage.quarantine.list(tenant, name, after, 100);
    yield page.items;
    after = page.next ?? null;
  } while (after !== null);
}
