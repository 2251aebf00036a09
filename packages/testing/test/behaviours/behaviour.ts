import type { SimulatorOptions } from "../../src/simulator.ts";
import type { Bench } from "../simulator/helpers.ts";
import type { Account } from "./account.ts";

/** How sure we are: A is HubSpot's own text, B a recorded run of somebody, C neither. */
export type Confidence = "A" | "B" | "C";

export interface Row {
  /** E.g. `contacts.create.conflict`. */
  readonly id: string;
  /** What HubSpot does, in one line. */
  readonly says: string;
  /** Where that is known from, as in `§6 A`: the section of the fact sheet and its confidence. */
  readonly fact: `§${string} ${Confidence}`;
  /** What changes it, as it is called in `configure()` or the options. */
  readonly knob?: string;
}

/** Something HubSpot does and the simulator too, with the test that shows it. */
export interface Behaviour extends Row {
  /** Asked of a real account as of the simulator; throws where the answer is another. */
  readonly asked?: (account: Account) => Promise<void>;
  /** Shown on the simulator alone, because it needs its insides: time, limits, faults, webhooks. */
  readonly shown?: (bench: Bench) => Promise<void>;
  readonly options?: SimulatorOptions;
}

export function asked(row: Row, check: (account: Account) => Promise<void>, options: SimulatorOptions = {}): Behaviour {
  return { ...row, asked: check, options };
}

export function shown(row: Row, check: (bench: Bench) => Promise<void>, options: SimulatorOptions = {}): Behaviour {
  return { ...row, shown: check, options };
}
