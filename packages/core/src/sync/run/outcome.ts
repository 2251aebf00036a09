import type { RecordResult } from "../apply/result.ts";
import type { Candidate } from "../observe/gather.ts";

/** How a candidate fared. */
export interface Outcome {
  readonly candidate: Candidate;
  readonly result: RecordResult;
}

/** Records with fields that oscillate, found while planning, and those fields. */
export type Oscillating = Map<Candidate, readonly string[]>;
