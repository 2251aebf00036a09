import { validationError } from "../base/api-error.ts";
import { textOf, wholeOf } from "../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route, storeOf } from "../routing/call.ts";

const DATED = "/crm/properties/{version}/{objectType}/groups";
const LEGACY = "/crm/v3/properties/{objectType}/groups";

export const PROPERTY_GROUP_ROUTES: readonly Route[] = [
  route("GET", "", (call) => {
    const archived = call.request.query.get("archived") === "true";
    return { status: 200, body: { results: storeOf(call).groups.list(archived) } };
  }),
  route("POST", "", create),
  route("GET", "/{name}", (call) => ({ status: 200, body: storeOf(call).groups.get(call.params.name ?? "") })),
  route("PATCH", "/{name}", update),
  route("DELETE", "/{name}", (call) => {
    storeOf(call).groups.archive(call.params.name ?? "");
    return { status: 204 };
  }),
];

function route(method: string, path: string, handle: (call: Call) => Reply): Route {
  const access = method === "GET" ? "read" : "write";
  return { method, dated: DATED + path, legacy: [LEGACY + path], access, scopes: "schema", handle };
}

function create(call: Call): Reply {
  const { name, label, displayOrder } = jsonBody(call.request);
  if (typeof name !== "string" || typeof label !== "string") throw validationError("name and label are required");
  const group = { name, label, displayOrder: wholeOf(displayOrder ?? -1) };
  return { status: 201, body: storeOf(call).groups.create(group) };
}

function update(call: Call): Reply {
  const { label, displayOrder } = jsonBody(call.request);
  const changes = {
    ...(label === undefined || label === null ? {} : { label: textOf(label) }),
    ...(displayOrder === undefined || displayOrder === null ? {} : { displayOrder: wholeOf(displayOrder) }),
  };
  return { status: 200, body: storeOf(call).groups.update(call.params.name ?? "", changes) };
}
