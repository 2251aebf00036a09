import type { Tampering } from "../world/world.ts";

/** A bug planted from outside, between an instance and its ports. Made anew for every run. */
export interface Mutant {
  readonly name: string;
  readonly plant: () => Tampering;
  /** In wide worlds, the only ones that have what it is wrong about. */
  readonly wide?: true;
}
