import { type Admitted, admit, type Gate, Refusal } from "./admission.ts";
import { ApiError } from "./base/api-error.ts";
import type { SimClock } from "./base/clock.ts";
import type { Duration } from "./base/duration.ts";
import type { RandomStream } from "./base/random.ts";
import {
  emptyResponse,
  htmlResponse,
  jsonResponse,
  type Outcome,
  rawResponse,
  type WireRequest,
  writtenResponse,
} from "./base/wire.ts";
import type { CallLog } from "./call-log.ts";
import { isDelivery, replaceOutcome, spoil } from "./faults/apply.ts";
import type { FaultPlan } from "./faults/faults.ts";
import { bodyText, type Route } from "./routing/call.ts";
import type { ApiVersion } from "./routing/router.ts";
import { type RouteTable, templateOf } from "./routing/table.ts";

export interface HandlerParts extends Gate {
  readonly clock: SimClock;
  readonly routes: RouteTable;
  readonly faults: FaultPlan;
  readonly log: CallLog;
  readonly maxUri: () => number;
  readonly draw: (duration: Duration) => number;
  readonly latency: () => number;
  readonly latencySplit: RandomStream;
  readonly correlation: RandomStream;
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

  const admitted = admitOrRefuse(parts, request, found, at, correlationId);
  if ("kind" in admitted) return log.add(entry, route, admitted);

  const latency = parts.latency();
  const before = latency === 0 ? 0 : Math.floor(latency * parts.latencySplit.next());
  if (before > 0) await clock.sleep(before);
  const outcome = await effect(parts, request, found, admitted, correlationId);
  if (latency > before) await clock.sleep(latency - before);
  if (fault === undefined) return log.add(entry, route, outcome);
  if (!isDelivery(fault.effect)) return log.add(entry, route, replaceOutcome(fault.effect, correlationId));
  if ("delayMs" in fault.effect) await clock.sleep(parts.draw(fault.effect.delayMs));
  return log.add(entry, route, outcome.kind === "response" ? spoil(fault.effect, outcome) : outcome);
}

/** Counted as it is sent: without host, escapes and query included. */
function uriLength({ path, query }: WireRequest): number {
  return path.length + (query.size === 0 ? 0 : 1 + query.toString().length);
}

function admitOrRefuse(
  parts: HandlerParts,
  request: WireRequest,
  matched: Matched,
  at: number,
  correlationId: string,
): Admitted | Outcome {
  try {
    return admit(parts, request, matched, at);
  } catch (error) {
    if (error instanceof Refusal) return errorOutcome(error.error, request, correlationId, error.headers);
    return errorOutcome(error, request, correlationId, {});
  }
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
    const { status, body, json, html, raw, headers: own } = pending instanceof Promise ? await pending : pending;
    const all = { "X-HubSpot-Correlation-Id": correlationId, ...headers, ...own };
    if (html !== undefined) return { ...htmlResponse(status, ""), body: html };
    if (raw !== undefined) return rawResponse(status, raw.type, raw.bytes, all);
    if (json !== undefined) return writtenResponse(status, json, all);
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
