import { SimulatorError } from "./base/api-error.ts";
import { faultFromJson, faultToJson } from "./faults/json.ts";
import { KNOB_NAMES, type Knobs } from "./knobs.ts";
import type { SavedOAuth } from "./oauth/server.ts";
import { loadPlatform, type SavedPlatform, savePlatform } from "./platform/saved-platform.ts";
import { loadPortal, type SavedPortal, savePortal } from "./state/saved-portal.ts";
import type { SavedOutbox } from "./webhooks/outbox.ts";
import type { World } from "./world.ts";

/** The version of what is written. One that is not known is refused, not guessed at. */
export const STATE_FORMAT = 2;

/** An account as it stands, in JSON: a simulator with the same options goes on from it byte by byte. */
export interface SimulatorState {
  /** Raised by releases that write another; one that is not known is refused. */
  readonly format: number;
  /** `restoreState` refuses another than the simulator's own. */
  readonly seed: number;
  /** The clock when it was saved, milliseconds since the epoch. */
  readonly now: number;
  /** Those that were set, without functions. */
  readonly knobs: Readonly<Record<string, unknown>>;
  /** Where each stream of random numbers stands, by name. */
  readonly random: Readonly<Record<string, number>>;
  /** Records with their histories, properties, associations, lists, owners. */
  readonly portals: readonly SavedPortal[];
  /** Grants and codes. Secrets of a test: still, do not publish it. */
  readonly oauth: SavedOAuth;
  /** Events that are not delivered yet, and the ids of subscriptions. */
  readonly webhooks: SavedOutbox;
  /** Files, imports, timeline, workflows and settings of apps. */
  readonly platform: SavedPlatform;
  /** Those without a predicate. */
  readonly faults: readonly SavedFault[];
}

export interface SavedFault {
  readonly fault: Readonly<Record<string, unknown>>;
  readonly left: number | "always";
  readonly seen: number;
  readonly addedAt: number;
}

export function saveWorld(world: World, knobs: Knobs, seed: number, now: number): SimulatorState {
  return {
    format: STATE_FORMAT,
    seed,
    now,
    knobs: Object.fromEntries(KNOB_NAMES.flatMap((name) => (name in knobs ? [[name, writable(knobs[name])]] : []))),
    random: world.random.save(),
    portals: [...world.portals.values()].map(savePortal),
    oauth: world.oauth.save(),
    webhooks: world.outbox.save(),
    platform: savePlatform(world.platform),
    faults: world.faults.save().map(({ fault, left, ...rest }) => {
      return { fault: faultToJson(fault), left: left === Number.POSITIVE_INFINITY ? "always" : left, ...rest };
    }),
  };
}

const PARTS = ["knobs", "random", "portals", "oauth", "webhooks", "platform", "faults"] as const;

/** Checked before anything is thrown away. */
export function refuseForeignState(state: SimulatorState, portalIds: readonly number[], seed: number): void {
  if (state?.format !== STATE_FORMAT) {
    throw new SimulatorError(
      "STATE_FORMAT",
      `This simulator reads state of format ${STATE_FORMAT}, not ${state?.format}`,
    );
  }
  const missing = PARTS.filter((name) => state[name] === undefined);
  if (missing.length > 0) {
    throw new SimulatorError("STATE_INCOMPLETE", `The state lacks ${missing.join(", ")}`);
  }
  const saved = state.portals.map(({ id }) => id);
  if (saved.join() !== portalIds.join()) {
    throw new SimulatorError(
      "STATE_PORTALS",
      `The state is of portals ${saved.join()}, the options of ${portalIds.join()}`,
    );
  }
  if (state.seed !== seed) {
    throw new SimulatorError("STATE_SEED", `The state is of seed ${state.seed}, the options of seed ${seed}`);
  }
}

/** Into a world as it began. */
export function loadWorld(world: World, state: SimulatorState): void {
  for (const saved of state.portals) {
    const portal = world.portals.get(saved.id);
    if (portal !== undefined) loadPortal(portal, saved);
  }
  world.oauth.load(state.oauth);
  world.faults.load(
    state.faults.map(({ fault, left, ...rest }) => {
      return { fault: faultFromJson(fault), left: left === "always" ? Number.POSITIVE_INFINITY : left, ...rest };
    }),
  );
  loadPlatform(world.platform, state.platform, world.portals);
  // Now that nothing above has drawn from them.
  world.random.load(state.random);
  world.outbox.load(state.webhooks);
  world.platform.world.agenda.goOn();
}

/** Functions are not in a state: they come from the options. */
export function savedKnobs(state: SimulatorState, options: Knobs): Knobs {
  const saved = readable(state.knobs) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(saved).map(([name, value]) => [name, withFunctions(value, options[name as keyof Knobs])]),
  );
}

function withFunctions(value: unknown, option: unknown): unknown {
  if (typeof value !== "object" || value === null || typeof option !== "object" || option === null) return value;
  const functions = Object.entries(option).filter(([, part]) => typeof part === "function");
  return functions.length === 0 ? value : { ...value, ...Object.fromEntries(functions) };
}

const INFINITY = "Infinity";

/** JSON knows no infinity, and no functions. */
function writable(value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY) return INFINITY;
  if (typeof value === "function") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(writable);
  return Object.fromEntries(Object.entries(value).flatMap(([name, part]) => pair(name, writable(part))));
}

function readable(value: unknown): unknown {
  if (value === INFINITY) return Number.POSITIVE_INFINITY;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(readable);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, readable(part)]));
}

function pair(name: string, value: unknown): [string, unknown][] {
  return value === undefined ? [] : [[name, value]];
}
