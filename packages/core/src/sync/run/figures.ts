import type { CursorStore } from "../../ports/cursor-store.ts";
import type { EpochMs, PortalId, Tenant } from "../../ports/ids.ts";

/** How a sync fared in one minute, in all processes together. */
export interface SyncMinute {
  /** The name it was declared by. */
  readonly sync: string;
  /** Its beginning. */
  readonly minute: EpochMs;
  /** Records that were worked off. */
  readonly done: number;
  /** Attempts at records that failed. */
  readonly failed: number;
  /** The longest that a change had waited when it was worked off, milliseconds. */
  readonly lagMs: number;
}

interface Of {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly name: string;
}

/** Volume and lag of the last hour, by minute. */
export interface SyncFigures {
  note(of: Of, counted: { readonly done: number; readonly failed: number; readonly lagMs?: number }): void;
  /** Writes down what this process has counted. Answers of how many syncs. */
  flush(): Promise<number>;
  /** Minutes in which something happened, oldest first; what this process has not written yet is in them. */
  read(tenant: Tenant): Promise<readonly SyncMinute[]>;
}

type Counted = Readonly<Pick<SyncMinute, "done" | "failed" | "lagMs">>;
type Minutes = ReadonlyMap<EpochMs, Counted>;

const minuteMs = 60_000;
const keptMs = 60 * minuteMs;
const prefix = "figures:";

/**
 * One row for each sync holds its hour: read, added to and written where nobody else wrote meanwhile. A process that is
 * killed loses what it counted since it last wrote, a few seconds; nothing is decided by these numbers.
 */
export function createFigures(cursors: CursorStore, now: () => EpochMs): SyncFigures {
  const counted = new Map<string, { readonly of: Of; minutes: Minutes }>();
  const minuteOf = (at: EpochMs): EpochMs => Math.floor(at / minuteMs) * minuteMs;
  const keyOf = ({ tenant, portalId, name }: Of): string => JSON.stringify([tenant, portalId, name]);

  function add(of: Of, minutes: Minutes): void {
    const key = keyOf(of);
    counted.set(key, { of, minutes: merged(counted.get(key)?.minutes ?? new Map(), minutes) });
  }

  /** False where another process was faster. */
  async function write({ tenant, portalId, name }: Of, minutes: Minutes): Promise<boolean> {
    const stored = await cursors.read(tenant, portalId, prefix + name);
    const oldest = now() - keptMs;
    const kept = [...merged(parse(stored?.value), minutes)].filter(([minute]) => minute > oldest);
    const value = JSON.stringify(kept.map(([minute, { done, failed, lagMs }]) => [minute, done, failed, lagMs]));
    const outcome = await cursors.advance(tenant, portalId, prefix + name, value, stored?.version ?? 0, now());
    return outcome === "written";
  }

  return {
    note(of, { done, failed, lagMs = 0 }) {
      add(of, new Map([[minuteOf(now()), { done, failed, lagMs }]]));
    },
    async flush() {
      const taken = [...counted.values()];
      counted.clear();
      for (const [i, { of, minutes }] of taken.entries()) {
        try {
          // Who lost the race has it in the next flush.
          if (!(await write(of, minutes))) add(of, minutes);
        } catch (error) {
          for (const left of taken.slice(i)) add(left.of, left.minutes);
          throw error;
        }
      }
      return taken.length;
    },
    async read(tenant) {
      const stored = await cursors.list(tenant, prefix);
      const bySync = new Map(stored.map(({ name, value }) => [name.slice(prefix.length), parse(value)]));
      for (const { of, minutes } of counted.values())
        if (of.tenant === tenant) bySync.set(of.name, merged(bySync.get(of.name) ?? new Map(), minutes));
      const oldest = now() - keptMs;
      return [...bySync]
        .flatMap(([sync, minutes]) => [...minutes].map(([minute, one]) => ({ sync, minute, ...one })))
        .filter(({ minute }) => minute > oldest)
        .sort((a, b) => a.minute - b.minute);
    },
  };
}

function merged(before: Minutes, more: Minutes): Minutes {
  const all = new Map(before);
  for (const [minute, { done, failed, lagMs }] of more) {
    const one = all.get(minute) ?? { done: 0, failed: 0, lagMs: 0 };
    all.set(minute, { done: one.done + done, failed: one.failed + failed, lagMs: Math.max(one.lagMs, lagMs) });
  }
  return all;
}

function parse(value: string | undefined): Minutes {
  const rows = value === undefined ? [] : (JSON.parse(value) as [EpochMs, number, number, number][]);
  return new Map(rows.map(([minute, done, failed, lagMs]) => [minute, { done, failed, lagMs }]));
}
