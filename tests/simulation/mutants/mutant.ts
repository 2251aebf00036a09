import type { Tampering } from "../world/world.ts";

/** A bug planted from outside, between an instance and its ports. Made anew for every run. */
export interface Mutant {
  readonly name: string;
  readonly plant: () => Tampering;
}
