import { endsOf, neighboursOf, nodeOf, plainType, typesOf, viewTypes } from "../associations/access.ts";
import { ApiError, validationError } from "../base/api-error.ts";
import { objectsOf } from "../base/objects-of.ts";
import { optionalText, textOf } from "../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route } from "../routing/call.ts";
import { completed, viewDefaults, viewPair } from "./associations.ts";

const MAX_READ = 1_000;
const MAX_CREATE = 2_000;
const PAGE = 500;

/** Associations of many records of one pair of types. */
export const ASSOCIATION_BATCH_ROUTES: readonly Route[] = [
  route("read", read),
  route("create", create),
  route("archive", archive),
  route("associate/default", createDefault),
  route("labels/archive", archiveLabels),
];

type Fields = Record<string, unknown>;

function route(name: string, handle: (call: Call) => Reply): Route {
  const pair = `/{fromType}/{toType}/batch/${name}`;
  return {
    method: "POST",
    dated: `/crm/associations/{version}${pair}`,
    legacy: [`/crm/v4/associations${pair}`, `/crm/associations/v4${pair}`],
    access: name === "read" ? "read" : "write",
    isAssociation: true,
    handle,
  };
}

/** A record without associations is an error of a 207, as one that does not exist. */
function read(call: Call): Reply {
  const { from, to } = endsOf(call);
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const { id, after } of inputsOf(call, MAX_READ)) {
    const record = from.records.resolve(textOf(id));
    const node = { type: from.type.id, id: record?.id ?? textOf(id) };
    const { found, next } = neighboursOf(call, node, to, PAGE, optionalText(after));
    if (found.length === 0) {
      errors.push({
        status: "error",
        category: "OBJECT_NOT_FOUND",
        subCategory: "crm.associations.NO_ASSOCIATIONS_FOUND",
        message: `No ${to.type.singular} is associated with ${from.type.singular} ${textOf(id)}.`,
        context: { fromObjectId: [textOf(id)], fromObjectType: [from.type.singular], toObjectType: [to.type.singular] },
      });
      continue;
    }
    results.push({
      from: { id: textOf(id) },
      to: found.map((neighbour) => ({ toObjectId: neighbour.id, associationTypes: viewTypes(neighbour.types) })),
      ...(next === undefined ? {} : { paging: { next: { after: next } } }),
    });
  }
  return { status: errors.length > 0 ? 207 : 200, body: completed(call, results, errors) };
}

/** Adds types; those that a pair has already stay. */
function create(call: Call): Reply {
  const ends = endsOf(call);
  return each(call, 201, (input) => {
    const types = typesOf(call, ends, input.types);
    const [from, to] = [nodeOf(ends.from, idOf(input.from)), nodeOf(ends.to, idOf(input.to))];
    call.portal.associations.as(call.app.source, (graph) => graph.link(from, to, types));
    return [viewPair(from, to, types)];
  });
}

function createDefault(call: Call): Reply {
  const ends = endsOf(call);
  const plain = plainType(call, ends);
  return each(call, 200, (input) => {
    const [from, to] = [nodeOf(ends.from, idOf(input.from)), nodeOf(ends.to, idOf(input.to))];
    call.portal.associations.as(call.app.source, (graph) => graph.link(from, to, [plain]));
    return viewDefaults(from, to, plain);
  });
}

/** `to` is an array here (hubspot-facts §1.4). */
function archive(call: Call): Reply {
  const ends = endsOf(call);
  for (const input of inputsOf(call, MAX_CREATE)) {
    if (!Array.isArray(input.to)) throw validationError("to must be an array of { id }");
    const from = nodeOf(ends.from, idOf(input.from));
    for (const target of input.to) {
      const to = nodeOf(ends.to, idOf(target));
      call.portal.associations.as(call.app.source, (graph) => graph.unlink(from, to, "all"));
    }
  }
  return { status: 204 };
}

function archiveLabels(call: Call): Reply {
  const ends = endsOf(call);
  for (const input of inputsOf(call, MAX_CREATE)) {
    const types = typesOf(call, ends, input.types);
    const [from, to] = [nodeOf(ends.from, idOf(input.from)), nodeOf(ends.to, idOf(input.to))];
    call.portal.associations.as(call.app.source, (graph) => graph.unlink(from, to, types));
  }
  return { status: 204 };
}

function each(call: Call, status: number, act: (input: Fields) => readonly unknown[]): Reply {
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const input of inputsOf(call, MAX_CREATE)) {
    try {
      results.push(...act(input));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.push({ status: "error", category: error.fields.category, message: error.message, context: {} });
    }
  }
  return { status: errors.length > 0 ? 207 : status, body: completed(call, results, errors) };
}

function inputsOf(call: Call, max: number): Fields[] {
  const { inputs } = jsonBody(call.request);
  const objects = objectsOf(inputs, "inputs");
  if (objects.length > max) throw validationError(`The maximum number of inputs is ${max}, got ${objects.length}`);
  return objects;
}

function idOf(value: unknown): string {
  return textOf((value as Fields | null | undefined)?.id);
}
