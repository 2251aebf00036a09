import { ApiError, SimulatorError } from "../base/api-error.ts";
import { emptyResponse, jsonResponse, type WireRequest, type WireResponse } from "../base/wire.ts";
import { faultFromJson, faultToJson } from "../faults/json.ts";
import type { SeedOptions } from "../fixtures/seed-contacts.ts";
import { knobsFromJson } from "../knobs-json.ts";
import type { SimulatorState } from "../saved-state.ts";
import type { HubSpotSimulator } from "../simulator-api.ts";
import type { WebhookTarget } from "../webhooks/delivery.ts";
import type { Action, Context } from "./control-action.ts";
import { RECORD_ACTIONS } from "./control-records.ts";

export const CONTROL_PREFIX = "/_simulator";
/** As many records or events as one call may ask for. */
const MOST = 1_000_000;

/** Steering a simulator in another process, in any language. None of it counts against limits. */
const ACTIONS: Readonly<Record<string, Action>> = {
  "GET /": () => ({ actions: CONTROL_ACTIONS }),
  "POST /reset": (simulator) => simulator.reset(),
  "POST /configure": (simulator, { body }) => simulator.configure(knobsFromJson(body)),
  "GET /stats": (simulator) => simulator.stats(),
  "GET /calls": calls,
  "POST /seed": (simulator, { body: { contacts, ...options } }) => ({
    contacts: simulator.seedContacts(amount(contacts, "contacts"), seedOptions(options)).length,
  }),
  "GET /clock": (simulator) => ({ now: simulator.now() }),
  "POST /clock/advance": async (simulator, { body }) => {
    await simulator.advanceClock(number(body.ms, "ms"));
    return { now: simulator.now() };
  },
  "GET /state": (simulator) => simulator.saveState(),
  "PUT /state": (simulator, { body }) => simulator.restoreState(body as unknown as SimulatorState),
  "GET /faults": (simulator) => ({
    injected: simulator.faults.injected,
    active: simulator.faults.active.map(({ fault, left }) => ({
      ...faultToJson(fault),
      left: left === Number.POSITIVE_INFINITY ? "always" : left,
    })),
  }),
  "POST /faults": (simulator, { body }) => {
    simulator.faults.add(faultFromJson(body));
  },
  "DELETE /faults": (simulator) => simulator.faults.clear(),
  "POST /quota/eat": (simulator, { body: { calls: count, ...of } }) => simulator.eatQuota(amount(count, "calls"), of),
  "GET /webhooks": (simulator) => simulator.pendingWebhooks,
  "POST /webhooks/deliver": (simulator, { body }) => simulator.deliverWebhooks(webhookTarget(body)),
  "POST /webhooks/storm": (simulator, { body: { events, ...of } }) => {
    simulator.webhookStorm(amount(events, "events"), of);
    return { pending: simulator.pendingWebhooks.length };
  },
  ...RECORD_ACTIONS,
};

/** What there is, e.g. `POST /reset`. */
export const CONTROL_ACTIONS: readonly string[] = Object.keys(ACTIONS);

/** Edits made here are those of a user in HubSpot. Bodies and answers are JSON. */
export async function answerControl(simulator: HubSpotSimulator, request: WireRequest): Promise<WireResponse> {
  const path = request.path.slice(CONTROL_PREFIX.length).replace(/\/+$/, "") || "/";
  const found = find(request.method, path);
  if (found === undefined) {
    return jsonResponse(404, { message: `No such control: ${request.method} ${path}`, actions: CONTROL_ACTIONS });
  }
  try {
    const { action, params } = found;
    const result = await action(simulator, { params, query: request.query, body: readBody(request) });
    return result === undefined ? emptyResponse(204) : jsonResponse(200, result);
  } catch (error) {
    if (error instanceof ApiError) return jsonResponse(error.status, error.envelope("control"));
    if (error instanceof SimulatorError) return jsonResponse(400, { code: error.code, message: error.message });
    throw error;
  }
}

/** A fixed path comes before one with parameters. */
function find(method: string, path: string): { action: Action; params: Record<string, string> } | undefined {
  const exact = ACTIONS[`${method} ${path}`];
  if (exact !== undefined) return { action: exact, params: {} };
  for (const [name, action] of Object.entries(ACTIONS)) {
    const pattern = name.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
    const match = new RegExp(`^${pattern}$`).exec(`${method} ${path}`);
    if (match?.groups !== undefined) return { action, params: match.groups };
  }
  return undefined;
}

function calls(simulator: HubSpotSimulator, { query }: Context): unknown {
  const [route, status, method] = [query.get("route"), query.get("status"), query.get("method")];
  const last = amount(Number(query.get("last") ?? 1_000), "last");
  const found = simulator.calls
    .filter((call) => route === null || call.route === route || call.path === route)
    .filter((call) => status === null || String(call.status) === status)
    .filter((call) => method === null || call.method === method);
  return found.slice(found.length - Math.min(last, found.length));
}

function webhookTarget(body: Record<string, unknown>): WebhookTarget {
  for (const name of ["url", "publicUrl"]) {
    if (body[name] === undefined || (typeof body[name] === "string" && URL.canParse(body[name]))) continue;
    throw new SimulatorError("BAD_CONTROL_BODY", `${name} must be an address`);
  }
  return body as WebhookTarget;
}

function seedOptions(options: Record<string, unknown>): SeedOptions {
  if (options.edits !== undefined) amount(options.edits, "edits");
  return options as SeedOptions;
}

/** More would take all memory there is. */
function amount(value: unknown, name: string): number {
  const whole = number(value, name);
  if (Number.isInteger(whole) && whole <= MOST) return whole;
  throw new SimulatorError("BAD_CONTROL_BODY", `${name} must be a whole number up to ${MOST}`);
}

function number(value: unknown, name: string): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw new SimulatorError("BAD_CONTROL_BODY", `${name} must be a number`);
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
