import type { LocalWrite, TransportRequest } from "@hubspoke/core/ports";
import type { SyncedField } from "../script/fields.ts";
import type { Side, UserEdit } from "../script/steps.ts";
import type { Witness } from "../world/process.ts";
import type { People } from "./people.ts";

interface Target {
  readonly side: Side;
  readonly id: string;
  /** Columns or properties. */
  readonly names: readonly string[];
}

export interface Collision {
  /** Which of the writes; 0 for none. */
  readonly nth: number;
  /** Which of the calls at HubSpot that follow it: before each, the same field is edited there once more. */
  readonly again: readonly number[];
  readonly vanish: boolean;
  readonly loseAnswer: () => void;
  /** Happens first. */
  readonly before: () => Promise<void>;
}

/** The worst moment there is: an edit of the very field that a worker read and is about to write. */
export function collider(
  people: People,
  fields: readonly SyncedField[],
  { nth, again, vanish, loseAnswer, before }: Collision,
): Witness | null {
  if (nth === 0) return null;
  let left = nth;
  let calls = 0;
  let met: UserEdit | null = null;
  return async (name, args) => {
    if (met !== null && name === "transport.send" && again.includes(++calls)) await people.edit(met);
    const target = targetOf(name, args);
    if (target === null || --left !== 0) return;
    await before();
    const { side, id, names } = target;
    const field = fields.find(({ local, properties }) =>
      (side === "local" ? [local] : properties).some((name) => names.includes(name)),
    );
    const who = people.placeOf(side, id);
    if (side === "hubspot" && vanish && who >= 0) return void (await people.live("archive", who, who));
    if (side === "hubspot") loseAnswer();
    if (field === undefined || who < 0) return;
    await people.edit({ side, who, field: field.local, how: "plain" });
    met = { side: "hubspot", who, field: field.local, how: "plain" };
  };
}

function targetOf(name: string, args: readonly unknown[]): Target | null {
  if (name === "local.write") {
    const write = (args[1] as readonly LocalWrite[])[0];
    return write?.kind === "update" ? { side: "local", id: write.id, names: Object.keys(write.values) } : null;
  }
  if (name !== "transport.send") return null;
  const { url, body } = args[0] as TransportRequest;
  if (!url.endsWith("/batch/update")) return null;
  const { inputs } = JSON.parse(body as string) as { inputs: { id: string; properties: object }[] };
  const [input] = inputs;
  return input === undefined ? null : { side: "hubspot", id: input.id, names: Object.keys(input.properties) };
}
