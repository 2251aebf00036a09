import type { CursorStore } from "../ports/cursor-store.ts";
import type { Job } from "../ports/job.ts";
import { nobody, nowhere } from "./nobody.ts";

const hourMs = 3_600_000;

/**
 * A job whose hourly round is one process's, whoever comes first: what counts is a stored row, and not when a process
 * began. Where a process lives for one tick, as on Workers, the other ticks of the hour cost one read. A round that was
 * begun is gone on with until it is done; when its process dies over it, the next hour's finds what was left.
 */
export function onceAnHour(cursors: Pick<CursorStore, "read" | "advance">, job: Job): Job {
  const cursor = `hourly:${job.name}`;
  let mine = false;
  return {
    ...job,
    async run(turn) {
      const { now } = turn;
      if (!mine) {
        const stored = await cursors.read(nobody, nowhere, cursor);
        const since = now - Number(stored?.value ?? now - hourMs);
        // A clock that was set back must not put it off for as long.
        if (since >= 0 && since < hourMs) return { did: 0, nextAt: now - since + hourMs };
        mine = (await cursors.advance(nobody, nowhere, cursor, String(now), stored?.version ?? 0, now)) === "written";
        if (!mine) return { did: 0, nextAt: now + hourMs };
      }
      const result = await job.run(turn);
      mine = result.nextAt !== undefined && result.nextAt <= now;
      return result;
    },
  };
}
