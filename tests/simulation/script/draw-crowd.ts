import type { Chance } from "../base/random.ts";
import type { Fate } from "../world/process.ts";
import type { Side, Step, UserEdit, Work } from "./steps.ts";

/**
 * Many edits of one list of one record within the write of a worker that may die or stand still over it: one that the
 * write covers, others before anybody has looked at it or while the covered one is put back, and more when the next
 * worker comes. Each alone is drawn often; all of them at one list are hardly ever.
 */
export function drawCrowd(random: Chance): readonly Step[] {
  const who = random.int(8);
  const worker = random.pick([0, 1] as const);
  const edit = (side: Side): UserEdit => {
    const how = random.pick(["plain", "plain", "plain", "plain", "plain", "clear"] as const);
    return { side, who, field: "roles", how };
  };
  const now = (side: Side): Step => ({ kind: "edit", edit: edit(side) });
  const sometimes = (share: number, steps: () => readonly Step[]): readonly Step[] =>
    random.happens(share) ? steps() : [];
  const within = (): Work["meanwhile"] =>
    Array.from({ length: random.int(4) }, () => ({
      call: 2 + random.int(12),
      edit: edit(random.happens(0.8) ? "hubspot" : "local"),
    }));
  const work = (place: 0 | 1, collide: number): Work => ({
    kind: "work",
    worker: place,
    what: "rounds",
    both: random.happens(0.15),
    fate: drawFate(random),
    collide,
    // Before anybody has looked at the write, before what it covered is put back, and before that is looked at.
    again: random.pick([[], [1], [2], [1, 2], [2, 3], [2, 4]]),
    lost: random.happens(0.3),
    late: random.happens(0.3),
    meanwhile: within(),
  });
  return [
    // With nothing else to do, the worker's first write is this list's.
    ...sometimes(0.7, () => [{ kind: "rest" }]),
    now("local"),
    ...sometimes(0.3, () => [now("hubspot")]),
    work(worker, 1),
    ...sometimes(0.6, () => [now("hubspot")]),
    ...sometimes(0.3, () => [now("local")]),
    { kind: "jump", ms: random.pick([500, 31_000, 61_000]) },
    ...sometimes(0.6, () => [work(worker === 0 ? 1 : 0, random.pick([0, 1, 2]))]),
    ...sometimes(0.5, () => [now("hubspot")]),
    ...sometimes(0.5, () => [{ kind: "wake", ...(random.happens(0.5) && { beside: worker }) }]),
  ];
}

/** Close to the write, which is some calls after its intent. */
function drawFate(random: Chance): Fate {
  const kind = random.pick(["none", "none", "kill", "pause", "pause"] as const);
  return { kind, call: 2 + random.int(12), afterEffect: random.happens(0.5), fromIntent: true };
}
