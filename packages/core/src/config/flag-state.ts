import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Actor } from "../ports/context.ts";
import { type FlagName, type FlagRow, flagNames } from "../ports/flag-store.ts";
import { suggestion } from "../util/did-you-mean.ts";
import { stableShare } from "../util/stable-share.ts";

/** For whom a feature is on. */
export interface FlagState {
  /** False: off for everybody, whatever `roles` and `percentage` say. */
  readonly enabled: boolean;
  /** Roles it is on for; empty means every role. */
  readonly roles: readonly string[];
  /** 0–100 of actors, by a stable hash of the actor's id: raising it keeps everybody who had it. */
  readonly percentage: number;
}

/** The state of every switch, for one tenant. */
export type FlagStates = Readonly<Record<FlagName, FlagState>>;

/** Pure. */
export function isOnFor({ enabled, roles, percentage }: FlagState, { id, role }: Actor): boolean {
  if (!enabled || (roles.length > 0 && !roles.includes(role))) return false;
  return percentage >= 100 || stableShare(id) < percentage;
}

/** What holds where nothing was set at run time; what is not named is on. */
export function defaultStates(flags: Partial<Record<FlagName, boolean>> = {}): FlagStates {
  return statesOf((flag) => ({ enabled: flags[flag] ?? true, roles: [], percentage: 100 }));
}

/** The defaults with what was set at run time over them. Rows of flags that only a newer version knows are left out. */
export function withRows(defaults: FlagStates, rows: readonly FlagRow[]): FlagStates {
  return statesOf((flag) => {
    const row = rows.find((one) => one.flag === flag);
    if (row === undefined) return defaults[flag];
    const { enabled, roles, percentage } = row;
    return { enabled, roles, percentage };
  });
}

/** The state after a change. Errors: INPUT_INVALID, naming what cannot be. */
export function changed(state: FlagState, change: Partial<FlagState>): FlagState {
  const { enabled, roles, percentage } = { ...state, ...change };
  if (typeof enabled !== "boolean") throw invalid("enabled is true or false");
  if (!Array.isArray(roles) || roles.some((role) => typeof role !== "string" || role === "")) {
    throw invalid("roles is a list of role names; an empty one means every role");
  }
  if (!Number.isInteger(percentage) || percentage < 0 || percentage > 100) {
    throw invalid("percentage is a whole number from 0 to 100");
  }
  return { enabled, roles: [...new Set(roles)], percentage };
}

export function checkFlag(flag: string): FlagName {
  if (flagNames.includes(flag as FlagName)) return flag as FlagName;
  throw invalid(`there is no flag "${flag}"; there are ${flagNames.join(", ")}.${suggestion(flag, flagNames)}`);
}

function statesOf(state: (flag: FlagName) => FlagState): FlagStates {
  return {
    master: state("master"),
    inbound: state("inbound"),
    outbound: state("outbound"),
    cache: state("cache"),
    audit: state("audit"),
  };
}

function invalid(what: string): HubspokeError<"INPUT_INVALID"> {
  return new HubspokeError("INPUT_INVALID", `INPUT_INVALID: ${what}`);
}
