import type { ChangeSource } from "../state/record.ts";
import { AssociationDefinitions } from "./definitions.ts";
import { type AssociationChange, AssociationGraph } from "./graph.ts";

/** Everything about associations in one portal. */
export class Associations {
  readonly definitions: AssociationDefinitions = new AssociationDefinitions();
  readonly graph: AssociationGraph;
  #source: ChangeSource = { type: "CRM_UI", id: "userId:1001" };

  constructor(changed: (change: AssociationChange, source: ChangeSource) => void) {
    this.graph = new AssociationGraph(this.definitions, (change) => changed(change, this.#source));
  }

  /** Changes made by `work` are somebody's. */
  as(source: ChangeSource, work: (graph: AssociationGraph) => void): void {
    this.#source = source;
    work(this.graph);
  }
}
