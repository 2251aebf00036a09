import type { Clients } from "../client/create-clients.ts";
import type { HubSpotClient } from "../client/hubspot-client.ts";
import { Fields } from "../client/resources/fields.ts";
import type { WantedProperty } from "../crm-schema/declaration.ts";
import type { ActualProperty, SchemaPort } from "../crm-schema/schema-port.ts";
import { HubSpotAuthError } from "../errors/hubspot-errors.ts";
import { canonicalObject, type ObjectType, standardObjects } from "../model/object-type.ts";
import { scopesFor } from "../oauth/scopes.ts";
import type { Tenant } from "../ports/ids.ts";

const all = "GET /crm/properties/{version}/{objectType}";

/** Schema-as-code's view of the client. */
export function schemaPortFor(clients: Pick<Clients, "client">): SchemaPort {
  const hs = (tenant: Tenant): HubSpotClient => clients.client({ tenant, lane: "interactive" });
  const propertiesOf = (tenant: Tenant, object: string) => hs(tenant).properties(object as ObjectType);
  return {
    async object(tenant, object) {
      const groups = await namingScope(`/crm/properties/{version}/${object}`, () =>
        propertiesOf(tenant, object).groups.list(),
      );
      // As HubSpot sends them: definitions of the client leave out an option's label and place.
      const body = await hs(tenant).request(all, { path: { objectType: object } });
      return {
        groups: groups.filter(({ archived }) => !archived).map(({ name, label }) => ({ name, label })),
        properties: new Fields(body, all).objects("results").map(actualProperty),
      };
    },
    async customObjects(tenant) {
      const schemas = await namingScope("/crm-object-schemas/{version}/schemas", () => hs(tenant).schemas.list());
      return schemas.map(({ objectTypeId, associations, ...schema }) => ({
        ...schema,
        typeId: objectTypeId,
        associatedTypeIds: associations.map(({ fromObjectTypeId, toObjectTypeId }) =>
          fromObjectTypeId === objectTypeId ? toObjectTypeId : fromObjectTypeId,
        ),
      }));
    },
    labels: (tenant, from, to) =>
      hs(tenant)
        .associations.labels(from as ObjectType, to as ObjectType)
        .list(),
    async createGroup(tenant, object, group) {
      await propertiesOf(tenant, object).groups.create(group);
    },
    async renameGroup(tenant, object, { name, label }) {
      await propertiesOf(tenant, object).groups.update(name, { label });
    },
    async createProperty(tenant, object, property) {
      await propertiesOf(tenant, object).create({ ...wireProperty(property), groupName: property.groupName });
    },
    async updateProperty(tenant, object, name, changes) {
      await propertiesOf(tenant, object).update(name, changes);
    },
    archiveProperty: (tenant, object, name) => propertiesOf(tenant, object).archive(name),
    async createCustomObject(tenant, { properties, associatedObjects, ...schema }) {
      await hs(tenant).schemas.create({
        ...schema,
        // Into HubSpot's own group of the object: groups of one's own can be made only when it is there.
        properties: properties.map(wireProperty),
        associatedObjects: associatedObjects.map(schemaName),
      });
    },
    updateCustomObject: (tenant, typeId, changes) => hs(tenant).schemas.update(typeId, changes),
    async associate(tenant, typeId, toObjectTypeId, name) {
      await hs(tenant).schemas.addAssociation(typeId, { toObjectTypeId, name });
    },
    async createLabel(tenant, { from, to, ...label }) {
      await hs(tenant)
        .associations.labels(from as ObjectType, to as ObjectType)
        .create(label);
    },
  };
}

/** HubSpot names no scope to a token that may write what it may not read. */
async function namingScope<T>(template: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof HubSpotAuthError) || error.code !== "AUTH_SCOPE_MISSING") throw error;
    const { scopes } = scopesFor([{ method: "GET", template }]);
    if (scopes.length === 0 || error.requiredScopes.length > 0) throw error;
    const { code, status, route, correlationId, details } = error;
    const message = `${code}: GET ${template} needs the scope ${scopes.join(" ")}; add it to the app and install the app again`;
    throw new HubSpotAuthError(code, message, { status, route, correlationId, details, requiredScopes: scopes });
  }
}

function wireProperty({ name, label, type, fieldType, description, options, unique, hidden }: WantedProperty) {
  return {
    name,
    label,
    type,
    fieldType,
    ...(description === undefined ? {} : { description }),
    ...(options.length === 0 ? {} : { options }),
    ...(unique ? { hasUniqueValue: true } : {}),
    ...(hidden === undefined ? {} : { hidden }),
  };
}

function actualProperty(from: Fields): ActualProperty {
  return {
    name: from.text("name"),
    label: from.text("label"),
    type: from.text("type"),
    fieldType: from.text("fieldType"),
    groupName: from.text("groupName"),
    description: from.text("description"),
    options: from.objects("options").map((option) => ({
      value: option.text("value"),
      label: option.text("label"),
      displayOrder: option.number("displayOrder") ?? 0,
      hidden: option.flag("hidden"),
    })),
    unique: from.flag("hasUniqueValue"),
    hidden: from.flag("hidden"),
    standard: from.flag("hubspotDefined"),
  };
}

/** Schemas name standard objects in capitals, and others by id. */
function schemaName(typeId: string): string {
  const name = canonicalObject(typeId);
  if (!Object.hasOwn(standardObjects, name)) return typeId;
  return name.replace(/ies$/, "y").replace(/s$/, "").toUpperCase();
}
