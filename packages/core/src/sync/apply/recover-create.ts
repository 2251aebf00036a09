import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { IntentRow } from "../../ports/intent-store.ts";
import type { FieldBase } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import { chunk } from "../../util/chunk.ts";
import { isSentUnder } from "../mappings/field-at.ts";
import { hashOf, markOf } from "../observe/fields.ts";
import { remoteBatch } from "../observe/gather.ts";
import { matchRemote } from "../observe/match.ts";
import { timelineOf } from "../observe/timeline.ts";
import { readHistories } from "../observe/times.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { Session, SyncScope } from "../scope.ts";
import { newLink } from "./commit.ts";
import { basesSince, valuesForLocal, writeNew } from "./create-local.ts";
import { mayLand, type Recovered } from "./recovered.ts";

/**
 * A local create that may have happened: asked again under the same key, the source answers with the record there is.
 * What it was created from is the base, so that an edit since then on either side is seen as that side's edit.
 */
export async function recoverCreatesLocally(
  scope: SyncScope,
  session: Session,
  rows: readonly IntentRow[],
): Promise<readonly Recovered[]> {
  if (rows.length === 0) return [];
  const ids = rows.flatMap(({ hubspotId }) => hubspotId ?? []);
  const links = await scope.deps.storage.links.byHubspotIds(scope.tenant, scope.name, ids);
  const linked = new Set(links.map(({ hubspotId }) => hubspotId));
  const remotes = new Map<string, RemoteRecord>();
  for (const some of chunk(
    ids.filter((id) => !linked.has(id)),
    remoteBatch,
  )) {
    const { tenant, object, sync } = scope;
    const read = await scope.deps.remote.read({
      tenant,
      object,
      ids: some,
      properties: sync.properties,
      history: false,
      lane: session.lane,
    });
    for (const record of read) if (record.id === record.asked && !record.archived) remotes.set(record.id, record);
  }
  // A codec that throws for what one of them holds by now: planned anew, that record is set aside with the reason.
  const found = [...remotes.values()].filter((remote) => canBeRead(scope, remote));
  const written = await writeNew(scope, found);
  const seenAt = scope.deps.clock.now();
  return Promise.all(
    rows.map(async (intent): Promise<Recovered> => {
      const index = found.findIndex(({ id }) => id === intent.hubspotId);
      const [remote, result] = [found[index], written[index]];
      if (remote === undefined) return { intent, change: null };
      // Made, and deleted before it was linked: a link without a record is what the policy for deletes goes by.
      if (result?.outcome === "gone" && result.id !== undefined)
        return { intent, change: { link: newLink(scope, result.id, remote.id, seenAt), fields: {} } };
      // The source fails at it once more: kept open, it would hold up every create in HubSpot. It waits for its next try.
      if (result === null) return { intent, change: null, waits: true };
      if (result?.outcome !== "written") return { intent, change: null };
      const fields = await basesSince(scope, intent, result.record, remote);
      return { intent, change: { link: newLink(scope, result.record.id, remote.id, seenAt), fields } };
    }),
  );
}

function canBeRead(scope: SyncScope, remote: RemoteRecord): boolean {
  try {
    valuesForLocal(scope, remote);
    return true;
  } catch (error) {
    if (!isHubspokeError(error, "SYNC_RECORD_FAILED")) throw error;
    return false;
  }
}

/** A create in HubSpot that may have happened: looked for by its match key, never sent again. Not found, it is planned anew. */
export async function recoverCreatesInHubspot(
  scope: SyncScope,
  session: Session,
  rows: readonly IntentRow[],
  locals: ReadonlyMap<string, LocalRecord>,
): Promise<readonly Recovered[]> {
  const own = rows.flatMap(({ localId }) => locals.get(localId ?? "") ?? []);
  const linked = await scope.deps.storage.links.byLocalIds(
    scope.tenant,
    scope.name,
    own.map(({ id }) => id),
  );
  const unlinked = own.filter(({ id }) => !linked.some(({ localId }) => localId === id));
  const matches = await matchRemote(scope, session, unlinked);
  const found = [...matches.values()].flatMap((match) => ("found" in match ? [match.found.id] : []));
  const histories = await readHistories(scope, session, found, scope.sync.properties);
  const seenAt = scope.deps.clock.now();
  // Under a unique property HubSpot refuses the second one. Without, it is looked for once more: by search, which lags.
  const isMadeTwice = scope.sync.declared.create.inHubspot === "at-least-once";
  return Promise.all(
    rows.map(async (intent): Promise<Recovered> => {
      const match = matches.get(intent.localId ?? "");
      if (match !== undefined && "none" in match)
        return { intent, change: null, open: isMadeTwice && mayLand(scope, intent) };
      if (match === undefined || !("found" in match) || intent.localId === null) return { intent, change: null };
      // There before it was sent: planned anew, it takes that one over.
      if (match.heirOf !== undefined) return { intent, change: null };
      const record = histories.get(match.found.id);
      const fields = record === undefined ? {} : await basesAtBirth(scope, intent, intent.localId, record);
      return { intent, change: { link: newLink(scope, intent.localId, match.found.id, seenAt), fields } };
    }),
  );
}

/** Fields whose first value in HubSpot is the one that was sent: what came later is an edit of its own. */
async function basesAtBirth(
  scope: SyncScope,
  intent: IntentRow,
  localId: string,
  record: RemoteRecord,
): Promise<Record<string, FieldBase>> {
  const { hasher } = scope.deps;
  const bases: Record<string, FieldBase> = {};
  for (const field of scope.sync.fields) {
    const hashes = intent.fields[field.name];
    const first = timelineOf(field, record.history ?? {})[0];
    if (hashes === undefined || !isSentUnder(hashes, field) || first === undefined) continue;
    const of = hashOf(scope, localId, field.name);
    const canonical = field.canonicalRemote(first.values);
    const ours = first.versions.every((version) => scope.self.isOurs(version));
    const same = await hasher.matches(hashes.baseRemote, of, canonical);
    if (!ours && !(await hasher.matches(hashes.sent, of, field.looseRemote(first.values)))) continue;
    bases[field.name] = {
      local: hashes.baseLocal,
      remote: await hasher.hash(of, canonical),
      ...(hashes.elements && { elements: hashes.elements }),
      ...markOf(field),
      ...(!same && { normalised: true as const }),
    };
  }
  return bases;
}
