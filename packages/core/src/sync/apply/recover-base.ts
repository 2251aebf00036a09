import type { IntentField } from "../../ports/intent-store.ts";
import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import type { BoundField } from "../declare/bind.ts";
import { hashOf, isUnder, markOf } from "../observe/fields.ts";
import type { FieldMoment } from "../observe/timeline.ts";
import type { SyncScope } from "../scope.ts";

/** What the pair remembers of a field, as far as that is of what the field is read as here. */
export function baseUnder(link: LinkRow, field: BoundField): FieldBase | undefined {
  const base = link.base[field.name];
  return base !== undefined && isUnder(base, field) ? base : undefined;
}

/**
 * What HubSpot has held since this write landed and the pair knows, which is more than this write knew: others found it
 * and went on, and its intent was opened again by whoever had sent it. Its base would be older than theirs.
 */
export async function knownOf(
  scope: SyncScope,
  link: LinkRow,
  field: BoundField,
  base: FieldBase,
  timeline: readonly FieldMoment[],
  landed: FieldMoment,
  read: string,
): Promise<readonly FieldMoment[]> {
  if (base.remote === "" || base.remote === read) return [];
  const of = hashOf(scope, link.localId, field.name);
  const sent = field.canonicalRemote(landed.values);
  const since = timeline.slice(timeline.indexOf(landed) + 1);
  const holds = await Promise.all(
    since.map(({ values }) => {
      const canonical = field.canonicalRemote(values);
      // What holds the value that was sent may be this very write, come after others of it.
      return canonical !== sent && scope.deps.hasher.matches(base.remote, of, canonical);
    }),
  );
  return since.filter((_, i) => holds[i]);
}

/** What the pair remembers of a field whose write landed. */
export async function baseOf(
  scope: SyncScope,
  link: LinkRow,
  field: BoundField,
  { baseLocal, baseRemote, elements }: IntentField,
  landed: FieldMoment,
): Promise<FieldBase> {
  const of = hashOf(scope, link.localId, field.name);
  const canonical = field.canonicalRemote(landed.values);
  const same = await scope.deps.hasher.matches(baseRemote, of, canonical);
  const remote = await scope.deps.hasher.hash(of, canonical);
  return {
    local: baseLocal,
    remote,
    ...(elements && { elements }),
    ...markOf(field),
    ...(!same && { normalised: true as const }),
  };
}
