import type { CrmSchema } from "@hubspoke/core";
import { scopesFor, type UsedRoute } from "@hubspoke/core/oauth";
import type { SyncHandle } from "@hubspoke/core/sync";

type Declared = SyncHandle["definition"];

/**
 * Scopes that what the set-up declares cannot do without: lookups read contacts, a sync reads its object and writes it
 * where it may, a schema writes definitions. What a program calls beside that is not known here.
 */
export function neededScopes(syncs: readonly Declared[], schema: CrmSchema | undefined): readonly string[] {
  const objects = [...Object.keys(schema?.objects ?? {}), ...(schema?.customObjects ?? []).map(() => "2-0")];
  return scopesFor([
    read("contacts"),
    ...syncs.flatMap((sync) => [read(sync.object), ...(writes(sync) ? [write(sync.object)] : [])]),
    ...objects.map((object): UsedRoute => ({ method: "POST", template: `/crm/properties/{version}/${object}` })),
  ]).scopes;
}

const read = (object: string): UsedRoute => ({ method: "GET", template: `/crm/objects/{version}/${object}` });
const write = (object: string): UsedRoute => ({ method: "PATCH", template: `/crm/objects/{version}/${object}/{id}` });

function writes({ readOnly, shadow, fields, create, deletes }: Declared): boolean {
  if (readOnly || shadow) return false;
  const owned = Object.values(fields).some(({ owner }) => owner !== "hubspot");
  return owned || create.inHubspot !== false || deletes.fromLocal === "archive";
}
