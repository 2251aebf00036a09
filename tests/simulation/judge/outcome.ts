export interface Outcome {
  readonly violations: readonly string[];
  readonly trace: string;
  readonly stats: Stats;
}

export interface Stats {
  steps: number;
  actions: number;
  records: number;
  crashes: number;
  pauses: number;
  repairs: number;
  calls: number;
  readonly faults: Map<string, number>;
  /** The port calls at which processes died or stood still. */
  readonly stops: Map<string, number>;
  /** States of records × what happened to them. */
  readonly cells: Map<string, number>;
}

export function noStats(): Stats {
  const counts = { steps: 0, actions: 0, records: 0, crashes: 0, pauses: 0, repairs: 0, calls: 0 };
  return { ...counts, faults: new Map(), stops: new Map(), cells: new Map() };
}
