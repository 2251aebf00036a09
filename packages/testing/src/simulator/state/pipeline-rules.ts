import type { ObjectType } from "../types/object-type.ts";
import type { PipelineRegistry } from "./pipelines.ts";
import { invalidOption } from "./store-errors.ts";

/** A record that names no pipeline goes to the first. */
export function withPipeline(
  input: Readonly<Record<string, unknown>>,
  { pipeline }: ObjectType,
  pipelines: PipelineRegistry,
): Readonly<Record<string, unknown>> {
  const first = pipelines.list()[0];
  if (pipeline === undefined || first === undefined || input[pipeline.pipeline] !== undefined) return input;
  return { ...input, [pipeline.pipeline]: first.id };
}

/** Throws HubSpot's 400 for a pipeline that does not exist, or a stage that is not one of its own. */
export function refuseUnknownStage(
  values: Readonly<Record<string, string>>,
  { pipeline }: ObjectType,
  pipelines: PipelineRegistry,
): void {
  if (pipeline === undefined) return;
  const { [pipeline.pipeline]: pipelineId = "", [pipeline.stage]: stageId = "" } = values;
  const found = pipelines.list().find(({ id }) => id === pipelineId);
  if (found === undefined) throw invalidOption(pipeline.pipeline, pipelineId);
  if (stageId !== "" && !found.stages.some(({ id }) => id === stageId)) throw invalidOption(pipeline.stage, stageId);
}
