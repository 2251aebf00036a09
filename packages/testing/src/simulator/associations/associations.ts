import type { Settings } from "../knobs.ts";
import type { ChangeSource } from "../state/record.ts";
import { AssociationDefinitions, type SavedDefinitions } from "./definitions.ts";
import { type AssociationChange, AssociationGraph, type SavedGraph } from "./graph.ts";
import { type AssociationLimit, AssociationLimits } from "./limits.ts";

export interface SavedAssociations {
  readonly definitions: SavedDefinitions;
  readonly limits: readonly AssociationLimit[];
  readonly graph: SavedGraph;
}

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

  save(): SavedAssociations {
    return { definitions: this.definitions.save(), limits: this.limits.list(), graph: this.graph.save() };
  }

  load({ definitions, limits, graph }: SavedAssociations): void {
    this.definitions.load(definitions);
    this.limits.load(limits);
    this.graph.load(graph);
  }

  /** Changes made by `work` are somebody's. */
  as(source: ChangeSource, work: (graph: AssociationGraph) => void): void {
    this.#source = source;
    work(this.graph);
  }
}
