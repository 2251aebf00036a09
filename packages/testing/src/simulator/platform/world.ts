import type { SimClock } from "../base/clock.ts";
import { draw } from "../base/duration.ts";
import type { RandomStream } from "../base/random.ts";
import type { SearchRules } from "../search/filter.ts";
import type { Agenda } from "./agenda.ts";
import type { PlatformOptions } from "./options.ts";

/** What every feature of the platform may use. */
export interface PlatformWorld {
  readonly clock: SimClock;
  readonly agenda: Agenda;
  readonly random: (purpose: string) => RandomStream;
  readonly options: () => PlatformOptions;
  readonly searchRules: () => SearchRules;
  /** What an app's requests are signed with. */
  readonly secretOf: (appId: number) => string;
}

const TASK_TIME = 2_000;

/** How long the next piece of background work takes, in milliseconds. */
export function taskTime(world: PlatformWorld, random: RandomStream): number {
  return draw(world.options().taskTime ?? TASK_TIME, random);
}

/** HubSpot itself asking somebody: never an answer of the simulator to its caller. */
export async function askOutside(world: PlatformWorld, request: Request): Promise<Response> {
  return (world.options().outbound ?? fetch)(request);
}
