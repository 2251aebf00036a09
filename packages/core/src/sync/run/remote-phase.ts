import { allIds, fromTexts, type IdStretch, toTexts, without } from "../../listing/stretches.ts";
import { type Checkpoint, checkpoint, flushAll, type Pass, work } from "./pass.ts";
import { remotePages } from "./remote-pages.ts";

/** Pages that are worked on at once: reading goes on while local writes and history checks of earlier pages run. */
const pagesInFlight = 6;

/** HubSpot's list: what of it no process has worked off yet, and then, after a kill, what a killed one had. */
export async function remotePhase(pass: Pass, from: Checkpoint): Promise<void> {
  const again = fromTexts(from.again ?? []);
  let done = await listed(pass, {
    left: from.ids === undefined ? allIds : fromTexts(from.ids),
    again,
    done: from.done,
  });
  if (again.length > 0) done = await listed(pass, { left: again, again: [], done });
  pass.report("remote", done);
  await flushAll(pass);
  await checkpoint(pass, { phase: "local", at: null, done: 0 });
}

interface Part {
  /** What is to be worked off now, and what after that. */
  readonly left: readonly IdStretch[];
  readonly again: readonly IdStretch[];
  readonly done: number;
}

interface Working extends IdStretch {
  readonly records: number;
  readonly work: Promise<void>;
}

/** Works off the pages of some stretches. Answers how many records the phase has looked at. */
async function listed(pass: Pass, part: Part): Promise<number> {
  const working: Working[] = [];
  let { left, done } = part;
  const finishOldest = async () => {
    const oldest = working.shift();
    if (oldest === undefined) return;
    await oldest.work;
    done += oldest.records;
    left = without(left, oldest);
    // After the last page the phase is left by its own checkpoint.
    if (left.length + part.again.length === 0) return;
    const ids = toTexts(left);
    const again = part.again.length === 0 ? {} : { again: toTexts(part.again) };
    await checkpoint(pass, { phase: "remote", at: null, done, ids, ...again });
  };
  const pages = remotePages(pass.scope, {
    stretches: left,
    ...(pass.expected !== undefined && { expected: pass.expected }),
    onExtent: ({ total }) => {
      pass.expected ??= total;
    },
    signal: pass.signal,
  });
  try {
    for await (const { records, at, end } of pages) {
      for (const { id } of records) pass.seen.add(id);
      const listedAfter = pass.since;
      const candidates = records.map((remote) => ({ side: "remote" as const, key: remote.id, remote, listedAfter }));
      working.push({ at, end, records: records.length, work: started(work(pass, candidates)) });
      if (working.length >= pagesInFlight) await finishOldest();
    }
    while (working.length > 0) await finishOldest();
  } finally {
    // When one page fails, nothing of the others may go on writing after the lease is given back.
    await Promise.allSettled(working.map((page) => page.work));
  }
  return done;
}

/** The work of a page that fails while others are awaited fails where it is awaited, not as an unhandled rejection. */
function started(work: Promise<void>): Promise<void> {
  work.catch(() => "awaited by finishOldest");
  return work;
}
