import type { FieldOf } from "../../crypto/field-hash.ts";
import type { FieldBase } from "../../ports/link-store.ts";
import type { SyncScope } from "../scope.ts";
import type { BoundAssociation } from "./association.ts";
import type { Mark } from "./mark.ts";
import type { AssociatedRecord } from "./remote-associations.ts";

/** An associated record, the local id of its pair (null: it has none), and whether a mark says that it was sent. */
export type Known = AssociatedRecord & { readonly localId: string | null; readonly sent: boolean };

/** What is associated with a record in HubSpot, by what this sync knows of it. */
export interface Associated {
  /** The one that counts; undefined where nothing is associated, or it cannot be told which of several. */
  readonly current: AssociatedRecord | undefined;
  /** It, and those that came through this sync: another one takes their place. What users put beside them stays. */
  readonly replaceable: readonly Known[];
}

/**
 * One that is associated alone counts. Of several: what a write brought that is not wanted any more, what both sides
 * agreed on, what a write was to replace, what the local side names. In this order, whatever HubSpot's is: a worker that
 * died between making the new one and taking off the old one left both, and where the new one counts the old one would
 * stay for good.
 */
export async function associatedBy(
  { deps: { hasher } }: SyncScope,
  of: FieldOf,
  { base, mark, local }: { readonly base: FieldBase | null; readonly mark: Mark | null; readonly local: string | null },
  associated: readonly AssociatedRecord[],
  localIdOf: (hubspotId: string) => string | null,
): Promise<Associated> {
  const { sent, replaces } = mark?.to === "hubspot" ? mark : { sent: "", replaces: [] };
  const is = async (hash: string, id: string | null) => id !== null && hash !== "" && hasher.matches(hash, of, id);
  const known = await Promise.all(
    associated.map(async (one) => {
      const id = localIdOf(one.id);
      const those = await Promise.all(replaces.map((hash) => is(hash, id)));
      return {
        one,
        id,
        sent: await is(sent, id),
        agreed: await is(base?.remote ?? "", id),
        replaced: those.includes(true),
      };
    }),
  );
  const counts =
    known.length === 1
      ? known[0]
      : (known.find((some) => some.sent && some.id !== local) ??
        known.find(({ agreed }) => agreed) ??
        known.find(({ replaced }) => replaced) ??
        known.find(({ id }) => id !== null && id === local));
  const replaceable = known.filter((some) => some === counts || some.sent || some.agreed || some.replaced);
  return {
    current: counts?.one,
    replaceable: replaceable.map(({ one, id, sent: ours }) => ({ ...one, localId: id, sent: ours })),
  };
}

/** What has to be taken off: of a pair that has labels of users the plain association stays, and a primary one goes by itself. */
export function leftOver({
  association: { kind },
  replaced,
  wantedId,
}: {
  readonly association: Pick<BoundAssociation, "kind">;
  readonly replaced: readonly Known[];
  readonly wantedId: string | null;
}): readonly Known[] {
  if (kind === "primary") return wantedId === null ? replaced : [];
  return replaced.filter(({ types }) => kind === "label" || types.length === 1);
}
