import type { EditTimes, Settlement } from "../../conflict/types.ts";
import type { RowId } from "../../ports/ids.ts";
import type { LogFields } from "../../ports/logger.ts";
import type { ConflictRow, SyncLogRow } from "../../ports/sync-stores.ts";
import type { SyncScope } from "../scope.ts";
import { type BothValues, reviewAlert, sealValues } from "./parked.ts";

/** What a run counted, by name. */
export type Counts = Readonly<Record<string, number>>;

export interface LogEntry {
  readonly status: SyncLogRow["status"];
  readonly action: string;
  readonly localId: string | null;
  readonly hubspotId: string | null;
  readonly fields?: readonly string[];
  readonly errorCode?: string;
}

export interface ConflictEntry extends BothValues {
  /** Known already where the pair waits for it. Logged twice, it is one row. */
  readonly id?: RowId;
  readonly localId: string;
  readonly hubspotId: string;
  readonly field: string;
  readonly settlement: Settlement;
  readonly times: EditTimes | null;
}

/** Counts what happens and keeps the log that people read. Rows hold ids and names; a conflict's values are sealed. */
export interface Tally {
  count(name: string, by?: number): void;
  counts(): Counts;
  log(entry: LogEntry): void;
  /** Writes what `log` collected. */
  flush(): Promise<void>;
  /** Stores conflicts before the write they decide, and what is to wait once its pair says so. */
  conflicts(entries: readonly ConflictEntry[]): Promise<void>;
  note(event: string, fields?: LogFields): void;
}

export function createTally(scope: SyncScope, start: Counts = {}): Tally {
  const { deps, tenant, name, portalId } = scope;
  const counts: Record<string, number> = { ...start };
  let rows: SyncLogRow[] = [];
  const count = (key: string, by = 1) => {
    if (by === 0) return;
    counts[key] = (counts[key] ?? 0) + by;
  };
  return {
    count,
    counts: () => ({ ...counts }),
    log({ fields = [], errorCode = null, ...entry }) {
      rows.push({ id: deps.newId(), tenant, sync: name, at: deps.clock.now(), fields, errorCode, ...entry });
    },
    async flush() {
      const ready = rows;
      rows = [];
      if (ready.length > 0) await deps.storage.syncLog.append(ready);
    },
    async conflicts(entries) {
      if (entries.length === 0) return;
      const stored = await Promise.all(entries.map((entry) => conflictRow(scope, entry)));
      await deps.storage.conflicts.add(stored);
      count("conflicts", stored.length);
      deps.metrics?.count("sync.conflicts.count", stored.length, { sync: name });
      const parked = stored.filter((row) => row.status === "open");
      count("parked", parked.length);
      const [first] = parked;
      if (first === undefined) return;
      const { at, field, localId, hubspotId } = first;
      await deps.alerts?.raise({
        name: "sync.conflict_review",
        tenant,
        at,
        key: reviewAlert(name),
        severity: "warning",
        message: `sync "${name}": a conflict waits for review; list them with conflicts.list()`,
        details: { sync: name, portalId, field, localId, hubspotId },
      });
    },
    note: (event, fields) => deps.logger?.info(event, { sync: name, tenant, ...fields }),
  };
}

async function conflictRow(scope: SyncScope, entry: ConflictEntry): Promise<ConflictRow> {
  const { deps, tenant, name, portalId } = scope;
  const id = entry.id ?? deps.newId();
  const { times, settlement } = entry;
  return {
    id,
    tenant,
    sync: name,
    portalId,
    localId: entry.localId,
    hubspotId: entry.hubspotId,
    field: entry.field,
    rule: settlement.rule,
    winner: settlement.winner,
    localAt: times === null ? null : [times.local.earliest, times.local.latest],
    remoteAt: times === null ? null : [times.remote.earliest, times.remote.latest],
    localSource: times?.local.source ?? "changed since last agreed",
    remoteSource: times?.remote.source ?? "changed since last agreed",
    sealed: await sealValues(scope, id, entry),
    status: settlement.winner === "parked" ? "open" : "resolved",
    at: deps.clock.now(),
  };
}
