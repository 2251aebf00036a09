import type { QuarantineRow } from "../../ports/sync-stores.ts";
import { commitLinks } from "../apply/commit.ts";
import { linksOfLocal, linksOfRemote } from "../observe/links.ts";
import { setAside } from "../observe/set-aside.ts";
import { withoutSwing } from "../oscillation/swing.ts";
import { markOf } from "../run/outcomes.ts";
import type { SyncScope } from "../scope.ts";

/** A record in quarantine, by its side and id. */
export type QuarantineRef = Pick<QuarantineRow, "side" | "key">;

/** Marks quarantined records for another try; all of them when none are named. They leave quarantine when it succeeds. */
export async function replay(scope: SyncScope, refs?: readonly QuarantineRef[]): Promise<number> {
  const { work } = scope.deps.storage;
  let marked = 0;
  for await (const some of refs === undefined ? setAside(scope) : [refs]) {
    const now = scope.deps.clock.now();
    await forgetSwings(scope, some);
    if (some.length > 0)
      await work.mark(
        some.map((ref) => markOf(scope, ref, now)),
        now,
      );
    marked += some.length;
  }
  return marked;
}

/** A field that oscillated gets its turns again: whoever replays has stopped one of the two programs. */
async function forgetSwings(scope: SyncScope, refs: readonly QuarantineRef[]): Promise<void> {
  const keys = (side: QuarantineRef["side"]) => refs.filter((ref) => ref.side === side).map(({ key }) => key);
  const [byLocal, byRemote] = await Promise.all([
    linksOfLocal(scope, keys("local")),
    linksOfRemote(scope, keys("remote")),
  ]);
  const links = new Map([...byLocal, ...byRemote].map((link) => [link.localId, link]));
  const changes = [...links.values()].flatMap((link) => {
    const swinging = Object.entries(link.base).filter(([, base]) => base.turns !== undefined);
    const fields = Object.fromEntries(swinging.map(([field, base]) => [field, withoutSwing(base)]));
    return swinging.length === 0 ? [] : [{ link, fields }];
  });
  await commitLinks(scope, changes);
}
