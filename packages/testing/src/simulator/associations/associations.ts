import type { Settings } from "../knobs.ts";
import type { ChangeSource } from "../state/record.ts";
import { AssociationDefinitions } from "./definitions.ts";
import { type AssociationChange, AssociationGraph } from "./graph.ts";
import { AssociationLimits } from "./limits.ts";

/** Everything about associations in one portal. */
export class Associations {
  readonly definitions: AssociationDefinitions;
  readonly limits: AssociationLimits;
  readonly graph: AssociationGraph;
  #source: ChangeSource = { type: "CRM_UI", id: "userId:1001" };

  constructor(settings: () => Settings, changed: (change: AssociationChange, source: ChangeSource) => void) {
    this.definitions = new AssociationDefinitions(() => settings().labelsPerPair);
    this.limits = new AssociationLimits(this.definitions, () => settings().associationsPerRecord);
    this.graph = new AssociationGraph(this.definitions, this.limits, (change) => changed(change, this.#source));
  }

  /** Changes made by `work` are somebody's. */
  as(source: ChangeSource, work: (graph: AssociationGraph) => void): void {
    this.#source = source;
    work(this.graph);
  }
}
