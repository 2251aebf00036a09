import { ApiError } from "./base/api-error.ts";
import type { SimClock } from "./base/clock.ts";
import type { RandomStream } from "./base/random.ts";
import { emptyResponse, htmlResponse, jsonResponse, type Outcome, rawResponse, type WireRequest } from "./base/wire.ts";
import type { CallLog } from "./call-log.ts";
import { isDelivery, replaceOutcome, spoil } from "./faults/apply.ts";
import type { FaultPlan } from "./faults/faults.ts";
import { bodyText, type Route, type Services } from "./routing/call.ts";
import type { ApiVersion } from "./routing/router.ts";
import { type RouteTable, templateOf } from "./routing/table.ts";
import type { AppAccess, Portal } from "./state/portal.ts";

export interface HandlerParts {
  readonly clock: SimClock;
  readonly routes: RouteTable;
  readonly services: Services;
  readonly faults: FaultPlan;
  readonly log: CallLog;
  readonly maxUri: () => number;
  readonly latency: () => number;
  readonly latencySplit: RandomStream;
  readonly correlation: RandomStream;
  readonly authenticate: (token: string) => { portal: Portal; app: AppAccess } | undefined;
  readonly anyPortal: () => Portal;
}

interface Matched {
  readonly route: Route;
  readonly version: ApiVersion;
  readonly params: Readonly<Record<string, string>>;
}

/** One request's way through the simulator: route, fault, token, limits, effect, fault, time. */
export async function handleRequest(parts: HandlerParts, request: WireRequest): Promise<Outcome> {
  const { clock, log } = parts;
  const at = clock.now();
  const correlationId = parts.correlation.uuid();
  const found = parts.routes.find(request.method, request.path);
  const entry = { at, method: request.method, path: request.path };
  if (uriLength(request) > parts.maxUri()) return log.add(entry, "", htmlResponse(414, "Request-URI Too Long"));
  if (found === undefined) return log.add(entry, "", htmlResponse(404, "Not Found"));
  if (found === "method") return log.add(entry, "", htmlResponse(405, "Method Not Allowed"));

  const route = templateOf(found.route);
  const fault = parts.faults.isEmpty
    ? undefined
    : parts.faults.take({ method: request.method, route, path: request.path, body: bodyText(request), at });
  if (fault !== undefined && fault.phase !== "after" && !isDelivery(fault.effect)) {
    return log.add(entry, route, replaceOutcome(fault.effect, correlationId));
  }

  const admitted = admit(parts, request, found, at, correlationId);
  if ("outcome" in admitted) return log.add(entry, route, admitted.outcome);

  const latency = parts.latency();
  const before = latency === 0 ? 0 : Math.floor(latency * parts.latencySplit.next());
  if (before > 0) await clock.sleep(before);
  const outcome = await effect(parts, request, found, admitted, correlationId);
  if (latency > before) await clock.sleep(latency - before);
  if (fault === undefined) return log.add(entry, route, outcome);
  if (!isDelivery(fault.effect)) return log.add(entry, route, replaceOutcome(fault.effect, correlationId));
  if ("delayMs" in fault.effect) await clock.sleep(fault.effect.delayMs);
  return log.add(entry, route, outcome.kind === "response" ? spoil(fault.effect, outcome) : outcome);
}

/** Counted as it is sent: without host, escapes and query included. */
function uriLength({ path, query }: WireRequest): number {
  return path.length + (query.size === 0 ? 0 : 1 + query.toString().length);
}

interface Admitted {
  readonly portal: Portal;
  readonly app: AppAccess;
  readonly headers: Record<string, string>;
}

/** Limits are counted when a call arrives, before anything else is looked at. */
function admit(
  parts: HandlerParts,
  request: WireRequest,
  { route, params }: Matched,
  at: number,
  correlationId: string,
): Admitted | { outcome: Outcome } {
  try {
    if (route.access === "open") {
      const portal = parts.anyPortal();
      return { portal, app: [...portal.apps.values()][0]!, headers: {} };
    }
    if (route.developer && parts.services.platform.isDeveloperKey(request.query.get("hapikey"))) {
      const portal = parts.anyPortal();
      return { portal, app: [...portal.apps.values()][0]!, headers: {} };
    }
    const { portal, app } = authenticate(parts, request);
    if (app.expiresAt !== undefined && app.expiresAt <= at) throw expired();
    const headers = route.unlimited ? {} : app.limiter.admit(at, route.isSearch === true);
    try {
      if (route.developer) requireOwnApp(app, params);
      requireScope(portal, app, route, params);
    } catch (error) {
      return { outcome: errorOutcome(error, request, correlationId, headers) };
    }
    return { portal, app, headers };
  } catch (error) {
    return { outcome: errorOutcome(error, request, correlationId, {}) };
  }
}

function authenticate(parts: HandlerParts, request: WireRequest): { portal: Portal; app: AppAccess } {
  const token = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const found = token === undefined ? undefined : parts.authenticate(token.trim());
  if (found !== undefined) return found;
  const message = "Authentication credentials not found. This API supports OAuth 2.0 authentication.";
  throw new ApiError(401, message, { category: "INVALID_AUTHENTICATION" });
}

function expired(): ApiError {
  return new ApiError(401, "The OAuth token used to make this call expired.", { category: "EXPIRED_AUTHENTICATION" });
}

function requireOwnApp(app: AppAccess, { appId }: Readonly<Record<string, string>>): void {
  if (appId === undefined || appId === String(app.appId)) return;
  throw new ApiError(403, `This token does not belong to app ${appId}`, { category: "MISSING_SCOPES" });
}

/** Any one of the scopes will do. */
function requireScope(portal: Portal, app: AppAccess, route: Route, params: Readonly<Record<string, string>>): void {
  const needed = scopesOf(portal, route, params);
  if (needed.length === 0 || needed.some((scope) => app.scopes.has(scope))) return;
  const message = "This app hasn't been granted all required scopes to make this call.";
  throw new ApiError(403, message, {
    category: "MISSING_SCOPES",
    errors: [
      { message: "One or more of the following scopes are required.", context: { requiredGranularScopes: needed } },
    ],
  });
}

function scopesOf(portal: Portal, route: Route, params: Readonly<Record<string, string>>): readonly string[] {
  if (Array.isArray(route.scopes)) return route.scopes;
  const typeName = params.objectType ?? params.fromType;
  const type = typeName === undefined ? undefined : portal.store(typeName)?.type;
  if (type === undefined || route.access === undefined || route.access === "open") return [];
  const records = type.scopes[route.access];
  if (route.scopes !== "schema") return [records];
  const definitions = records.replace("crm.objects.", "crm.schemas.");
  return route.access === "read" ? [definitions, records] : [definitions];
}

async function effect(
  parts: HandlerParts,
  request: WireRequest,
  { route, version, params }: Matched,
  { portal, app, headers }: Admitted,
  correlationId: string,
): Promise<Outcome> {
  if (route.handle === undefined) return notSimulated(request, correlationId, headers);
  try {
    // A handler that is no promise has its effect in one step: nothing comes between its reads and its writes.
    const pending = route.handle({ request, version, params, portal, app, services: parts.services });
    const { status, body, html, raw, headers: own } = pending instanceof Promise ? await pending : pending;
    const all = { "X-HubSpot-Correlation-Id": correlationId, ...headers, ...own };
    if (html !== undefined) return { ...htmlResponse(status, ""), body: html };
    if (raw !== undefined) return rawResponse(status, raw.type, raw.bytes, all);
    return body === undefined ? emptyResponse(status, all) : jsonResponse(status, body, all);
  } catch (error) {
    return errorOutcome(error, request, correlationId, headers);
  }
}

/** Known to HubSpot, unknown here: said aloud, so that no test passes on an empty success. */
function notSimulated({ method, path }: WireRequest, correlationId: string, headers: Record<string, string>): Outcome {
  const message = `${method} ${path} is known but not simulated`;
  return jsonResponse(501, { status: "error", message, correlationId, category: "NOT_SIMULATED" }, headers);
}

function errorOutcome(
  error: unknown,
  request: WireRequest,
  correlationId: string,
  headers: Record<string, string>,
): Outcome {
  // Anything else is a bug of the simulator and must not look like an answer of HubSpot.
  if (!(error instanceof ApiError)) throw error;
  const all = { "X-HubSpot-Correlation-Id": correlationId, ...headers, ...error.headers };
  if (error.fields.bare) {
    const wantsJson = request.headers.accept?.includes("application/json") === true;
    return wantsJson ? emptyResponse(error.status, all) : htmlResponse(error.status, error.message);
  }
  return jsonResponse(error.status, error.envelope(correlationId), all);
}
