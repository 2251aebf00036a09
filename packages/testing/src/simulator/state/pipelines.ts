import { ApiError, validationError } from "../base/api-error.ts";

export interface Stage {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Pipeline {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly stages: readonly Stage[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface SavedPipelines {
  readonly lastId: number;
  readonly pipelines: readonly Pipeline[];
}

export interface StageDraft {
  readonly stageId?: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface PipelineDraft {
  readonly pipelineId?: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly stages: readonly StageDraft[];
}

const DEALS: PipelineDraft = {
  pipelineId: "default",
  label: "Sales Pipeline",
  displayOrder: 0,
  stages: [
    ["appointmentscheduled", "Appointment Scheduled", "0.2"],
    ["qualifiedtobuy", "Qualified To Buy", "0.4"],
    ["presentationscheduled", "Presentation Scheduled", "0.6"],
    ["decisionmakerboughtin", "Decision Maker Bought-In", "0.8"],
    ["contractsent", "Contract Sent", "0.9"],
    ["closedwon", "Closed Won", "1.0"],
    ["closedlost", "Closed Lost", "0.0"],
  ].map(([stageId = "", label = "", probability = ""], displayOrder) => ({
    stageId,
    label,
    displayOrder,
    metadata: { probability, isClosed: String(stageId.startsWith("closed")) },
  })),
};

const TICKETS: PipelineDraft = {
  pipelineId: "0",
  label: "Support Pipeline",
  displayOrder: 0,
  stages: ["New", "Waiting on contact", "Waiting on us", "Closed"].map((label, at) => ({
    stageId: String(at + 1),
    label,
    displayOrder: at,
    metadata: { ticketState: label === "Closed" ? "CLOSED" : "OPEN" },
  })),
};

const INITIAL: Readonly<Record<string, PipelineDraft>> = { "0-3": DEALS, "0-5": TICKETS };

/** The pipelines of one object type in one portal. */
export class PipelineRegistry {
  readonly #pipelines: Map<string, Pipeline> = new Map();
  #lastId = 700_000;

  constructor(typeId: string) {
    const initial = INITIAL[typeId];
    if (initial !== undefined) this.create(initial, 0);
  }

  list(): Pipeline[] {
    return [...this.#pipelines.values()].sort((a, b) => a.displayOrder - b.displayOrder);
  }

  get(id: string): Pipeline {
    const found = this.#pipelines.get(id);
    if (found === undefined) throw missing();
    return found;
  }

  stage(pipelineId: string, stageId: string): Stage {
    const found = this.get(pipelineId).stages.find((stage) => stage.id === stageId);
    if (found === undefined) throw missing();
    return found;
  }

  create(draft: PipelineDraft, now: number): Pipeline {
    const id = draft.pipelineId ?? this.#nextId();
    if (this.#pipelines.has(id)) throw new ApiError(409, `Pipeline ${id} already exists`, { category: "CONFLICT" });
    if (this.list().some((pipeline) => pipeline.label === draft.label)) {
      throw validationError(`A pipeline labelled '${draft.label}' already exists`);
    }
    return this.#keep({ ...draft, id, createdAt: now }, this.#stages(draft.stages, now), now);
  }

  /** PUT: the stages given are all there are from now on. */
  replace(id: string, draft: PipelineDraft, now: number): Pipeline {
    const { createdAt } = this.get(id);
    return this.#keep({ ...draft, id, createdAt }, this.#stages(draft.stages, now), now);
  }

  rename(id: string, changes: Partial<Pick<Pipeline, "label" | "displayOrder">>, now: number): Pipeline {
    const before = this.get(id);
    return this.#keep({ ...before, ...changes }, before.stages, now);
  }

  delete(id: string): void {
    this.get(id);
    this.#pipelines.delete(id);
  }

  addStage(pipelineId: string, draft: StageDraft, now: number): Stage {
    const pipeline = this.get(pipelineId);
    const [stage] = this.#stages([draft], now);
    this.#keep(pipeline, [...pipeline.stages, stage!], now);
    return stage!;
  }

  changeStage(pipelineId: string, stageId: string, changes: Partial<StageDraft>, now: number): Stage {
    const changed = { ...this.stage(pipelineId, stageId), ...changes, id: stageId, updatedAt: now };
    const pipeline = this.get(pipelineId);
    this.#keep(
      pipeline,
      pipeline.stages.map((stage) => (stage.id === stageId ? changed : stage)),
      now,
    );
    return changed;
  }

  deleteStage(pipelineId: string, stageId: string, now: number): void {
    this.stage(pipelineId, stageId);
    const pipeline = this.get(pipelineId);
    this.#keep(
      pipeline,
      pipeline.stages.filter((stage) => stage.id !== stageId),
      now,
    );
  }

  save(): SavedPipelines {
    return { lastId: this.#lastId, pipelines: [...this.#pipelines.values()] };
  }

  load({ lastId, pipelines }: SavedPipelines): void {
    this.#lastId = lastId;
    this.#pipelines.clear();
    for (const pipeline of pipelines) this.#pipelines.set(pipeline.id, pipeline);
  }

  #stages(drafts: readonly StageDraft[], now: number): Stage[] {
    return drafts.map(({ stageId, label, displayOrder, metadata }) => ({
      id: stageId ?? this.#nextId(),
      label,
      displayOrder,
      metadata,
      createdAt: now,
      updatedAt: now,
    }));
  }

  #keep(
    { id, label, displayOrder, createdAt }: Pick<Pipeline, "id" | "label" | "displayOrder" | "createdAt">,
    stages: readonly Stage[],
    now: number,
  ): Pipeline {
    const ordered = [...stages].sort((a, b) => a.displayOrder - b.displayOrder);
    const pipeline = { id, label, displayOrder, createdAt, updatedAt: now, stages: ordered };
    this.#pipelines.set(id, pipeline);
    return pipeline;
  }

  #nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }
}

/** A missing pipeline or stage answers without JSON (hubspot-facts §6). */
function missing(): ApiError {
  return new ApiError(404, "Not Found", { bare: true });
}
