import { type Chance, chance } from "../base/random.ts";
import { drawScript } from "./draw.ts";
import { drawCrowd } from "./draw-crowd.ts";
import { rules, wideNames } from "./fields.ts";
import { type Script, type Stage, type Step, stageKinds, type UserEdit } from "./steps.ts";

/**
 * The same seed in a wider world: the same records live through the same, and besides, most edits are of fields that
 * one side may refuse, that are two properties, or lists; and now and then the product is deployed so that it may only
 * read. What is drawn for the narrow worlds stays as it is: what is on record of them goes on to be true.
 */
export function drawWide(seed: number): Script {
  const random = chance(seed, "wide");
  const { setup, steps } = drawScript(seed);
  const wide = { nick: random.pick(rules), due: random.pick(rules), place: random.pick(rules) };
  const widest = steps.flatMap((step) => [...drawStage(random), widened(step, random)]);
  return { setup: { ...setup, wide }, steps: withCrowds(widest, random.fork("crowds")) };
}

/** In some worlds, now and then: what it takes to lose a covered edit of a list comes together too seldom by itself. */
function withCrowds(steps: readonly Step[], random: Chance): readonly Step[] {
  if (!random.happens(0.4)) return steps;
  return steps.flatMap((step) => (random.happens(0.08) ? [...drawCrowd(random), step] : [step]));
}

function drawStage(random: Chance): readonly Stage[] {
  if (!random.happens(0.06)) return [];
  const edits = Array.from({ length: random.int(4) }, () => drawEdit(random));
  const [as, worker] = [random.pick(stageKinds), random.pick([0, 1] as const)];
  return [{ kind: "stage", as, worker, what: random.pick(["rounds", "reconcile"]), edits }];
}

function widened(step: Step, random: Chance): Step {
  if (step.kind === "edit") return { kind: "edit", edit: widenedEdit(step.edit, random) };
  if (step.kind === "edit-both") return random.happens(0.6) ? { ...step, field: random.pick(wideNames) } : step;
  if (step.kind !== "work") return step;
  const meanwhile = step.meanwhile.map(({ call, edit }) => ({ call, edit: widenedEdit(edit, random) }));
  return { ...step, meanwhile };
}

function widenedEdit(edit: UserEdit, random: Chance): UserEdit {
  return random.happens(0.6) ? { ...drawEdit(random), who: edit.who, side: edit.side } : edit;
}

function drawEdit(random: Chance): UserEdit {
  const how = random.pick(["plain", "plain", "plain", "shouting", "clear", "refused"] as const);
  const who = random.happens(0.6) ? random.int(3) : random.int(20);
  return { side: random.pick(["local", "hubspot"]), who, field: random.pick(wideNames), how };
}
