import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import { commitLinks } from "../apply/commit.ts";
import { again, type RecordResult } from "../apply/result.ts";
import type { Tally } from "../apply/tally.ts";
import { hashOf } from "../observe/fields.ts";
import { type Candidate, readLocal } from "../observe/gather.ts";
import { linksOfLocal, linksOfRemote } from "../observe/links.ts";
import type { Session, SyncScope } from "../scope.ts";
import { fieldNameOf, typeOf } from "./association.ts";
import { carryOut, unmarked } from "./carry-out.ts";
import { type AssociationLook, type LinkedRecord, lookAtAssociation } from "./look.ts";

/** What associating needs of the run it is part of. */
export interface AssociationRun {
  readonly scope: SyncScope;
  readonly session: Session;
  readonly tally: Tally;
  readonly breaker: { count(changes: number): void };
  /** How many more writes to HubSpot `limitWrites` allows. */
  readonly allowance: { take(wanted: number): number };
  /** What becomes of records of which an association is over that. Absent: they are done. */
  readonly overLimit?: RecordResult;
}

/**
 * Brings the associations of records that were just looked at in line, in batches: one read of HubSpot per association
 * and batch, and writes only where a side changed. A write leaves a mark in the pair before it happens, by which the next look
 * knows it for ours, whatever became of its worker. Answers the results that are not "done".
 */
export async function associate(
  run: AssociationRun,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<Candidate, RecordResult>> {
  const { scope, session } = run;
  const port = scope.deps.associations;
  const results = new Map<Candidate, RecordResult>();
  if (port === undefined || scope.associations.length === 0 || candidates.length === 0) return results;
  const records = await linkedRecords(scope, candidates);
  const owners = [...records.keys()];
  for (const association of scope.associations) {
    const looks = await lookAtAssociation(scope, session, port, association, owners);
    if (scope.sync.declared.shadow) {
      for (const { decision } of looks) if (isWrite(decision)) run.tally.count(`associate:${decision.kind}`);
      continue;
    }
    for (const [look, result] of await settleLooks(run, looks))
      for (const candidate of records.get(look.record) ?? [])
        if (result.status !== "done") results.set(candidate, result);
  }
  return results;
}

export function isWrite({ kind }: AssociationLook["decision"]): boolean {
  return kind === "push" || kind === "pull";
}

/** The pairs behind the candidates that are linked and have both sides, each once. */
export async function linkedRecords(
  scope: SyncScope,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<LinkedRecord, readonly Candidate[]>> {
  const keys = (side: Candidate["side"]) => candidates.filter((one) => one.side === side).map(({ key }) => key);
  const [byLocal, byRemote] = await Promise.all([
    linksOfLocal(scope, keys("local")),
    linksOfRemote(scope, keys("remote")),
  ]);
  const links = new Map(
    [...byLocal, ...byRemote].filter(({ state }) => state === "linked").map((row) => [row.localId, row]),
  );
  const byHubspot = new Map([...links.values()].map((row) => [row.hubspotId, row]));
  const locals = await readLocal(scope, [...links.keys()]);
  const own = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const link = candidate.side === "local" ? links.get(candidate.key) : byHubspot.get(candidate.key);
    if (link !== undefined) own.set(link.localId, [...(own.get(link.localId) ?? []), candidate]);
  }
  const records = new Map<LinkedRecord, readonly Candidate[]>();
  for (const [localId, some] of own) {
    const [link, local] = [links.get(localId), locals.get(localId)];
    const localOnly = some.every(({ side }) => side === "local");
    if (link !== undefined && local !== undefined) records.set({ link, local, localOnly }, some);
  }
  return records;
}

async function settleLooks(
  run: AssociationRun,
  all: readonly AssociationLook[],
): Promise<ReadonlyMap<AssociationLook, RecordResult>> {
  const { scope, session, tally, breaker } = run;
  const { readOnly } = scope.sync.declared;
  const now = scope.deps.clock.now();
  const results = new Map<AssociationLook, RecordResult>();
  for (const look of all) if (look.busyUntil > now) results.set(look, again(look.busyUntil, "BUSY"));
  const looks = all.filter((look) => !results.has(look));
  const writes = looks.filter(({ decision }) => isWrite(decision));
  // What is left out is no change. Filling what was never agreed on is what a first run is for.
  await breaker.count(
    writes.filter(({ base, decision }) => base !== null && !(readOnly && decision.kind === "push")).length,
  );
  const pushes = writes.filter(({ decision }) => decision.kind === "push");
  const pulls = writes.filter(({ decision }) => decision.kind === "pull");
  const allowed = pushes.slice(0, readOnly ? 0 : run.allowance.take(pushes.length));
  tally.count(readOnly ? "skipped:read-only" : "skipped:write-limit", pushes.length - allowed.length);
  if (!readOnly && run.overLimit !== undefined)
    for (const look of pushes.slice(allowed.length)) results.set(look, run.overLimit);
  // Of what is about to be written alone: what waits is looked at again, and would be told anew each time.
  await tally.conflicts([...allowed, ...pulls].flatMap(conflictOf));
  const written = await carryOut(scope, session, [...allowed, ...pulls]);
  for (const [look, { result }] of written) results.set(look, result);
  // Not what is held: a base would make the next look take it for agreed on, and the empty source for a clear.
  const changes = looks.map((look) => {
    const { link, result, left } = written.get(look) ?? { link: look.record.link };
    if (look.aged || look.decision.kind === "agree" || result?.status === "done") return changeOf(scope, look, link);
    const ended = written.has(look) ? left : look.missed ? "missed" : undefined;
    return ended === undefined ? null : unmarked(look, link, ended);
  });
  const kept = looks.filter((_, i) => changes[i] !== null);
  const rows = await commitLinks(scope, await Promise.all(changes.filter((change) => change !== null)));
  kept.forEach((look, i) => {
    if (rows[i] === null) results.set(look, again(scope.deps.clock.now(), "LINK_MOVED"));
  });
  for (const [look, result] of results) report(tally, look, result);
  return results;
}

function conflictOf({ record: { link }, association, decision, retold, local, remote }: AssociationLook) {
  if (retold || !("conflict" in decision) || decision.conflict === undefined) return [];
  const { localId, hubspotId } = link;
  const field = fieldNameOf(association);
  return [{ localId, hubspotId, field, settlement: decision.conflict, times: null, local, hubspot: remote }];
}

/** Each side's own word: they differ only where they shall. */
async function changeOf(scope: SyncScope, look: AssociationLook, link: LinkRow) {
  const { association, decision, local, remote } = look;
  const of = hashOf(scope, link.localId, fieldNameOf(association));
  const { hasher } = scope.deps;
  const ours = decision.kind === "pull" ? remote : local;
  const theirs = decision.kind === "push" ? look.written : remote;
  const [here, there] = [await hasher.hash(of, ours), await hasher.hash(of, theirs)];
  const base: FieldBase = { local: here, remote: there, mapping: typeOf(association) };
  return { link, fields: { [fieldNameOf(association)]: base } };
}

function report(
  tally: Tally,
  { record: { link }, association, decision }: AssociationLook,
  result: RecordResult,
): void {
  if (result.status === "again") return;
  const { localId, hubspotId } = link;
  const entry = { action: `associate:${decision.kind}`, localId, hubspotId, fields: [association.name] };
  if (result.status === "done") {
    tally.count("associated");
    tally.log({ status: "success", ...entry });
  } else tally.log({ status: "error", ...entry, errorCode: result.code });
}
