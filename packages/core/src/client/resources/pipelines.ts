import type { ObjectType } from "../../model/object-type.ts";
import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import type { Fields } from "./fields.ts";
import { given, type Rest } from "./rest.ts";

/** A stage of a pipeline. */
export interface PipelineStage {
  /** What a record's `dealstage` or `hs_pipeline_stage` holds: digits, or a word such as `closedwon`. */
  readonly id: string;
  /** What people see; another one of the same pipeline cannot have it. */
  readonly label: string;
  /** Ascending, from 0; 0 where HubSpot did not say. */
  readonly displayOrder: number;
  /** Deals: `probability`, `isClosed`. Tickets: `ticketState`. Texts, as HubSpot keeps them. */
  readonly metadata: Readonly<Record<string, string>>;
  /** HubSpot's lists leave archived ones out. */
  readonly archived: boolean;
}

/** A pipeline of deals, tickets or a custom object, with its stages. */
export interface Pipeline {
  /** What a record's `pipeline` or `hs_pipeline` holds: digits, or `default`. */
  readonly id: string;
  /** What people see; another pipeline of the object cannot have it. */
  readonly label: string;
  /** Ascending among the object's pipelines; 0 where HubSpot did not say. */
  readonly displayOrder: number;
  /** In HubSpot's answer's order, which `displayOrder` need not be. */
  readonly stages: readonly PipelineStage[];
  /** HubSpot's lists leave archived ones out. */
  readonly archived: boolean;
}

export interface StageInput {
  readonly label: string;
  readonly displayOrder: number;
  readonly metadata?: Readonly<Record<string, string>>;
  /** HubSpot makes one up when absent. */
  readonly stageId?: string;
}

/** A pipeline to make, or what one is replaced by. */
export interface PipelineInput {
  /** What people see; unique among the object's pipelines. */
  readonly label: string;
  /** Ascending among the object's pipelines; equal ones HubSpot orders by label. */
  readonly displayOrder: number;
  /** At least one. A `replace` removes those it does not name. */
  readonly stages: readonly StageInput[];
  /** An id of your own, for a new pipeline only. Default: HubSpot makes one. */
  readonly pipelineId?: string;
}

/** Pipelines of deals, tickets or another object that has them. */
export interface PipelinesApi {
  list(options?: CallOptions): Promise<readonly Pipeline[]>;
  get(id: string, options?: CallOptions): Promise<Pipeline>;
  create(input: PipelineInput, options?: CallOptions): Promise<Pipeline>;
  update(
    id: string,
    changes: Partial<Pick<PipelineInput, "label" | "displayOrder">>,
    options?: UpdateOptions,
  ): Promise<Pipeline>;
  /** Label, order and all stages at once. Stages that are not named are removed. */
  replace(id: string, input: PipelineInput, options?: UpdateOptions): Promise<Pipeline>;
  archive(id: string, options?: UpdateOptions): Promise<void>;
  stages(pipelineId: string): StagesApi;
}

export interface StagesApi {
  list(options?: CallOptions): Promise<readonly PipelineStage[]>;
  get(id: string, options?: CallOptions): Promise<PipelineStage>;
  create(input: StageInput, options?: CallOptions): Promise<PipelineStage>;
  update(id: string, changes: Partial<Omit<StageInput, "stageId">>, options?: UpdateOptions): Promise<PipelineStage>;
  archive(id: string, options?: UpdateOptions): Promise<void>;
}

const all = "/crm/pipelines/{version}/{objectType}";
const one = `${all}/{pipelineId}` as const;
const stages = `${one}/stages` as const;

export function pipelinesApi(rest: Rest, object: ObjectType): PipelinesApi {
  const at = (pipelineId?: string, stageId?: string) => ({
    about: object,
    path: given({ objectType: object as string, pipelineId, stageId }) as Record<string, string>,
  });
  return {
    list: async (options) => (await rest.call(`GET ${all}`, { ...at(), options })).objects("results").map(pipeline),
    get: async (id, options) => pipeline(await rest.call(`GET ${one}`, { ...at(id), options })),
    create: async (body, options) => pipeline(await rest.call(`POST ${all}`, { ...at(), body: wire(body), options })),
    update: async (id, body, options) => pipeline(await rest.call(`PATCH ${one}`, { ...at(id), body, options })),
    replace: async (id, body, options) =>
      pipeline(await rest.call(`PUT ${one}`, { ...at(id), body: wire(body), options })),
    async archive(id, options) {
      await rest.call(`DELETE ${one}`, { ...at(id), options });
    },
    stages: (id) => ({
      list: async (options) => (await rest.call(`GET ${stages}`, { ...at(id), options })).objects("results").map(stage),
      get: async (stageId, options) =>
        stage(await rest.call(`GET ${stages}/{stageId}`, { ...at(id, stageId), options })),
      create: async (body, options) =>
        stage(await rest.call(`POST ${stages}`, { ...at(id), body: wireStage(body), options })),
      update: async (stageId, body, options) =>
        stage(await rest.call(`PATCH ${stages}/{stageId}`, { ...at(id, stageId), body, options })),
      async archive(stageId, options) {
        await rest.call(`DELETE ${stages}/{stageId}`, { ...at(id, stageId), options });
      },
    }),
  };
}

function wire({ stages, ...rest }: PipelineInput): unknown {
  return { ...rest, stages: stages.map(wireStage) };
}

/** HubSpot wants `metadata` even where there is none. */
function wireStage(input: StageInput): unknown {
  return { metadata: {}, ...input };
}

function pipeline(from: Fields): Pipeline {
  return {
    id: from.id(),
    label: from.text("label"),
    displayOrder: from.number("displayOrder") ?? 0,
    stages: from.objects("stages").map(stage),
    archived: from.flag("archived"),
  };
}

function stage(from: Fields): PipelineStage {
  const metadata = from.object("metadata");
  return {
    id: from.id(),
    label: from.text("label"),
    displayOrder: from.number("displayOrder") ?? 0,
    metadata: Object.fromEntries(Object.keys(metadata.raw).map((name) => [name, String(metadata.raw[name])])),
    archived: from.flag("archived"),
  };
}
