import { objectNotFound } from "../../base/api-error.ts";
import { bodyText, type Call, jsonBody, type Reply, type Route } from "../../routing/call.ts";
import { pageOf } from "../paging.ts";
import { iso } from "../task.ts";
import type { ActionDefinition, ActionFunction, ActionRegistry, ActionRevision } from "./action-registry.ts";

const MAX_PAGE = 100;
const ONE = "/{appId}/{definitionId}";

/** Definitions of custom actions, their functions and their history (hubspot-facts §1.3). */
export const ACTION_ROUTES: readonly Route[] = [
  route("GET", "/{appId}", list),
  route("POST", "/{appId}", (call) => {
    const made = actions(call).create(appId(call), jsonBody(call.request), call.services.now());
    return { status: 201, body: viewDefinition(call, made) };
  }),
  route("GET", ONE, (call) => {
    const archived = call.request.query.get("archived") === "true";
    return ok(viewDefinition(call, actions(call).get(...ids(call), archived)));
  }),
  route("PATCH", ONE, (call) => {
    return ok(viewDefinition(call, actions(call).change(...ids(call), jsonBody(call.request), call.services.now())));
  }),
  route("DELETE", ONE, (call) => {
    actions(call).archive(...ids(call), call.services.now());
    return { status: 204 };
  }),
  route("GET", `${ONE}/functions`, (call) => {
    return ok({
      results: actions(call)
        .functions(...ids(call))
        .map(identify),
    });
  }),
  ...[`${ONE}/functions/{functionType}`, `${ONE}/functions/{functionType}/{functionId}`].flatMap((path) => [
    route("GET", path, (call) => ok(viewFunction(actions(call).function(...ids(call), ...functionIds(call))))),
    // The source comes as text.
    route("PUT", path, (call) => {
      return ok(identify(actions(call).putFunction(...ids(call), ...functionIds(call), bodyText(call.request))));
    }),
    route("DELETE", path, (call) => {
      actions(call).removeFunction(...ids(call), ...functionIds(call));
      return { status: 204 };
    }),
  ]),
  route("GET", `${ONE}/requires-object`, (call) => {
    return ok({ requiresObject: actions(call).get(...ids(call)).requiresObject });
  }),
  route("POST", `${ONE}/requires-object`, (call) => {
    const requires = jsonBody(call.request).requiresObject === true;
    actions(call).requireObject(...ids(call), requires, call.services.now());
    return { status: 204 };
  }),
  route("GET", `${ONE}/revisions`, (call) => {
    const page = pageOf(actions(call).revisions(...ids(call)), call.request.query, MAX_PAGE, MAX_PAGE);
    return ok({ ...page, results: page.results.map((revision) => viewRevision(call, revision)) });
  }),
  route("GET", `${ONE}/revisions/{revisionId}`, (call) => {
    const { revisionId } = call.params;
    const found = actions(call)
      .revisions(...ids(call))
      .find(({ definition }) => String(definition.revision) === revisionId);
    if (found === undefined) throw objectNotFound(`Revision ${revisionId} does not exist`);
    return ok(viewRevision(call, found));
  }),
];

function route(method: string, path: string, handle: (call: Call) => Reply): Route {
  const paths = { dated: `/automation/actions/{version}${path}`, legacy: [`/automation/v4/actions${path}`] };
  const access = method === "GET" ? "read" : "write";
  return { method, ...paths, access, scopes: ["automation"], developer: true, handle };
}

function actions({ services }: Call): ActionRegistry {
  return services.platform.actions;
}

function appId({ params }: Call): number {
  return Number(params.appId);
}

function ids(call: Call): [number, string] {
  return [appId(call), call.params.definitionId ?? ""];
}

function functionIds({ params }: Call): [string, string | undefined] {
  return [params.functionType ?? "", params.functionId];
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function list(call: Call): Reply {
  const { query } = call.request;
  const all = actions(call).list(appId(call), query.get("archived") === "true");
  const page = pageOf(all, query, MAX_PAGE, MAX_PAGE);
  return ok({ ...page, results: page.results.map((definition) => viewDefinition(call, definition)) });
}

function viewDefinition(call: Call, definition: ActionDefinition): Record<string, unknown> {
  const { id, revision, actionUrl, published, objectTypes, shown, archivedAt } = definition;
  return {
    id,
    revisionId: String(revision),
    actionUrl,
    published,
    objectTypes,
    ...shown,
    functions: actions(call).functions(definition.appId, id).map(identify),
    ...(archivedAt === undefined ? {} : { archivedAt }),
  };
}

function viewRevision(call: Call, { createdAt, definition }: ActionRevision): Record<string, unknown> {
  const id = String(definition.revision);
  return { id, revisionId: id, createdAt: iso(createdAt), definition: viewDefinition(call, definition) };
}

function identify({ functionType, id }: ActionFunction): Record<string, unknown> {
  return { functionType, ...(id === undefined ? {} : { id }) };
}

function viewFunction(one: ActionFunction): Record<string, unknown> {
  return { ...identify(one), functionSource: one.functionSource };
}
