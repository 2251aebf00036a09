import type { Page, PageCursor } from "../../ports/ids.ts";
import type { QuarantineRow } from "../../ports/sync-stores.ts";
import { markOf } from "../run/outcomes.ts";
import type { SyncScope } from "../scope.ts";

export type QuarantineRef = Pick<QuarantineRow, "side" | "key">;

/** Marks quarantined records for another try; all of them when none are named. They leave quarantine when it succeeds. */
export async function replay(scope: SyncScope, refs?: readonly QuarantineRef[]): Promise<number> {
  const { work } = scope.deps.storage;
  let marked = 0;
  for await (const some of refs === undefined ? allOf(scope) : [refs]) {
    const now = scope.deps.clock.now();
    if (some.length > 0)
      await work.mark(
        some.map((ref) => markOf(scope, ref, now)),
        now,
      );
    marked += some.length;
  }
  return marked;
}

async function* allOf({ deps, tenant, name }: SyncScope): AsyncGenerator<readonly QuarantineRef[]> {
  let after: PageCursor | null = null;
  do {
    const page: Page<QuarantineRow> = await deps.storage.quarantine.list(tenant, name, after, 100);
    yield page.items;
    after = page.next ?? null;
  } while (after !== null);
}
