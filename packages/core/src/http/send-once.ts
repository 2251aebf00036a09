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
import type { Budget } from "./budget.ts";
import type { Permit } from "./budget-types.ts";
import { buildUrl } from "./build-request.ts";
import type { Answer, Call, CallEvent } from "./call.ts";
import { parseJson } from "./error-body.ts";
import { errorFromResponse } from "./error-from-response.ts";

export interface Wire {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly baseUrl: string;
  readonly timeouts: TransportRequest["timeouts"];
}

export interface Attempt {
  readonly call: Call;
  /** Of the version in use. */
  readonly path: string;
  /** `VERB /template`, safe to show. */
  readonly label: string;
  readonly token: Secret;
  readonly attempt: number;
  readonly waitedMs: number;
  readonly budget: Budget;
  /** Taken already; this hands it back whatever happens. */
  readonly permit: Permit;
  readonly day: DailyQuota;
  readonly report: (event: CallEvent) => void;
}

/** One request under one permit: sends, tells the limits what came back, and gives an answer or one of our errors. */
export async function sendOnce(wire: Wire, attempt: Attempt): Promise<Answer> {
  const { call, label, budget, permit, day } = attempt;
  const startedAt = wire.clock.now();
  let request: TransportRequest;
  try {
    if (!day.allows(startedAt, call.lane)) throw dayOver(day, attempt);
    request = requestOf(wire, attempt);
  } catch (error) {
    budget.settle(permit, "unsent", null);
    throw error;
  }
  day.spent();
  let response: TransportResponse;
  try {
    response = await wire.transport.send(request);
  } catch (error) {
    const failure = transportError(error, label);
    const unsent = failure.details.sent === false;
    budget.settle(permit, unsent ? "unsent" : "lost", null);
    if (!unsent) report(attempt, null, startedAt, wire.clock.now());
    throw failure;
  }
  const now = wire.clock.now();
  const rates = rateHeaders(response.headers);
  day.learn(now, rates.dailyLimit, rates.dailyRemaining);
  report(attempt, response.status, startedAt, now);
  if (response.status >= 200 && response.status <= 299) {
    budget.settle(permit, "answered", rates);
    return answerOf(response, label);
  }
  const error = errorFromResponse({ ...response, route: label, now });
  if (error.code === "DAILY_LIMIT_REACHED") day.exhausted(now);
  if (error.code === "RATE_LIMITED") budget.refused(permit, error.retryAfterMs);
  budget.settle(permit, "answered", rates);
  throw error;
}

function requestOf(wire: Wire, { call, path, label, token }: Attempt): TransportRequest {
  const headers: Record<string, string> = {
    authorization: `Bearer ${token.reveal()}`,
    accept: "application/json",
    "user-agent": "hubspoke",
  };
  const base = { method: call.method, url: buildUrl(wire.baseUrl, path, call), headers, timeouts: wire.timeouts };
  const request = call.signal === undefined ? base : { ...base, signal: call.signal };
  // A form sets its own content type, boundary included.
  if (call.body instanceof FormData) return { ...request, body: call.body };
  const body = call.tokenAs === undefined ? call.body : { [call.tokenAs]: token.reveal() };
  if (body === undefined) return request;
  headers["content-type"] = "application/json";
  const text = JSON.stringify(body);
  if (call.use === "write" && text.includes(token.reveal())) {
    throw outboundRefused(createGuard({}, [token.reveal()]).check(body), label);
  }
  return { ...request, body: text };
}

function answerOf(response: TransportResponse, label: string): Answer {
  const { status, headers, text } = response;
  if (text === "") return { status, headers, body: undefined };
  const body = parseJson(text);
  if (body !== undefined) return { status, headers, body };
  throw new HubSpotUnavailableError(
    "HUBSPOT_RESPONSE_INVALID",
    `HUBSPOT_RESPONSE_INVALID: ${label} answered ${status} with something that is not JSON; check baseUrl and proxies`,
    { status, route: label, unsafe: { status, body: text } },
  );
}

function report(attempt: Attempt, status: number | null, startedAt: EpochMs, now: EpochMs): void {
  const { call, label, waitedMs } = attempt;
  attempt.report({
    tenant: call.tenant,
    route: label,
    method: call.method,
    status,
    durationMs: now - startedAt,
    attempt: attempt.attempt,
    lane: call.lane,
    waitedMs,
  });
}

/** Transports reject with our codes; what a foreign one throws is a network failure of unknown extent. */
function transportError(error: unknown, label: string): HubspokeError {
  const known = error instanceof HubspokeError ? error : null;
  const sent = known?.details.sent !== false;
  const options = { route: label, details: { sent }, ...(known === null ? { unsafe: error } : { cause: known }) };
  switch (known?.code) {
    case "ABORTED":
      return new HubSpotError("ABORTED", `ABORTED: ${label} was aborted`, options);
    case "CLOSED":
      return known;
    case "TIMEOUT":
      return new HubSpotUnavailableError("TIMEOUT", `TIMEOUT: ${label} got no answer in time; try again`, options);
    default:
      return new HubSpotUnavailableError(
        "NETWORK_FAILED",
        `NETWORK_FAILED: ${label} could not be completed; check the network and try again`,
        options,
      );
  }
}

function dayOver(day: DailyQuota, { label, call }: Attempt): HubspokeError {
  const { limit, remaining } = day.state;
  return new HubSpotRateLimitError(
    "DAILY_LIMIT_REACHED",
    `DAILY_LIMIT_REACHED: ${label} was not sent: what is left of the account's calls of the day is kept from the ${call.lane} lane; they return at midnight in the account's time zone`,
    { route: label, policyName: "DAILY", details: { sent: false, limit: limit ?? 0, remaining: remaining ?? 0 } },
  );
}
