import type { Chance } from "../base/random.ts";
import { chance } from "../base/random.ts";
import type { Fate } from "../world/process.ts";
import { fields } from "./fields.ts";
import {
  faultKinds,
  type LifeEvent,
  type Script,
  type Setup,
  type Side,
  type Step,
  type UserEdit,
  type Work,
} from "./steps.ts";

const sides: readonly Side[] = ["local", "hubspot"];

/** Everything that will happen in this seed. */
export function drawScript(seed: number): Script {
  const random = chance(seed, "script");
  const setup = drawSetup(seed, random);
  const length = 20 + random.int(41);
  const meetings = random.fork("meetings");
  return { setup, steps: Array.from({ length }, () => drawStep(random, meetings)) };
}

function drawSetup(seed: number, random: Chance): Setup {
  const lossy = random.pick([0, 0, 0.3, 1]);
  return {
    seed,
    people: 5 + random.int(11),
    webhooks: {
      lose: lossy,
      duplicate: random.pick([0, 0.5]),
      reorder: random.happens(0.5),
      maxDelay: random.pick([0, 2_000, 600_000]),
    },
    searchLagMs: random.pick([0, 5_000, 60_000]),
    latencyMs: random.pick([0, 50, 400]),
    pollRemoteMs: random.pick([60_000, 10_000, false]),
    fromHubspot: random.pick(["ignore", "unlink", "delete"]),
    fromLocal: random.pick(["ignore", "unlink", "archive"]),
    ...(chance(seed, "oauth").happens(0.25) && { oauth: true }),
  };
}

function drawStep(random: Chance, meetings: Chance): Step {
  const roll = random.next();
  if (roll < 0.26) return { kind: "edit", edit: drawEdit(random) };
  if (roll < 0.33) {
    const gap = random.pick([1, 1, 50, 2_000, 40_000]);
    return {
      kind: "edit-both",
      who: drawWho(random),
      field: random.pick(fields).local,
      first: random.pick(sides),
      gap,
    };
  }
  if (roll < 0.38) {
    const soon = random.pick<readonly LifeEvent[]>([[], [], [], ["merge"], ["archive", "restore"]]);
    const side = random.pick(["local", "hubspot", "both"] as const);
    const met = side === "hubspot" && meetings.happens(0.5) ? { met: drawMeeting(meetings) } : {};
    return { kind: "create", side, soon, ...met };
  }
  if (roll < 0.44) {
    const event = random.pick<LifeEvent>([
      "delete-local",
      "replace-local",
      "archive",
      "archive",
      "restore",
      "restore",
      "merge",
      "erase",
    ]);
    const next = random.pick<readonly LifeEvent[]>([[], ["archive"], ["merge"], ["erase"]]);
    return { kind: "life", event, who: drawWho(random), other: drawWho(random), soon: event === "restore" ? next : [] };
  }
  if (roll < 0.52) return { kind: "deliver", worker: random.pick([0, 1]), fate: drawFate(random, 0.15, 0) };
  if (roll < 0.58) return { kind: "jump", ms: random.pick([500, 5_000, 31_000, 61_000, 3_600_000]) };
  if (roll < 0.64) {
    const on = random.pick(["reads", "writes", "any"] as const);
    return { kind: "fault", fault: random.pick(faultKinds), times: random.pick([1, 1, 2, 8, 40]), on };
  }
  if (roll < 0.67) return { kind: "wake", ...(random.happens(0.5) && { beside: random.pick([0, 1]) }) };
  if (roll < 0.68) return { kind: "older-copy" };
  if (roll < 0.71) return { kind: "rest" };
  if (roll < 0.73) return { kind: "resolve" };
  if (roll < 0.76) {
    const [who, count] = [random.int(20), 2 + random.int(3)];
    return { kind: "burst", who, count, gap: random.pick([20, 500, 5_000]), worker: random.pick([0, 1]) };
  }
  return drawWork(random);
}

function drawEdit(random: Chance): UserEdit {
  const how = random.pick(["plain", "plain", "plain", "shouting", "clear"] as const);
  const field = random.pick(fields).local;
  const side = random.pick(sides);
  // Without its address a person can not be recognised on the other side.
  const special = side === "local" ? "refused" : "plain";
  return { side, who: drawWho(random), field, how: field === "email" && how === "clear" ? special : how };
}

function drawWork(random: Chance): Work {
  const edits = random.pick([0, 0, 1, 3]);
  return {
    kind: "work",
    worker: random.pick([0, 1]),
    what: random.happens(0.2) ? "reconcile" : "rounds",
    both: random.happens(0.25),
    fate: drawFate(random, 0.3, 0.2),
    collide: random.pick([0, 0, 1, 2]),
    lost: random.happens(0.3),
    vanish: random.happens(0.15),
    late: random.happens(0.4),
    meanwhile: Array.from({ length: edits }, () => ({ call: drawCall(random), edit: drawEdit(random) })),
  };
}

/**
 * Who comes upon somebody new in HubSpot, and dies or stands still between making the row and its link: too few calls
 * to be met by chance.
 */
function drawMeeting(random: Chance): Work {
  const kind = random.pick(["kill", "pause"] as const);
  const fate = { kind, call: 1 + random.int(3), afterEffect: random.happens(0.5), fromIntent: false, fromCreate: true };
  const [worker, what] = [random.pick([0, 1] as const), random.pick(["rounds", "reconcile"] as const)];
  return { kind: "work", worker, what, both: random.happens(0.25), fate, collide: 0, meanwhile: [] };
}

function drawFate(random: Chance, kill: number, pause: number): Fate {
  const roll = random.next();
  const fate = { call: drawCall(random), afterEffect: random.happens(0.5), fromIntent: random.happens(0.6) };
  if (roll < kill) return { kind: "kill", ...fate };
  return roll < kill + pause ? { kind: "pause", ...fate } : { kind: "none", ...fate };
}

function drawCall(random: Chance): number {
  return 1 + random.int(random.pick([8, 25, 80]));
}

/** A few people get most of the attention: trouble comes of several things that happen to one record. */
function drawWho(random: Chance): number {
  return random.happens(0.6) ? random.int(3) : random.int(20);
}
