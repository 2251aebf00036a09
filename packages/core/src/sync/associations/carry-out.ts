import type { EpochMs } from "../../ports/ids.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import type { LocalWriteResult } from "../../ports/local-source.ts";
import { refuseLate } from "../apply/admit.ts";
import { sourceFailed } from "../apply/at-fault.ts";
import { commitLinks, type LinkChange } from "../apply/commit.ts";
import { again, done } from "../apply/result.ts";
import { writeLocally } from "../apply/write-locally.ts";
import { hashOf } from "../observe/fields.ts";
import type { Session, SyncScope } from "../scope.ts";
import { fieldNameOf, typeOf } from "./association.ts";
import type { AssociationLook } from "./look.ts";
import { bare } from "./mark.ts";
import { type CarriedOut, writeAssociations } from "./write-associations.ts";

/** How a write went, and how the pair is remembered. */
export interface Marked extends CarriedOut {
  /** The pair as it is now. */
  readonly link: LinkRow;
}

/** Marks the pairs, then writes to whichever side each decision names. Nothing is written for a pair that moved. */
export async function carryOut(
  scope: SyncScope,
  session: Session,
  looks: readonly AssociationLook[],
): Promise<ReadonlyMap<AssociationLook, Marked>> {
  if (looks.length === 0) return new Map();
  const until = await session.fence.hold();
  const links = await commitLinks(scope, await Promise.all(looks.map((look) => marked(scope, look, until))));
  const of = (kind: "push" | "pull") => looks.filter(({ decision }, i) => decision.kind === kind && links[i] !== null);
  const pushed = await writeAssociations(scope, session, of("push"), until);
  const pulled = await pull(scope, of("pull"), until);
  const now = scope.deps.clock.now();
  return new Map(
    looks.map((look, i) => {
      const link = links[i] ?? look.record.link;
      const went = pushed.get(look) ?? pulled.get(look) ?? { result: again(now, "LINK_MOVED") };
      return [look, { ...went, link }];
    }),
  );
}

async function pull(
  scope: SyncScope,
  looks: readonly AssociationLook[],
  until: EpochMs,
): Promise<ReadonlyMap<AssociationLook, CarriedOut>> {
  if (looks.length === 0) return new Map();
  const writes = looks.map(({ record: { local }, association, remote }) => ({
    kind: "update" as const,
    id: local.id,
    expectedVersion: local.version,
    values: { [association.localField]: remote },
  }));
  // Past its mark others may have looked: the version alone does not tell that HubSpot's word was taken back meanwhile.
  const written = await writeLocally(scope, writes, () => refuseLate(scope, until));
  const now: EpochMs = scope.deps.clock.now();
  return new Map(
    looks.map((look, i) => {
      const answer = written[i];
      return [look, answer === null ? { result: sourceFailed(scope), left: "some" } : resultOf(answer, look, now)];
    }),
  );
}

function resultOf(answer: LocalWriteResult | undefined, { association }: AssociationLook, now: EpochMs): CarriedOut {
  if (answer?.outcome === "written") return { result: done };
  if (answer?.outcome === "rejected")
    return { result: { status: "failed", code: "LOCAL_REJECTED", fields: [association.localField] }, left: "nothing" };
  return { result: again(now, answer?.outcome === "gone" ? "LOCAL_GONE" : "LOCAL_MOVED"), left: "nothing" };
}

/**
 * To be stored before the write. HubSpot keeps no history of associations, so that without it a write whose worker died,
 * or whose answer was lost, would be taken for a user's edit: whoever changed their mind meanwhile would be overruled by
 * their own first word. It is a lock as well: two workers that looked at the same record store one mark.
 */
async function marked(scope: SyncScope, look: AssociationLook, until: EpochMs): Promise<LinkChange> {
  const { record, association, decision, local, remote } = look;
  const name = fieldNameOf(association);
  const to = decision.kind === "push" ? "hubspot" : "local";
  const base = look.base ?? bare;
  const of = hashOf(scope, base.heirOf ?? record.link.localId, name);
  const { hasher } = scope.deps;
  const [ours, theirs] = [await hasher.hash(of, local), await hasher.hash(of, remote)];
  const [sent, from] = to === "hubspot" ? [ours, theirs] : [theirs, ours];
  const replaced = look.replaced.flatMap(({ localId }) => localId ?? []);
  const elements = await Promise.all(replaced.map((id) => hasher.hash(of, id)));
  return {
    link: record.link,
    fields: { [name]: { ...base, mapping: typeOf(association), sent, swung: { from, to, at: until }, elements } },
  };
}

/** After a write of which nothing is under way any more: nobody has to wait for it, or its next try would be the first again. */
export function unmarked(
  { association, record, decision }: AssociationLook,
  link: LinkRow,
  left: CarriedOut["left"] | "missed",
): LinkChange {
  const name = fieldNameOf(association);
  const { swung, ...mark } = link.base[name] ?? bare;
  const over = swung && { swung: { ...swung, at: 0 } };
  const before = record.link.base[name] ?? bare;
  if (left === "some") return { link, fields: { [name]: { ...mark, ...over } } };
  if (left === "missed") return { link, fields: { [name]: { ...mark, ...over, sent: "" } } };
  // What an earlier try may have done is not undone by this one; without one, what it told is all that is kept.
  const told = "conflict" in decision && before.sent === undefined;
  const base = told ? { ...before, ...over, sent: "" } : before;
  return { link, fields: { [name]: base } };
}
