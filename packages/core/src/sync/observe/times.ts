import type { EditInterval, EditTimes } from "../../conflict/types.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import { chunk } from "../../util/chunk.ts";
import type { BoundField } from "../declare/bind.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { Session, SyncScope } from "../scope.ts";
import type { Pair } from "./pair.ts";
import { editedAt, timelineOf } from "./timeline.ts";

/** HubSpot returns property history for at most 50 records a call (hubspot-facts, reliability §3). */
export const historyBatch = 50;

/** When the local side was edited, as exactly as its source knows. */
export function localTime(
  field: string,
  { link, local, readAt }: Pick<Pair, "link" | "local" | "readAt">,
): EditInterval {
  const exact = local?.fieldTimes?.[field];
  if (exact !== undefined) return { earliest: exact, latest: exact, source: "field time" };
  const seen = knownUntil(link, field) ? (link?.localSeenAt ?? 0) : 0;
  const latest = local?.updatedAt ?? null;
  if (latest === null) return { earliest: seen, latest: readAt, source: "observed" };
  return { earliest: Math.min(seen, latest), latest, source: "record time" };
}

/** When HubSpot's side was edited: exact from its history, else since it was last agreed on. */
export function remoteTime(
  scope: SyncScope,
  field: BoundField,
  { link, remote }: Pick<Pair, "link" | "remote">,
  history: RemoteRecord["history"],
): EditInterval {
  const at = history === undefined ? null : editedAt(timelineOf(field, history), scope.self, field);
  if (at !== null) return { earliest: at, latest: at, source: "history" };
  const latest = remote?.updatedAt ?? 0;
  const seen = knownUntil(link, field.name) ? (link?.remoteSeenAt ?? 0) : 0;
  return { earliest: Math.min(seen, latest), latest, source: "record time" };
}

/**
 * Whether a side held what was agreed on when it was last looked at, so that an edit is younger than that look. A field
 * that waits for review, or was never agreed on, had its edit before: by looking again it would become the later one.
 */
function knownUntil(link: LinkRow | null, field: string): boolean {
  const base = link?.base[field];
  return base !== undefined && base.parked === undefined && (base.local !== "" || base.remote !== "");
}

/** Records with history, 50 a call. A record that HubSpot does not return is missing. */
export async function readHistories(
  scope: SyncScope,
  session: Pick<Session, "lane" | "signal">,
  ids: readonly string[],
  properties: readonly string[],
): Promise<ReadonlyMap<string, RemoteRecord>> {
  const found = new Map<string, RemoteRecord>();
  const reads = chunk([...new Set(ids)], historyBatch).map((some) =>
    scope.deps.remote.read({
      tenant: scope.tenant,
      object: scope.object,
      ids: some,
      properties,
      history: true,
      lane: session.lane,
      ...(session.signal && { signal: session.signal }),
    }),
  );
  for (const records of await Promise.all(reads)) for (const record of records) found.set(record.asked, record);
  return found;
}

/**
 * Both sides' edit times of the fields that asked for them, per pair. The only reads of history that planning makes:
 * true two-sided conflicts on a field whose rule is about time.
 */
export async function editTimes(
  scope: SyncScope,
  session: Pick<Session, "lane" | "signal">,
  asked: readonly { readonly pair: Pair; readonly fields: readonly string[] }[],
): Promise<readonly ReadonlyMap<string, EditTimes>[]> {
  const bound = new Map(scope.sync.fields.map((field) => [field.name, field]));
  const properties = [
    ...new Set(asked.flatMap(({ fields }) => fields.flatMap((name) => bound.get(name)?.properties ?? []))),
  ];
  const ids = asked.flatMap(({ pair }) => (pair.remote === null ? [] : [pair.remote.id]));
  const histories = await readHistories(scope, session, ids, properties);
  await scope.self.refresh();
  return asked.map(({ pair, fields }) => {
    const history = histories.get(pair.remote?.id ?? "")?.history;
    return new Map(
      fields.flatMap((name) => {
        const field = bound.get(name);
        return field === undefined
          ? []
          : [[name, { local: localTime(name, pair), remote: remoteTime(scope, field, pair, history) }] as const];
      }),
    );
  });
}
