import { validationError } from "../base/api-error.ts";
import { objectsOf } from "../base/objects-of.ts";
import { numberOf, textOf, textsOf, wholeOf } from "../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route, storeOf } from "../routing/call.ts";
import type { Pipeline, PipelineDraft, PipelineRegistry, Stage, StageDraft } from "../state/pipelines.ts";

const DATED = "/crm/pipelines/{version}/{objectType}";
const LEGACY = "/crm/v3/pipelines/{objectType}";

export const PIPELINE_ROUTES: readonly Route[] = [
  route("GET", "", (call) => ok({ results: registry(call).list().map(viewPipeline) })),
  route("POST", "", create),
  route("GET", "/{pipelineId}", (call) => ok(viewPipeline(registry(call).get(pipelineId(call))))),
  route("PATCH", "/{pipelineId}", rename),
  route("PUT", "/{pipelineId}", replace),
  route("DELETE", "/{pipelineId}", (call) => {
    registry(call).delete(pipelineId(call));
    return { status: 204 };
  }),
  route("GET", "/{pipelineId}/stages", (call) => {
    return ok({ results: registry(call).get(pipelineId(call)).stages.map(viewStage) });
  }),
  route("POST", "/{pipelineId}/stages", (call) => {
    const draft = stageDraft(call, jsonBody(call.request));
    return { status: 201, body: viewStage(registry(call).addStage(pipelineId(call), draft, call.services.now())) };
  }),
  route("GET", "/{pipelineId}/stages/{stageId}", (call) => {
    return ok(viewStage(registry(call).stage(pipelineId(call), stageId(call))));
  }),
  route("PATCH", "/{pipelineId}/stages/{stageId}", (call) => {
    const { label, displayOrder, metadata } = jsonBody(call.request);
    const changes = {
      ...names({ label, displayOrder }),
      ...(metadata === undefined ? {} : { metadata: metadataOf(call, metadata) }),
    };
    return ok(viewStage(registry(call).changeStage(pipelineId(call), stageId(call), changes, call.services.now())));
  }),
  route("PUT", "/{pipelineId}/stages/{stageId}", (call) => {
    const { label, displayOrder, metadata } = stageDraft(call, jsonBody(call.request));
    const changes = { label, displayOrder, metadata };
    return ok(viewStage(registry(call).changeStage(pipelineId(call), stageId(call), changes, call.services.now())));
  }),
  route("DELETE", "/{pipelineId}/stages/{stageId}", (call) => {
    registry(call).deleteStage(pipelineId(call), stageId(call), call.services.now());
    return { status: 204 };
  }),
];

function route(method: string, path: string, handle: (call: Call) => Reply): Route {
  const access = method === "GET" ? "read" : "write";
  return { method, dated: DATED + path, legacy: [LEGACY + path], access, scopes: "schema", handle };
}

function create(call: Call): Reply {
  const draft = pipelineDraft(call, jsonBody(call.request));
  return { status: 201, body: viewPipeline(registry(call).create(draft, call.services.now())) };
}

function replace(call: Call): Reply {
  const draft = pipelineDraft(call, jsonBody(call.request));
  return ok(viewPipeline(registry(call).replace(pipelineId(call), draft, call.services.now())));
}

function rename(call: Call): Reply {
  const { label, displayOrder } = jsonBody(call.request);
  const changes = names({ label, displayOrder });
  return ok(viewPipeline(registry(call).rename(pipelineId(call), changes, call.services.now())));
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function registry(call: Call): PipelineRegistry {
  return storeOf(call).pipelines;
}

function pipelineId({ params }: Call): string {
  return params.pipelineId ?? "";
}

function stageId({ params }: Call): string {
  return params.stageId ?? "";
}

function pipelineDraft(call: Call, body: Record<string, unknown>): PipelineDraft {
  return {
    label: label(body),
    displayOrder: wholeOf(body.displayOrder ?? 0),
    stages: objectsOf(body.stages ?? [], "stages").map((stage) => stageDraft(call, stage)),
    ...(typeof body.pipelineId === "string" ? { pipelineId: body.pipelineId } : {}),
  };
}

function stageDraft(call: Call, body: Record<string, unknown>): StageDraft {
  return {
    label: label(body),
    displayOrder: wholeOf(body.displayOrder ?? 0),
    metadata: metadataOf(call, body.metadata ?? {}),
    ...(typeof body.stageId === "string" ? { stageId: body.stageId } : {}),
  };
}

/** A deal's stage says how probable it is, from 0 to 1 (HubSpot's guide to pipelines). */
function metadataOf(call: Call, value: unknown): Record<string, string> {
  const metadata = textsOf(value);
  if (storeOf(call).type.name !== "deals") return metadata;
  const probability = numberOf(metadata.probability);
  if (probability >= 0 && probability <= 1) return metadata;
  throw validationError("metadata.probability must be between 0.0 and 1.0");
}

function label(body: Record<string, unknown>): string {
  if (typeof body.label === "string" && body.label !== "") return body.label;
  throw validationError("label is required");
}

/** What a PATCH of a pipeline and one of a stage have in common. */
function names({ label, displayOrder }: { label: unknown; displayOrder: unknown }): {
  label?: string;
  displayOrder?: number;
} {
  return {
    ...(label === undefined || label === null ? {} : { label: textOf(label) }),
    ...(displayOrder === undefined || displayOrder === null ? {} : { displayOrder: wholeOf(displayOrder) }),
  };
}

function viewPipeline(pipeline: Pipeline): Record<string, unknown> {
  const { createdAt, updatedAt, stages, ...shown } = pipeline;
  return { ...shown, stages: stages.map(viewStage), ...times(createdAt, updatedAt) };
}

function viewStage(stage: Stage): Record<string, unknown> {
  const { createdAt, updatedAt, ...shown } = stage;
  return { ...shown, writePermissions: "CRM_PERMISSIONS_ENFORCEMENT", ...times(createdAt, updatedAt) };
}

function times(createdAt: number, updatedAt: number): Record<string, unknown> {
  return {
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    archived: false,
  };
}
