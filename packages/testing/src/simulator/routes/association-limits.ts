import { endsOf } from "../associations/access.ts";
import type { AssociationType } from "../associations/definitions.ts";
import type { AssociationLimit } from "../associations/limits.ts";
import { validationError } from "../base/api-error.ts";
import { numberOf, textOf, wholeOf } from "../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route } from "../routing/call.ts";
import { completed } from "./associations.ts";

const PAIR = "/{fromType}/{toType}";

/** How many associations an account allows itself. */
export const ASSOCIATION_LIMIT_ROUTES: readonly Route[] = [
  route("GET", "/all", ({ portal }) => ok({ results: portal.associations.limits.list().map(viewLimit) })),
  route("GET", PAIR, (call) => {
    const { from, to } = endsOf(call);
    return ok({ results: call.portal.associations.limits.between(from.type.id, to.type.id).map(viewLimit) });
  }),
  route("POST", `${PAIR}/batch/create`, (call) => change(call, () => {})),
  route("POST", `${PAIR}/batch/update`, (call) => change(call, (type) => call.portal.associations.limits.need(type))),
  route("POST", `${PAIR}/batch/purge`, (call) => {
    for (const { type } of inputsOf(call)) call.portal.associations.limits.purge(type);
    return { status: 204 };
  }),
];

function route(method: string, path: string, handle: (call: Call) => Reply): Route {
  const base = "/definitions/configurations";
  return {
    method,
    dated: `/crm/associations/{version}${base}${path}`,
    legacy: [`/crm/v4/associations${base}${path}`, `/crm/associations/v4${base}${path}`],
    access: method === "GET" ? "read" : "write",
    scopes: "schema",
    handle,
  };
}

/** All inputs are checked before the first is set. */
function change(call: Call, check: (type: AssociationType) => void): Reply {
  const inputs = inputsOf(call);
  for (const { type } of inputs) check(type);
  const set = inputs.map(({ type, max }) => call.portal.associations.limits.set(type, max));
  return ok(completed(call, set.map(viewLimit)));
}

function inputsOf(call: Call): { type: AssociationType; max: number }[] {
  const { from, to } = endsOf(call);
  const { inputs } = jsonBody(call.request);
  if (!Array.isArray(inputs)) throw validationError("inputs must be an array");
  return inputs.map((raw: unknown) => {
    const { category, typeId, maxToObjectIds } = (raw ?? {}) as Record<string, unknown>;
    // Dated bodies have no category, and numbers alone are not unique: the account's own come first.
    const [found] = call.portal.associations.definitions
      .between(from.type.id, to.type.id)
      .filter((type) => type.typeId === numberOf(typeId) && (category === undefined || type.category === category))
      .toSorted((a, b) => Number(a.category === "HUBSPOT_DEFINED") - Number(b.category === "HUBSPOT_DEFINED"));
    if (found === undefined) throw validationError(`Association type ${textOf(typeId)} does not exist between them`);
    return { type: found, max: maxToObjectIds === undefined ? Number.NaN : wholeOf(maxToObjectIds) };
  });
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function viewLimit({ type, max }: AssociationLimit): Record<string, unknown> {
  const { category, typeId, label, from, to } = type;
  return { category, typeId, label, fromObjectTypeId: from, toObjectTypeId: to, userEnforcedMaxToObjectIds: max };
}
