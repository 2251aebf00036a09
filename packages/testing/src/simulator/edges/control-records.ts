import { SimulatorError } from "../base/api-error.ts";
import { textOf } from "../base/text-of.ts";
import type { RecordAccess } from "../record-access.ts";
import type { HubSpotSimulator } from "../simulator-api.ts";
import type { RecordView } from "../state/record.ts";
import type { Action, Context } from "./control-action.ts";

/** The same for every object type; `/contacts` is short for `/objects/contacts`. */
const ACTIONS: Readonly<Record<string, Action>> = {
  "GET ": (simulator, context) => records(simulator, context).list().map(view),
  "POST ": (simulator, context) => view(records(simulator, context).create(properties(context))),
  "GET /{id}": (simulator, context) => {
    const found = records(simulator, context).get(idOf(context));
    if (found === undefined) throw new SimulatorError("UNKNOWN_RECORD", `No record has the id ${idOf(context)}`);
    return view(found);
  },
  "POST /{id}": (simulator, context) => view(records(simulator, context).update(idOf(context), properties(context))),
  "DELETE /{id}": (simulator, context) => records(simulator, context).archive(idOf(context)),
  "GET /{id}/history/{property}": (simulator, context) =>
    records(simulator, context).history(idOf(context), context.params.property ?? ""),
  "POST /{id}/restore": (simulator, context) => records(simulator, context).restore(idOf(context)),
  "POST /{id}/erase": (simulator, context) => records(simulator, context).erase(idOf(context)),
  "POST /{id}/merge/{loser}": (simulator, context) =>
    view(records(simulator, context).merge(idOf(context), context.params.loser ?? "")),
};

export const RECORD_ACTIONS: Readonly<Record<string, Action>> = {
  ...under("/objects/{type}"),
  ...under("/contacts"),
  "POST /contacts/seed": (simulator, { body }) => simulator.seedContacts(Number(body.count ?? 0)).length,
};

function under(base: string): Record<string, Action> {
  return Object.fromEntries(
    Object.entries(ACTIONS).map(([name, action]) => {
      const [method = "", path = ""] = name.split(" ");
      return [`${method} ${base}${path}`, action];
    }),
  );
}

/** `?portal=` names another than the first. */
function records(simulator: HubSpotSimulator, { params, query }: Context): RecordAccess {
  const portal = query.get("portal");
  return simulator.portal(portal === null ? undefined : Number(portal)).objects(params.type ?? "contacts");
}

function idOf({ params }: Context): string {
  return params.id ?? "";
}

function properties({ body }: Context): Record<string, string> {
  const value = body.properties ?? body;
  if (typeof value !== "object" || value === null) {
    throw new SimulatorError("BAD_CONTROL_BODY", "properties must be an object of strings");
  }
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, textOf(text)]));
}

function view({ id, properties: values, createdAt, updatedAt, archivedAt }: RecordView): Record<string, unknown> {
  return { id, properties: values, createdAt, updatedAt, archivedAt: archivedAt ?? null };
}
