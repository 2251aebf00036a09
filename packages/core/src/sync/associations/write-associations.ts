import type { BatchOutcome } from "../../model/record.ts";
import { refuseLate } from "../apply/admit.ts";
import { done, type RecordResult } from "../apply/result.ts";
import type { Session, SyncScope } from "../scope.ts";
import type { AssociationLook } from "./look.ts";
import type { AssociationPath, AssociationWrite } from "./remote-associations.ts";

/**
 * Writes local references to HubSpot as associations. The new one is made before the old one is taken off, so that a
 * worker killed in between leaves two and never none. Of the old one only the declared type goes: labels that users gave
 * the pair stay, and a pair that has some keeps its plain association, for removing that would remove them all
 * (hubspot-facts §7.4). Making another record the primary one makes the old one an ordinary one by itself.
 */
export async function writeAssociations(
  scope: SyncScope,
  session: Session,
  looks: readonly AssociationLook[],
): Promise<ReadonlyMap<AssociationLook, RecordResult>> {
  const results = new Map<AssociationLook, RecordResult>(looks.map((look) => [look, done]));
  const [first] = looks;
  const port = scope.deps.associations;
  if (first === undefined || port === undefined) return results;
  const { type, object: to } = first.association;
  const { tenant, object: from } = scope;
  refuseLate(scope, await session.fence.hold());
  const path: AssociationPath = {
    tenant,
    from,
    to,
    lane: session.lane,
    ...(session.signal && { signal: session.signal }),
  };

  const send = async (
    write: (path: AssociationPath, writes: readonly AssociationWrite[]) => Promise<readonly BatchOutcome<unknown>[]>,
    some: readonly AssociationLook[],
    toIdOf: (look: AssociationLook) => string,
  ) => {
    if (some.length === 0) return;
    const outcomes = await write(
      path,
      some.map((look) => ({ fromId: look.record.link.hubspotId, toId: toIdOf(look) })),
    );
    some.forEach((look, i) => {
      const outcome = outcomes.find(({ index }) => index === i);
      if (outcome?.ok === true) return;
      const code = outcome?.code ?? "UNKNOWN_OUTCOME";
      results.set(look, { status: "retry", at: scope.deps.clock.now() + 1_000, code });
    });
  };
  const links = looks.filter(({ wantedId, currentId }) => wantedId !== null && wantedId !== currentId);
  await send(
    (on, writes) => port.link(on, type, writes),
    links,
    ({ wantedId }) => wantedId ?? "",
  );
  const made = looks.filter((look) => results.get(look) === done);
  await send(
    (on, writes) => port.unlink(on, type, writes),
    made.filter(leavesOld),
    ({ currentId }) => currentId ?? "",
  );
  return results;
}

function leavesOld({ association, currentId, wantedId, currentTypes }: AssociationLook): boolean {
  if (currentId === null || currentId === wantedId) return false;
  if (association.kind === "primary") return wantedId === null;
  return association.kind === "label" || currentTypes.length === 1;
}
