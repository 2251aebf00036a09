import type { CallEvent } from "@hubspoke/core";
import type { Metrics } from "@hubspoke/core/ports";
import type { Database } from "./database.ts";

interface Minute {
  records: number;
  failed: number;
  lag: number;
}

export interface Trouble {
  readonly code: string;
  readonly since: number;
  readonly last: number;
}

/** A refusal that nobody met again for so long, while HubSpot answers, is over: what was refused is not asked any more. */
const forgottenMs = 300_000;

/** What the page shows of how things go: minutes of each sync, in the database, and when HubSpot last answered here. */
export interface Figures {
  readonly metrics: Metrics;
  readonly onCall: (event: CallEvent) => void;
  now(): number;
  /** Writes down what was gathered. */
  flush(): Promise<void>;
  hubspot(): { readonly answeredAt: number | null; readonly trouble: Trouble | null };
}

export function gatherFigures({ rows }: Database, now: () => number): Figures {
  let gathered = new Map<string, Minute>();
  const troubles = new Map<string, Trouble>();
  let answeredAt: number | null = null;
  const of = (sync = ""): Minute => {
    const minute = gathered.get(sync) ?? { records: 0, failed: 0, lag: 0 };
    gathered.set(sync, minute);
    return minute;
  };
  return {
    now,
    hubspot() {
      const answered = answeredAt ?? 0;
      const open = [...troubles.values()].filter(({ last }) => answered < last || now() - last < forgottenMs);
      return { answeredAt, trouble: open.sort((a, b) => b.last - a.last)[0] ?? null };
    },
    metrics: {
      count(name, value, labels) {
        if (name === "sync.records.count") of(labels?.sync)[labels?.outcome === "done" ? "records" : "failed"] += value;
      },
      record(name, value, labels) {
        if (name === "sync.lag_ms") of(labels?.sync).lag = Math.max(of(labels?.sync).lag, value);
      },
    },
    onCall({ route, code, status }) {
      // What HubSpot says about one request is an answer; that it has none, or none for us, is trouble.
      const well = code === null || (status !== null && status < 500 && ![401, 403, 429].includes(status));
      if (well) {
        answeredAt = now();
        // An outage is over with any answer; a token that was revoked, with one where it was refused.
        for (const [at, trouble] of troubles)
          if (at === route || !trouble.code.startsWith("AUTH_")) troubles.delete(at);
      } else if (code !== "ABORTED") {
        troubles.set(route, { code, since: troubles.get(route)?.since ?? now(), last: now() });
      }
    },
    async flush() {
      const taken = gathered;
      gathered = new Map();
      for (const [sync, { records, failed, lag }] of taken)
        await rows(
          `insert into sync_minutes as m (minute, sync, records, failed, lag_ms)
           values (date_trunc('minute', to_timestamp($1::float8 / 1000)), $2, $3, $4, $5)
           on conflict (minute, sync) do update set records = m.records + excluded.records,
             failed = m.failed + excluded.failed, lag_ms = greatest(m.lag_ms, excluded.lag_ms)`,
          [now(), sync, records, failed, Math.round(lag)],
        );
    },
  };
}
