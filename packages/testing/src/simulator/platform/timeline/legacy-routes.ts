import { ApiError, objectNotFound, validationError } from "../../base/api-error.ts";
import { numberOf, optionalText, textOf } from "../../base/text-of.ts";
import { parseTime } from "../../properties/normalise.ts";
import { type Call, jsonBody, type Reply, type Route } from "../../routing/call.ts";
import { iso } from "../task.ts";
import { type EventTemplate, render, type TemplateRegistry, type TemplateToken } from "./template.ts";
import { type TimelineEvent, timestampOf } from "./timeline.ts";

const BASE = "/integrators/timeline/v3";
const TEMPLATES = "/{appId}/event-templates";

type Fields = Readonly<Record<string, unknown>>;

export const LEGACY_TIMELINE_ROUTES: readonly Route[] = [
  event("POST", "/events", (call) => ({ status: 201, body: viewEvent(call, create(call, jsonBody(call.request))) })),
  event("POST", "/events/batch/create", createBatch),
  event("GET", "/events/{templateId}/{eventId}", (call) => ok(viewEvent(call, eventOf(call)))),
  event("GET", "/events/{templateId}/{eventId}/detail", (call) => ok({ details: rendered(call, "detailTemplate") })),
  event("GET", "/events/{templateId}/{eventId}/render", (call) => {
    return {
      status: 200,
      html: rendered(call, call.request.query.get("detail") === "true" ? "detailTemplate" : "headerTemplate"),
    };
  }),
  template("GET", TEMPLATES, (call) => ok({ results: registry(call).of(appId(call)).map(viewTemplate) })),
  template("POST", TEMPLATES, (call) => {
    const made = registry(call).create(appId(call), jsonBody(call.request), call.services.now());
    return { status: 201, body: viewTemplate(made) };
  }),
  template("GET", `${TEMPLATES}/{templateId}`, (call) => ok(viewTemplate(registry(call).get(...ids(call))))),
  template("PUT", `${TEMPLATES}/{templateId}`, (call) => {
    return ok(viewTemplate(registry(call).update(...ids(call), jsonBody(call.request), call.services.now())));
  }),
  template("DELETE", `${TEMPLATES}/{templateId}`, (call) => {
    registry(call).delete(...ids(call));
    return { status: 204 };
  }),
  template("POST", `${TEMPLATES}/{templateId}/tokens`, (call) => {
    return ok(viewToken(registry(call).addToken(...ids(call), jsonBody(call.request), call.services.now())));
  }),
  template("PUT", `${TEMPLATES}/{templateId}/tokens/{tokenName}`, (call) => {
    const body = jsonBody(call.request);
    const changed = registry(call).changeToken(...ids(call), call.params.tokenName ?? "", body, call.services.now());
    return ok(viewToken(changed));
  }),
  template("DELETE", `${TEMPLATES}/{templateId}/tokens/{tokenName}`, (call) => {
    registry(call).removeToken(...ids(call), call.params.tokenName ?? "", call.services.now());
    return { status: 204 };
  }),
];

function event(method: string, path: string, handle: (call: Call) => Reply): Route {
  const access = method === "GET" ? "read" : "write";
  return { method, legacy: [BASE + path], access, scopes: ["timeline"], handle: forPartners(handle) };
}

/** Templates belong to the app and are managed with its developer's key. */
function template(method: string, path: string, handle: (call: Call) => Reply): Route {
  const access = method === "GET" ? "read" : "write";
  const common = { method, legacy: [BASE + path], access, scopes: [], developer: true } as const;
  return { ...common, handle: forPartners(handle) };
}

/** New use is limited to partners that have timeline events already (hubspot-facts §1.5). */
function forPartners(handle: (call: Call) => Reply): (call: Call) => Reply {
  return (call) => {
    if (call.services.platform.world.options().timelinePartner !== false) return handle(call);
    throw new ApiError(403, "This app cannot use legacy timeline events", { category: "MISSING_SCOPES" });
  };
}

function registry({ services }: Call): TemplateRegistry {
  return services.platform.templates;
}

function appId({ params }: Call): number {
  return Number(params.appId);
}

function ids(call: Call): [number, string] {
  return [appId(call), call.params.templateId ?? ""];
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function create(call: Call, input: Fields): TimelineEvent {
  const found = registry(call).find(textOf(input.eventTemplateId));
  if (found?.appId !== call.app.appId) {
    throw validationError(`Event template ${textOf(input.eventTemplateId)} does not exist for app ${call.app.appId}`);
  }
  const { timeline } = call.services.platform.of(call.portal);
  const now = call.services.now();
  const tokens = tokensOf(found, (input.tokens ?? {}) as Fields);
  const id = optionalText(input.id) ?? timeline.nextId();
  timeline.refuseRepeated(found.id, id);
  const timestamp = timestampOf(input.timestamp, now);
  const subject = timeline.subjectOf(found.objectType, input, call.app.source, true);
  const store = call.portal.store(found.objectType)!;
  const stamped = found.tokens.flatMap(({ name, objectPropertyName: to }) =>
    to === undefined || tokens[name] === undefined ? [] : [[to, tokens[name]]],
  );
  if (subject !== undefined && stamped.length > 0) store.update(subject, Object.fromEntries(stamped), call.app.source);
  return timeline.add({
    id,
    type: found.id,
    appId: found.appId,
    objectTypeId: store.type.id,
    objectId: subject?.id ?? "",
    timestamp,
    createdAt: now,
    properties: tokens,
    extraData: input.extraData,
    raw: input,
  });
}

function tokensOf({ tokens, name: templateName }: EventTemplate, given: Fields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const token = tokens.find((one) => one.name === name);
      if (token === undefined) throw validationError(`Event template ${templateName} has no token ${name}`);
      if (!fits(token, value)) throw validationError(`${textOf(value)} is no ${token.type} for token ${name}`);
      return [name, textOf(value)];
    }),
  );
}

function fits({ type, options }: TemplateToken, value: unknown): boolean {
  if (type === "number") return Number.isFinite(numberOf(value));
  if (type === "date") return parseTime(textOf(value)) !== undefined;
  return type === "string" || options.some((option) => option.value === textOf(value));
}

/** Items that are wrong are named and stop nothing. */
function createBatch(call: Call): Reply {
  const { inputs } = jsonBody(call.request);
  if (!Array.isArray(inputs)) throw validationError("inputs must be an array");
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const input of inputs) {
    try {
      results.push(viewEvent(call, create(call, (input ?? {}) as Fields)));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.push({ status: "error", category: error.fields.category, message: error.message });
    }
  }
  const at = iso(call.services.now());
  const failed = errors.length === 0 ? {} : { numErrors: errors.length, errors };
  return {
    status: errors.length === 0 ? 201 : 207,
    body: { status: "COMPLETE", results, startedAt: at, completedAt: at, ...failed },
  };
}

function eventOf(call: Call): TimelineEvent {
  const { templateId = "", eventId = "" } = call.params;
  const found = call.services.platform.of(call.portal).timeline.find(templateId, eventId);
  if (found === undefined) throw objectNotFound(`Event ${eventId} does not exist`);
  return found;
}

function rendered(call: Call, part: "headerTemplate" | "detailTemplate"): string {
  const { type, properties, extraData } = eventOf(call);
  return render(registry(call).find(type)?.[part] ?? "", properties, extraData);
}

function viewEvent(call: Call, found: TimelineEvent): Record<string, unknown> {
  const { tokens, eventTemplateId, id, timestamp, ...sent } = found.raw;
  return {
    ...sent,
    id: found.id,
    eventTemplateId: found.type,
    objectType: registry(call).find(found.type)?.objectType,
    tokens: found.properties,
    timestamp: iso(found.timestamp),
    createdAt: iso(found.createdAt),
    ...(found.objectId === "" ? {} : { objectId: found.objectId }),
  };
}

function viewTemplate({ appId: _, tokens, createdAt, updatedAt, ...shown }: EventTemplate): Record<string, unknown> {
  return { ...shown, tokens: tokens.map(viewToken), createdAt: iso(createdAt), updatedAt: iso(updatedAt) };
}

function viewToken({ createdAt, updatedAt, ...shown }: TemplateToken): Record<string, unknown> {
  return { ...shown, createdAt: iso(createdAt), updatedAt: iso(updatedAt) };
}
