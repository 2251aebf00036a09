import type { FleetPlan } from "./plan.ts";
import { type Servers, type World, type Written, world } from "./world.ts";

/** Records that each process gets to write: as much work for everybody, however many they are. */
const share = 400;
const fleets = [1, 2, 4] as const;
/** HubSpot's own time for a call: long beside what a call costs here, so that processes wait for HubSpot and not for each other. */
export const slowMs = 1_500;

export interface Rate {
  readonly processes: number;
  readonly recordsPerSecond: number;
  /** Against one process. */
  readonly times: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How much more 2 and 4 processes write than one, where the quota leaves room for all of them. */
export async function scaling(
  servers: Servers,
): Promise<{ readonly rates: readonly Rate[]; readonly found: string[] }> {
  const there = await filled(servers, share * Math.max(...fleets), {});
  try {
    const speeds: { processes: number; speed: number }[] = [];
    for (const processes of fleets) {
      const { written } = await work(there, { processes, records: share * processes, latencyMs: slowMs });
      speeds.push({ processes, speed: steady(written) });
    }
    const one = speeds[0]?.speed ?? Number.NaN;
    const rates = speeds.map(({ processes, speed }) => ({ processes, recordsPerSecond: speed, times: speed / one }));
    return { rates, found: [...notLinear(rates), ...(await wrong(there))] };
  } finally {
    await there.end();
  }
}

/** Small, so that four processes want more of it than there is, on any machine. */
const smallQuota = 30;
const windowMs = 10_000;

/**
 * How much of a quota four processes use that would use more: of the calls that it allows from the second window on,
 * when the burst of the first is over.
 */
export async function quota(servers: Servers): Promise<{ readonly used: number; readonly found: string[] }> {
  const records = share * 6;
  const there = await filled(servers, records, {});
  try {
    // What was called under the larger quota still counts.
    await pause(windowMs);
    there.simulator.configure({ limits: { tenSecondly: smallQuota } });
    const { written } = await work(there, { processes: 4, records, latencyMs: 50 }, { rateLimit: smallQuota });
    const from = (written[0]?.at ?? 0) + windowMs;
    const windows = Math.floor(((written.at(-1)?.at ?? 0) - from) / windowMs);
    const until = from + windows * windowMs;
    const calls = there.simulator.calls.filter(({ at }) => at > from && at <= until).length;
    const used = calls / (windows * smallQuota);
    return {
      used,
      found: [...(used < 0.8 ? [`only ${used.toFixed(2)} of the quota was used`] : []), ...(await wrong(there))],
    };
  } finally {
    await there.end();
  }
}

/** So many linked pairs, and nothing to do. */
async function filled(servers: Servers, records: number, knobs: Parameters<typeof world>[1]): Promise<World> {
  const there = await world(servers, knobs);
  try {
    const leads = Array.from({ length: records }, (_, i) => ({
      id: `user-${String(i).padStart(5, "0")}`,
      email: `p${i}@x.example`,
      last: "first",
    }));
    await there.front.crm.insert(leads);
    await there.front.sync.backfill();
    await there.front.pulse.start();
    return there;
  } catch (error) {
    await there.end();
    throw error;
  }
}

interface Work {
  readonly processes: number;
  readonly records: number;
  readonly latencyMs: number;
}

/** Edits so many records, lets a fleet of that size write them to HubSpot, and answers when each batch arrived there. */
async function work(
  there: World,
  { processes, records, latencyMs }: Work,
  narrowed: Partial<FleetPlan> = {},
): Promise<{ readonly written: Written[] }> {
  const { front, simulator } = there;
  const written: Written[] = [];
  let left = records;
  const all = new Promise<void>((resolve) => {
    there.onWrite = (one) => {
      written.push(one);
      left -= one.inputs.length;
      if (left <= 0) resolve();
    };
  });
  await front.crm.editMany(records, `w${processes}`);
  while ((await front.sync.status()).waiting.records < records) {
    if ((await front.hubspoke.worker().runJob("sync:local")).did === 0) await pause(50);
  }
  simulator.configure({ latency: latencyMs });
  await there.grow(processes, narrowed);
  await all;
  while ((await front.sync.status()).waiting.records > 0) await pause(100);
  await there.shrink();
  simulator.configure({ latency: 0 });
  there.onWrite = null;
  return { written };
}

/** Records a second once everybody works and until somebody has nothing left: from the first quarter to the last tenth. */
function steady(written: readonly Written[]): number {
  const total = written.reduce((sum, { inputs }) => sum + inputs.length, 0);
  let seen = 0;
  let from = 0;
  const counted: Written[] = [];
  for (const one of written) {
    seen += one.inputs.length;
    if (seen <= total * 0.25) from = one.at;
    else if (seen <= total * 0.9) counted.push(one);
  }
  const records = counted.reduce((sum, { inputs }) => sum + inputs.length, 0);
  return (records / ((counted.at(-1)?.at ?? from) - from)) * 1_000;
}

function notLinear(rates: readonly Rate[]): string[] {
  return rates.flatMap(({ processes, times }) =>
    times < processes * 0.75 ? [`${processes} processes write only ${times.toFixed(2)} times what one does`] : [],
  );
}

/** What must not have happened meanwhile. */
async function wrong({ simulator, front }: World): Promise<string[]> {
  const beats = await front.crm.beats();
  const { rateLimited } = simulator.stats();
  const { equal } = await front.sync.reconcile();
  return [
    ...(rateLimited > 0 ? [`${rateLimited} calls were refused with 429`] : []),
    ...(new Set(beats).size < beats.length ? ["a run of the schedule was doubled"] : []),
    ...(equal ? [] : ["both sides are not equal"]),
  ];
}
