import { HubspokeError } from "../errors/hubspoke-error.ts";
import { suggestion } from "../util/did-you-mean.ts";

/** As HubSpot lists them, in their order. */
export interface TicketPipeline {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly stages: readonly {
    readonly id: string;
    readonly label: string;
    readonly displayOrder: number;
    /** `ticketState` is `OPEN` or `CLOSED`. */
    readonly metadata: Readonly<Record<string, string>>;
  }[];
}

export interface TicketPlace {
  readonly pipeline: string;
  readonly stage: string;
}

interface Named {
  readonly id: string;
  readonly label: string;
}

/** Ids behind what people call a pipeline and a stage. Errors: INPUT_INVALID with the nearest name there is. */
export function placeOf(
  pipelines: readonly TicketPipeline[],
  wanted: { readonly pipeline?: string | undefined; readonly stage?: string | undefined },
): TicketPlace {
  const pipeline = pipelineOf(pipelines, wanted.pipeline);
  const stages = inOrder(pipeline.stages);
  const stage = wanted.stage === undefined ? stages[0] : named("stage", stages, wanted.stage);
  if (stage === undefined) throw invalid(`the ticket pipeline "${pipeline.label}" has no stages`);
  return { pipeline: pipeline.id, stage: stage.id };
}

/** The stage tickets of a pipeline are closed in: the first whose state is CLOSED, else one of that name. */
export function closedStage(pipelines: readonly TicketPipeline[], pipelineId: string, wanted?: string): string {
  const pipeline = pipelineOf(pipelines, pipelineId);
  const stages = inOrder(pipeline.stages);
  if (wanted !== undefined) return named("stage", stages, wanted).id;
  const closed =
    stages.find(({ metadata }) => metadata.ticketState === "CLOSED") ??
    stages.find(({ label }) => /^closed$/i.test(label));
  if (closed !== undefined) return closed.id;
  throw invalid(`the ticket pipeline "${pipeline.label}" has no closed stage; name one with "stage"`);
}

export function isClosed(pipelines: readonly TicketPipeline[], stageId: string): boolean {
  const stage = pipelines.flatMap(({ stages }) => stages).find(({ id }) => id === stageId);
  return stage?.metadata.ticketState === "CLOSED";
}

function pipelineOf(pipelines: readonly TicketPipeline[], wanted: string | undefined): TicketPipeline {
  const found = wanted === undefined ? inOrder(pipelines)[0] : named("pipeline", pipelines, wanted);
  if (found !== undefined) return found;
  throw invalid("this account has no ticket pipeline");
}

/** By id, or by label whatever its case. */
function named<T extends Named>(what: string, all: readonly T[], wanted: string): T {
  const lower = wanted.trim().toLowerCase();
  const found = all.find(({ id }) => id === wanted) ?? all.find(({ label }) => label.toLowerCase() === lower);
  if (found !== undefined) return found;
  const labels = all.map(({ label }) => label);
  throw invalid(`there is no ticket ${what} "${wanted}".${suggestion(wanted, labels)}`);
}

function inOrder<T extends { readonly displayOrder: number }>(all: readonly T[]): readonly T[] {
  return [...all].sort((a, b) => a.displayOrder - b.displayOrder);
}

function invalid(what: string): HubspokeError<"INPUT_INVALID"> {
  return new HubspokeError("INPUT_INVALID", `INPUT_INVALID: ${what}`);
}
