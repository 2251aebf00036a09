import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotError, HubSpotRateLimitError, HubSpotUnavailableError } from "../errors/hubspot-errors.ts";
import { createGuard } from "../guard/guard.ts";
import { outboundRefused } from "../guard/refused.ts";
import type { DailyQuota } from "../limits/daily-quota.ts";
import { rateHeaders } from "../limits/rate-headers.ts";
import type { Secret } from "../model/secret.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs } from "../ports/ids.ts";
import type { Transport, TransportRequest, TransportResponse } from "../ports/transport.ts";
import { utf8 } from "../util/bytes.ts";
import type { Budget } from "./budget.ts";
import type { Permit } from "./budget-types.ts";
import { buildUrl, type PathTemplate } from "./build-request.ts";
import type { Answer, Call } from "./call.ts";
import type { CallEvent, CallStart } from "./call-event.ts";
import type { CallSpan } from "./call-span.ts";
import { parseJson } from "./error-body.ts";
import { errorFromResponse } from "./error-from-response.ts";
import type { Observers } from "./observers.ts";
import type { ServerTime } from "./server-time.ts";

export interface Wire {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly baseUrl: string;
  readonly timeouts: TransportRequest["timeouts"];
}

/** Where a call goes. */
export interface Target {
  /** Of the version in use. */
  readonly path: PathTemplate;
  /** `VERB /template`, safe to show. */
  readonly label: string;
}

export interface Attempt {
  readonly call: Call;
  readonly target: Target;
  readonly token: Secret;
  readonly attempt: number;
  readonly startedAt: EpochMs;
  readonly waitedMs: number;
  readonly budget: Budget;
  /** Taken already; this hands it back whatever happens. */
  readonly permit: Permit;
  readonly day: DailyQuota;
  readonly observers: Observers;
  /** Told what each success says of HubSpot's clock. */
  readonly serverTime: ServerTime;
  readonly span: CallSpan | null;
}

/** One request under one permit: sends, tells the limits what came back, and gives an answer or one of our errors. */
export async function sendOnce(wire: Wire, attempt: Attempt): Promise<Answer> {
  const { call, startedAt, budget, permit, day, observers } = attempt;
  const { label } = attempt.target;
  let request: TransportRequest;
  try {
    if (!day.allows(startedAt, call.lane)) throw dayOver(day, attempt);
    request = requestOf(wire, attempt);
  } catch (error) {
    budget.settle(permit, "unsent", null);
    throw error;
  }
  day.spent();
  const start = startOf(attempt);
  observers.sending(start);
  let response: TransportResponse;
  try {
    response = await wire.transport.send(request);
  } catch (error) {
    const failure = transportError(error, label);
    const sent = failure.details.sent !== false;
    budget.settle(permit, sent ? "lost" : "unsent", null);
    report(attempt, start, request, {
      sent,
      code: failure.code,
      status: null,
      durationMs: wire.clock.now() - startedAt,
    });
    throw failure;
  }
  const now = wire.clock.now();
  const rates = rateHeaders(response.headers);
  day.learn(now, rates.dailyLimit, rates.dailyRemaining);
  const answer = answerOf(response, attempt, now);
  if (answer instanceof HubSpotError) {
    if (answer.code === "DAILY_LIMIT_REACHED") day.exhausted(now);
    if (answer.code === "RATE_LIMITED") budget.refused(permit, answer.retryAfterMs);
  } else if (rates.dailyRemaining === null) day.served();
  budget.settle(permit, "answered", rates);
  const code = answer instanceof HubSpotError ? answer.code : null;
  report(attempt, start, request, { sent: true, code, status: response.status, durationMs: now - startedAt }, response);
  observers.quota(start, rates, () => budget.waiting);
  if (answer instanceof HubSpotError) throw answer;
  attempt.serverTime.saw(answer.headers, now);
  return answer;
}

function requestOf(wire: Wire, { call, target, token }: Attempt): TransportRequest {
  const headers: Record<string, string> = {
    authorization: `Bearer ${token.reveal()}`,
    accept: "application/json",
    "user-agent": "hubspoke",
  };
  const base = {
    method: call.method,
    url: buildUrl(wire.baseUrl, target.path, call),
    headers,
    timeouts: wire.timeouts,
  };
  const request = call.signal === undefined ? base : { ...base, signal: call.signal };
  // A form sets its own content type, boundary included.
  if (call.body instanceof FormData) return { ...request, body: call.body };
  const body = call.tokenAs === undefined ? call.body : { [call.tokenAs]: token.reveal() };
  if (body === undefined) return request;
  headers["content-type"] = "application/json";
  const text = jsonOf(body, target.label);
  if (call.use === "write" && text.includes(token.reveal())) {
    throw outboundRefused(createGuard({}, [token.reveal()]).check(body), target.label);
  }
  return { ...request, body: text };
}

/** Errors: INPUT_INVALID for what JSON cannot hold: a circle, a BigInt, a function. */
function jsonOf(body: unknown, label: string): string {
  let failed: unknown;
  try {
    const text: string | undefined = JSON.stringify(body);
    if (text !== undefined) return text;
  } catch (error) {
    failed = error;
  }
  throw new HubspokeError("INPUT_INVALID", `INPUT_INVALID: the body given for ${label} cannot be written as JSON`, {
    details: { sent: false },
    unsafe: failed,
  });
}

function answerOf(response: TransportResponse, { call, target }: Attempt, now: EpochMs): Answer | HubSpotError {
  const { status, headers, text } = response;
  const { label } = target;
  if (status < 200 || status > 299) return errorFromResponse({ ...response, route: label, now });
  const body = parseJson(text);
  const isJson = text === "" || body !== undefined;
  if (isJson && (call.says === undefined || call.says(body))) return { status, headers, body };
  const what = isJson ? "without saying what was made" : "with something that is not JSON";
  return new HubSpotUnavailableError(
    "HUBSPOT_RESPONSE_INVALID",
    `HUBSPOT_RESPONSE_INVALID: ${label} answered ${status} ${what}; check baseUrl and proxies`,
    { status, route: label, unsafe: { status, body: text } },
  );
}

function startOf({ call, target, attempt, waitedMs }: Attempt): CallStart {
  return { tenant: call.tenant, route: target.label, method: call.method, attempt, lane: call.lane, waitedMs };
}

function report(
  { observers, span }: Attempt,
  start: CallStart,
  { body }: TransportRequest,
  end: Pick<CallEvent, "sent" | "code" | "status" | "durationMs">,
  response?: TransportResponse,
): void {
  // Counting bytes takes longer than the rest of this: only where somebody looks.
  const bytesSent = observers.inDetail ? bytesOf(body) : 0;
  const bytesReceived = observers.inDetail ? (bytesOf(response?.text) ?? 0) : 0;
  const event: CallEvent = { ...start, ...end, bytesSent, bytesReceived };
  observers.attempted(event);
  span?.attempted(event);
}

function bytesOf(body: TransportRequest["body"]): number | null {
  if (body === undefined) return 0;
  if (body instanceof FormData) return null;
  return typeof body === "string" ? utf8(body).length : body.byteLength;
}

/** Transports reject with our codes; what a foreign one throws is a network failure of unknown extent. */
function transportError(error: unknown, label: string): HubspokeError {
  const known = error instanceof HubspokeError ? error : null;
  const sent = known?.details.sent !== false;
  const options = { route: label, details: { sent }, ...(known === null ? { unsafe: error } : { cause: known }) };
  const reason = known?.details.reason;
  const why = typeof reason === "string" && /^[A-Z][A-Z0-9_]+$/.test(reason) ? ` (${reason})` : "";
  switch (known?.code) {
    case "ABORTED":
      return new HubSpotError("ABORTED", `ABORTED: ${label} was aborted`, options);
    case "CLOSED":
      return known;
    case "HUBSPOT_RESPONSE_INVALID":
      return new HubSpotUnavailableError(
        "HUBSPOT_RESPONSE_INVALID",
        `HUBSPOT_RESPONSE_INVALID: ${label} answered with more than any answer of HubSpot holds; check baseUrl and proxies`,
        options,
      );
    case "TIMEOUT":
      return new HubSpotUnavailableError("TIMEOUT", `TIMEOUT: ${label} got no answer in time; try again`, options);
    default:
      return new HubSpotUnavailableError(
        "NETWORK_FAILED",
        sent
          ? `NETWORK_FAILED: ${label} could not be completed${why}; check the network and try again`
          : `NETWORK_FAILED: ${label} did not reach baseUrl${why}; check that address, the network and the proxy, then try again`,
        options,
      );
  }
}

function dayOver(day: DailyQuota, { target, call }: Attempt): HubspokeError {
  const { label } = target;
  const { limit, remaining } = day.state;
  return new HubSpotRateLimitError(
    "DAILY_LIMIT_REACHED",
    `DAILY_LIMIT_REACHED: ${label} was not sent: what is left of the account's calls of the day is kept from the ${call.lane} lane; they return at midnight in the account's time zone`,
    { route: label, policyName: "DAILY", details: { sent: false, limit: limit ?? 0, remaining: remaining ?? 0 } },
  );
}
