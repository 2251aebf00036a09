import type { Call, Reply, Route } from "../routing/call.ts";
import type { ObjectStore } from "../state/object-store.ts";

/** What an account may hold. HubSpot's numbers depend on the subscription; these are an Enterprise account's. */
const RECORDS = 15_000_000;
const CUSTOM_RECORDS = 500_000;
const CUSTOM_PROPERTIES = 1_000;
const CALCULATED_PROPERTIES = 200;
const PIPELINES = 100;
const CUSTOM_TYPES = 10;

/** How much of its limits an account has used (hubspot-facts §1.3, "Limits tracking"). */
export const CRM_LIMIT_ROUTES: readonly Route[] = [
  route("/records", (call) => {
    const { standard, custom } = storesOf(call);
    const usage = custom.map((store) => ({ ...named(store), usage: store.records.size }));
    return {
      hubspotDefinedObjectTypes: standard.map((store) => used(store, RECORDS, store.records.size)),
      customObjectTypes: { ...overall(CUSTOM_RECORDS, usage), byObjectType: usage },
    };
  }),
  route("/custom-properties", (call) => byType(call, CUSTOM_PROPERTIES, isOwn)),
  route("/calculated-properties", (call) => byType(call, CALCULATED_PROPERTIES, (one) => isOwn(one) && one.calculated)),
  route("/pipelines", (call) => {
    const withPipelines = storesOf(call).standard.filter((store) => store.type.pipeline !== undefined);
    return {
      hubspotDefinedObjectTypes: withPipelines.map((store) => used(store, PIPELINES, store.pipelines.list().length)),
    };
  }),
  route("/custom-object-types", (call) =>
    overall(
      CUSTOM_TYPES,
      storesOf(call).custom.map(() => ({ usage: 1 })),
    ),
  ),
  route("/associations/labels", (call) => {
    const limit = call.services.settings().labelsPerPair;
    const pairs = call.portal.associations.definitions.labelledPairs().map(({ from, to, labels }) => ({
      fromObjectTypeId: from,
      toObjectTypeId: to,
      allLabels: labels.map(({ label }) => label),
      ...share(limit, labels.length),
    }));
    return { results: pairs };
  }),
];

type Definition = ReturnType<ObjectStore["properties"]["list"]>[number];

function route(path: string, view: (call: Call) => unknown): Route {
  return {
    method: "GET",
    dated: `/crm/limits/{version}${path}`,
    legacy: [`/crm/v3/limits${path}`],
    access: "read",
    scopes: [],
    handle: (call): Reply => ({ status: 200, body: view(call) }),
  };
}

function storesOf({ portal }: Call): { standard: ObjectStore[]; custom: ObjectStore[] } {
  const all = portal.stores();
  const isCustom = (store: ObjectStore) => store.type.id.startsWith("2-");
  return { standard: all.filter((store) => !isCustom(store)), custom: all.filter(isCustom) };
}

function byType(call: Call, limit: number, counts: (definition: Definition) => boolean): unknown {
  const byObjectType = call.portal
    .stores()
    .map((store) => used(store, limit, store.properties.list().filter(counts).length));
  return { ...overall(limit * byObjectType.length, byObjectType), byObjectType };
}

function isOwn(definition: Definition): boolean {
  return !definition.hubspotDefined;
}

function used(store: ObjectStore, limit: number, usage: number) {
  return { ...named(store), ...share(limit, usage) };
}

function named({ type }: ObjectStore) {
  return { objectTypeId: type.id, singularLabel: type.singular, pluralLabel: type.name };
}

function share(limit: number, usage: number) {
  return { limit, usage, percentage: usage / limit };
}

function overall(limit: number, parts: readonly { readonly usage: number }[]) {
  const usage = parts.reduce((sum, part) => sum + part.usage, 0);
  return { overallLimit: limit, overallUsage: usage, overallPercentage: usage / limit };
}
