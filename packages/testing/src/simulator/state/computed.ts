import type { AssociationType } from "../associations/definitions.ts";
import type { Node } from "../associations/graph.ts";
import type { PipelineRegistry } from "./pipelines.ts";
import type { SimRecord, Snapshot } from "./record.ts";

/** What HubSpot works out about a record from more than its own values. */
export interface ComputedWorld {
  readonly typeId: string;
  readonly pipelines: PipelineRegistry;
  readonly associated: (from: Node, toType: string) => ReadonlyMap<string, ReadonlyMap<string, AssociationType>>;
}

type Compute = (record: SimRecord, snapshot: Snapshot, world: ComputedWorld) => string | undefined;

const CONTACT = "0-1";
const COMPANY = "0-2";
const DEAL = "0-3";
const TO_PARENT = "HUBSPOT_DEFINED:14";

/** Each is looked up when it is asked for: it has no history and causes no webhook. */
const COMPUTED: Readonly<Record<string, Compute>> = {
  hs_object_source: (record) => record.revisions[0]?.source.type,
  hs_object_source_id: (record) => record.revisions[0]?.source.id,
  hs_created_by_user_id: (record) => text(record.revisions[0]?.source.userId),
  hs_updated_by_user_id: (record) => text(record.revisions.at(-1)?.source.userId),
  num_associated_contacts: count(CONTACT),
  num_associated_deals: count(DEAL),
  hs_parent_company_id: (record, _, { associated }) => {
    for (const [id, types] of associated({ type: COMPANY, id: record.id }, COMPANY))
      if (types.has(TO_PARENT)) return id;
    return undefined;
  },
  hs_is_closed: (_, snapshot, world) => stageOf(snapshot, world)?.isClosed,
  hs_is_closed_won: (_, snapshot, world) => {
    const stage = stageOf(snapshot, world);
    return stage && String(stage.isClosed === "true" && Number(stage.probability) === 1);
  },
  hs_body_preview: (_, { values }) => values.hs_note_body?.replace(/<[^>]*>/g, "").slice(0, 500),
  hs_ticket_id: (record) => record.id,
  hs_all_contact_vids: (record, { values }) =>
    [record.id, ...(values.hs_merged_object_ids?.split(";") ?? [])].filter(isFirst).join(";"),
};

export function compute(name: string, record: SimRecord, snapshot: Snapshot, world: ComputedWorld): string | undefined {
  return COMPUTED[name]?.(record, snapshot, world);
}

function count(toType: string): Compute {
  return (record, _, { typeId, associated }) =>
    text(associated({ type: typeId, id: record.id }, toType).size || undefined);
}

function stageOf({ values }: Snapshot, { pipelines }: ComputedWorld): Readonly<Record<string, string>> | undefined {
  const stages = pipelines.list().find(({ id }) => id === values.pipeline)?.stages;
  return stages?.find(({ id }) => id === values.dealstage)?.metadata;
}

function text(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function isFirst<T>(item: T, at: number, all: readonly T[]): boolean {
  return all.indexOf(item) === at;
}
