import type { BatchOutcome } from "../../model/record.ts";
import type { EpochMs } from "../../ports/ids.ts";
import { sendUntil } from "../apply/admit.ts";
import { isKnown } from "../apply/pushed.ts";
import { done, type RecordResult } from "../apply/result.ts";
import type { Session, SyncScope } from "../scope.ts";
import { leftOver } from "./current.ts";
import type { AssociationLook } from "./look.ts";
import type { AssociationPath, AssociationWrite } from "./remote-associations.ts";

/** How a write of an association went. */
export interface CarriedOut {
  readonly result: RecordResult;
  /** Whether anything of it may have happened, or may still: absent where that is not known, and its mark stands. */
  readonly left?: "nothing" | "some";
}

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
  until: EpochMs,
): Promise<ReadonlyMap<AssociationLook, CarriedOut>> {
  const results = new Map<AssociationLook, CarriedOut>(looks.map((look) => [look, { result: done }]));
  const [first] = looks;
  const port = scope.deps.associations;
  if (first === undefined || port === undefined) return results;
  const { type, object: to } = first.association;
  const { tenant, object: from } = scope;
  const path = { tenant, from, to, lane: session.lane };
  const send = async (
    write: (path: AssociationPath, writes: readonly AssociationWrite[]) => Promise<readonly BatchOutcome<unknown>[]>,
    some: readonly (readonly [AssociationLook, toId: string])[],
    left: "nothing" | "some",
  ) => {
    if (some.length === 0) return;
    const writes = some.map(([look, toId]) => ({ fromId: look.record.link.hubspotId, toId }));
    // Until the marks are over, and no longer: the second request may wait for the rate budget as well.
    const outcomes = await sendUntil(scope, session, until, (signal) => write({ ...path, signal }, writes));
    some.forEach(([look], i) => {
      const outcome = outcomes.find(({ index }) => index === i);
      if (outcome?.ok === true) return;
      const code = outcome?.code ?? "UNKNOWN_OUTCOME";
      // One of several that may have happened says it for all of them.
      const before = results.get(look);
      const known =
        outcome !== undefined && isKnown(outcome) && (before?.result === done || before?.left !== undefined);
      // Not before its mark is over: found busy by it, the record would have no failures to count.
      const at = known ? scope.deps.clock.now() + 1_000 : until + scope.settings.leaseMs;
      const result = { status: "retry", at, code } as const;
      results.set(look, { result, ...(known && { left }) });
    });
  };
  await send(
    (on, writes) => port.link(on, type, writes),
    looks.flatMap((look) => (look.wantedId === null ? [] : [[look, look.wantedId] as const])),
    "nothing",
  );
  const made = looks.filter((look) => results.get(look)?.result === done);
  await send(
    (on, writes) => port.unlink(on, type, writes),
    made.flatMap((look) => leftOver(look).map(({ id }) => [look, id] as const)),
    "some",
  );
  return results;
}
