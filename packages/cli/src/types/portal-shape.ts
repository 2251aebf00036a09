import type { HubSpotClient, ObjectSchema, ObjectType, Pipeline, PropertyDefinition } from "@hubspoke/core";
import { isHubspokeError } from "@hubspoke/core/errors";

/** What of an account becomes types: definitions only, no record is read. */
export interface PortalShape {
  readonly portalId: string;
  readonly objects: readonly ObjectShape[];
  /** Labels between two objects, where the account has given any. */
  readonly labels: readonly LabelShape[];
  /** Objects the token may not see, with the reason's code. */
  readonly refused: readonly { readonly object: string; readonly code: string }[];
}

export interface ObjectShape {
  /** `contacts`, or a custom object's type id. */
  readonly object: ObjectType;
  readonly schema: ObjectSchema | null;
  readonly properties: readonly PropertyDefinition[];
  readonly pipelines: readonly Pipeline[];
}

export interface LabelShape {
  readonly from: string;
  readonly to: string;
  readonly typeId: number;
  readonly label: string;
}

const standardObjects: readonly ObjectType[] = ["contacts", "companies", "deals", "tickets", "products", "line_items"];
const withPipelines = new Set(["deals", "tickets"]);

/** Reads definitions: one call an object, one a pipeline object, one a pair of objects. */
export async function readPortalShape(client: HubSpotClient): Promise<PortalShape> {
  const { portalId } = await client.accountInfo();
  const refused: { object: string; code: string }[] = [];
  const allowed = async <T>(object: string, read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read();
    } catch (error) {
      if (!isHubspokeError(error) || !["AUTH_SCOPE_MISSING", "NOT_ALLOWED", "NOT_FOUND"].includes(error.code))
        throw error;
      refused.push({ object, code: error.code });
      return null;
    }
  };
  const schemas = (await allowed("schemas", () => client.schemas.list())) ?? [];
  const wanted = [
    ...standardObjects.map((object) => ({ object, schema: null })),
    ...schemas.map((schema) => ({ object: schema.objectTypeId as ObjectType, schema })),
  ];
  const objects: ObjectShape[] = [];
  for (const { object, schema } of wanted) {
    const properties = await allowed(object, () => client.properties(object).list());
    if (properties === null) continue;
    const pipelines = withPipelines.has(object)
      ? ((await allowed(`${object} pipelines`, () => client.pipelines(object).list())) ?? [])
      : [];
    objects.push({ object, schema, properties: byName(properties), pipelines });
  }
  return { portalId, objects, labels: await readLabels(client, objects, allowed), refused };
}

/** Pairs worth asking about: contacts, companies and deals among themselves, and custom objects with what they name. */
async function readLabels(
  client: HubSpotClient,
  objects: readonly ObjectShape[],
  allowed: <T>(object: string, read: () => Promise<T>) => Promise<T | null>,
): Promise<readonly LabelShape[]> {
  const core = objects.filter(({ object }) => ["contacts", "companies", "deals"].includes(object));
  const custom = objects.filter(({ schema }) => schema !== null);
  const pairs = [...core, ...custom].flatMap((from) =>
    [...core, ...custom].map((to) => [from.object, to.object] as const),
  );
  const found: LabelShape[] = [];
  for (const [from, to] of pairs) {
    const labels = (await allowed(`labels ${from} → ${to}`, () => client.associations.labels(from, to).list())) ?? [];
    for (const { typeId, label, category } of labels) {
      if (label !== null && category === "USER_DEFINED") found.push({ from, to, typeId, label });
    }
  }
  return found;
}

function byName(properties: readonly PropertyDefinition[]): readonly PropertyDefinition[] {
  return properties.filter(({ archived }) => !archived).sort((a, b) => (a.name < b.name ? -1 : 1));
}
