import { ApiError, SimulatorError } from "../base/api-error.ts";
import { emptyResponse, jsonResponse, type WireRequest, type WireResponse } from "../base/wire.ts";
import type { Fault } from "../faults/fault.ts";
import type { Knobs } from "../knobs.ts";
import type { HubSpotSimulator } from "../simulator-api.ts";
import type { RecordView } from "../state/record.ts";

export const CONTROL_PREFIX = "/_simulator";

type Action = (simulator: HubSpotSimulator, context: Context) => unknown;

interface Context {
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}

/** Steering a simulator in another process, in any language. None of it counts against limits. */
const ACTIONS: Readonly<Record<string, Action>> = {
  "GET /": () => ({ actions: Object.keys(ACTIONS) }),
  "GET /stats": (simulator) => simulator.stats(),
  "GET /calls": (simulator, { query }) => simulator.calls.slice(-Number(query.get("last") ?? 1_000)),
  "POST /reset": (simulator) => simulator.reset(),
  "POST /configure": (simulator, { body }) => simulator.configure(body as Knobs),
  "POST /faults": (simulator, { body }) => {
    simulator.faults.add(readFault(body));
  },
  "DELETE /faults": (simulator) => simulator.faults.clear(),
  "GET /webhooks": (simulator) => simulator.pendingWebhooks,
  "POST /webhooks/deliver": (simulator, { body }) => simulator.deliverWebhooks({ url: String(body.url ?? "") }),
  "POST /contacts": (simulator, { body }) => view(contacts(simulator).create(texts(body.properties ?? body))),
  "POST /contacts/seed": (simulator, { body }) => simulator.seedContacts(Number(body.count ?? 0)).length,
  "GET /contacts": (simulator) => contacts(simulator).list().map(view),
  "GET /contacts/{id}": (simulator, { id }) => {
    const found = contacts(simulator).get(id);
    if (found === undefined) throw new SimulatorError("UNKNOWN_RECORD", `No contact has the id ${id}`);
    return view(found);
  },
  "POST /contacts/{id}": (simulator, { id, body }) =>
    view(contacts(simulator).update(id, texts(body.properties ?? body))),
  "DELETE /contacts/{id}": (simulator, { id }) => contacts(simulator).archive(id),
};

/** Edits made here are those of a user in HubSpot. Bodies and answers are JSON. */
export async function answerControl(simulator: HubSpotSimulator, request: WireRequest): Promise<WireResponse> {
  const rest = request.path.slice(CONTROL_PREFIX.length).replace(/\/+$/, "") || "/";
  const id = /^\/contacts\/(\d+)$/.exec(rest)?.[1] ?? "";
  const name = `${request.method} ${id === "" ? rest : "/contacts/{id}"}`;
  const action = ACTIONS[name];
  if (action === undefined)
    return jsonResponse(404, { message: `No such control: ${name}`, actions: Object.keys(ACTIONS) });
  try {
    const result = await action(simulator, { id, query: request.query, body: readBody(request) });
    return result === undefined ? emptyResponse(204) : jsonResponse(200, result);
  } catch (error) {
    if (error instanceof ApiError) return jsonResponse(error.status, error.envelope("control"));
    if (error instanceof SimulatorError) return jsonResponse(400, { code: error.code, message: error.message });
    throw error;
  }
}

function contacts(simulator: HubSpotSimulator): ReturnType<HubSpotSimulator["portal"]>["contacts"] {
  return simulator.portal().contacts;
}

function view({ id, properties, createdAt, updatedAt, archivedAt }: RecordView): Record<string, unknown> {
  return { id, properties, createdAt, updatedAt, archivedAt: archivedAt ?? null };
}

function readBody(request: WireRequest): Record<string, unknown> {
  if (request.body.length === 0) return {};
  const parsed = parse(new TextDecoder().decode(request.body));
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
  throw new SimulatorError("BAD_CONTROL_BODY", "The body must be a JSON object");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SimulatorError("BAD_CONTROL_BODY", `The body must be JSON: ${String(error)}`);
  }
}

/** JSON knows no patterns: `routePattern` is the source of one. */
function readFault(body: Record<string, unknown>): Fault {
  const { routePattern, times, ...rest } = body;
  return {
    ...(rest as unknown as Fault),
    ...(times === undefined ? {} : { times: times === "always" ? Number.POSITIVE_INFINITY : Number(times) }),
    ...(typeof routePattern === "string" ? { route: new RegExp(routePattern) } : {}),
  };
}

function texts(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) {
    throw new SimulatorError("BAD_CONTROL_BODY", "properties must be an object of strings");
  }
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}
