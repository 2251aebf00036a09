import { endsOf, viewTypes } from "../associations/access.ts";
import { validationError } from "../base/api-error.ts";
import { wholeOf } from "../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route } from "../routing/call.ts";

export const ASSOCIATION_LABEL_ROUTES: readonly Route[] = [
  route("GET", "", list),
  route("POST", "", create),
  route("PUT", "", rename),
  route("DELETE", "/{typeId}", remove),
  {
    method: "GET",
    legacy: ["/crm/v3/associations/{fromType}/{toType}/types"],
    access: "read",
    handle: listV3,
  },
];

function route(method: string, path: string, handle: (call: Call) => Reply): Route {
  const pair = `/{fromType}/{toType}/labels${path}`;
  return {
    method,
    dated: `/crm/associations/{version}${pair}`,
    legacy: [`/crm/v4/associations${pair}`, `/crm/associations/v4${pair}`],
    access: method === "GET" ? "read" : "write",
    handle,
  };
}

function list(call: Call): Reply {
  const { from, to } = endsOf(call);
  return {
    status: 200,
    body: { results: viewTypes(call.portal.associations.definitions.between(from.type.id, to.type.id)) },
  };
}

function create(call: Call): Reply {
  const { from, to } = endsOf(call);
  const { name, label, inverseLabel } = jsonBody(call.request);
  if (typeof name !== "string" || typeof label !== "string") throw validationError("name and label are required");
  const inverse = typeof inverseLabel === "string" ? inverseLabel : label;
  const { definitions } = call.portal.associations;
  const types = definitions.defineLabel(from.type.id, to.type.id, name, label, inverse);
  return { status: 200, body: { results: viewTypes(types) } };
}

function rename(call: Call): Reply {
  const { from, to } = endsOf(call);
  const { associationTypeId, label, inverseLabel } = jsonBody(call.request);
  if (typeof label !== "string") throw validationError("label is required");
  const inverse = typeof inverseLabel === "string" ? inverseLabel : undefined;
  call.portal.associations.definitions.rename(from.type.id, to.type.id, wholeOf(associationTypeId), label, inverse);
  return { status: 204 };
}

function remove(call: Call): Reply {
  const { from, to } = endsOf(call);
  call.portal.associations.definitions.remove(from.type.id, to.type.id, wholeOf(call.params.typeId));
  return { status: 204 };
}

function listV3(call: Call): Reply {
  const { from, to } = endsOf(call);
  const results = call.portal.associations.definitions.between(from.type.id, to.type.id).map((type) => ({
    id: String(type.typeId),
    name: type.name || `${from.type.singular}_to_${to.type.singular}${type.primary ? "_primary" : ""}`,
  }));
  return { status: 200, body: { results } };
}
