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
  /**
   * Where that is known from, and how sure it is: `§6 A` is a section of the fact sheet on HubSpot, `R§3 B` one of the
   * notes on reliability, `none C` nothing written, `fault` something that happens to any traffic and is no claim.
   */
  readonly fact: `§${string} ${Confidence}` | `R§${string} ${Confidence}` | "none C" | "fault";
  /** What changes it, as it is called in `configure()` or the options. */
  readonly knob?: string;
}

/** Something HubSpot does and the simulator too, with the test that shows it. */
export interface Behaviour extends Row {
  /** Asked of a real account as of the simulator; throws where the answer is another. */
  readonly asked?: (account: Account) => Promise<void>;
  /**
   * Shown on the simulator alone, because it needs its insides: time, limits, faults, webhooks. What it returns is the
   * bench it used instead of the one it was given.
   */
  readonly shown?: (bench: Bench) => Promise<unknown>;
  readonly options?: SimulatorOptions;
}

export function asked(row: Row, check: (account: Account) => Promise<void>, options: SimulatorOptions = {}): Behaviour {
  return { ...row, asked: check, options };
}

export function shown(row: Row, check: NonNullable<Behaviour["shown"]>, options: SimulatorOptions = {}): Behaviour {
  return { ...row, shown: check, options };
}
