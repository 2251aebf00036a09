import type { CrmSchema, Declared } from "@hubspoke/core";
import { scopesFor, type UsedRoute } from "@hubspoke/core/oauth";
import type { SyncHandle } from "@hubspoke/core/sync";
import { objectOfEvent } from "./event-objects.ts";
import { readObject, routesOf, type Use, writeObject, writeProperties } from "./uses.ts";

type Sync = SyncHandle["definition"];

/** Everything a set-up says about what it does in HubSpot. */
export interface SetUp {
  readonly syncs: readonly Sync[];
  readonly declared: Declared;
  readonly schema: CrmSchema | undefined;
  readonly uses: readonly Use[];
}

/**
 * Scopes that a set-up cannot do without: lookups read contacts, a sync reads its object and writes it where it may, a
 * schema writes definitions, an event is subscribed to with the right to read its object, services write what they
 * make. `unknown` are routes of `uses` whose scope is not known.
 */
export function neededScopes({ syncs, declared, schema, uses }: SetUp): {
  readonly scopes: readonly string[];
  readonly unknown: readonly UsedRoute[];
} {
  const defined = [...Object.keys(schema?.objects ?? {}), ...(schema?.customObjects ?? []).map(() => "2-0")];
  const told = declared.handles.flatMap((type) => objectOfEvent(type) ?? []);
  return scopesFor([
    readObject("contacts"),
    ...syncs.flatMap((sync) => [readObject(sync.object), ...(writes(sync) ? [writeObject(sync.object)] : [])]),
    ...defined.map(writeProperties),
    ...told.map(readObject),
    ...declared.usage.flatMap((object) => [readObject(object), writeObject(object)]),
    ...(declared.engagement === null ? [] : [writeObject("contacts")]),
    ...[...uses, ...(declared.alertTickets ? (["tickets"] as const) : [])].flatMap((use) => routesOf(use, declared)),
    // A sink other than the note was chosen on purpose: the product sends events.
    ...(declared.eventSinks.some((sink) => sink !== "note") ? routesOf("events", declared) : []),
  ]);
}

function writes({ readOnly, shadow, fields, create, deletes }: Sync): boolean {
  if (readOnly || shadow) return false;
  const owned = Object.values(fields).some(({ owner }) => owner !== "hubspot");
  return owned || create.inHubspot !== false || deletes.fromLocal === "archive";
}
