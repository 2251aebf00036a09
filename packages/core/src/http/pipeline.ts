import pRetry from "p-retry";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotAuthError, HubSpotError, HubSpotUnknownOutcomeError } from "../errors/hubspot-errors.ts";
import type { ApiVersion } from "../model/api-version.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { Credential, CredentialSource } from "../ports/credentials.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { TelemetryTracer } from "../ports/open-telemetry.ts";
import type { Transport, TransportRequest } from "../ports/transport.ts";
import { type RetryDecision, shouldRetry } from "../retry/should-retry.ts";
import { whatToCheck } from "../retry/what-to-check.ts";
import { isPromise, type MaybeAsync } from "../util/maybe-async.ts";
import { type Availability, AvailabilityWatch } from "./availability.ts";
import type { BudgetKeys } from "./budget-keys.ts";
import type { QueueEstimate } from "./budget-types.ts";
import type { Budgets } from "./budgets.ts";
import { pathTemplate } from "./build-request.ts";
import type { Answer, Call, PortalCheck } from "./call.ts";
import type { CallHooks } from "./call-event.ts";
import { CallSpan } from "./call-span.ts";
import { Observers } from "./observers.ts";
import { routeLabel } from "./route-label.ts";
import { translate } from "./routes.ts";
import { sendOnce, type Target } from "./send-once.ts";
import { ServerTime } from "./server-time.ts";
import { Stats } from "./stats.ts";

export interface PipelineOptions extends CallHooks {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly credentials: CredentialSource;
  readonly budgets: Budgets;
  readonly budgetKeys: BudgetKeys;
  readonly checkPortal: PortalCheck;
  /** Checked by `checkedBaseUrl`. */
  readonly baseUrl: string;
  readonly version: ApiVersion;
  readonly timeouts: TransportRequest["timeouts"];
  readonly maxAttempts: number;
  /** The longest pause between attempts a caller is made to wait for. */
  readonly maxWaitMs: number;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  /** OpenTelemetry's, or null where there is none; asked for each call. */
  readonly tracer?: () => MaybeAsync<TelemetryTracer | null>;
}

/** What one call remembers over its attempts. */
interface Progress {
  credential: Credential | null;
  refreshed: boolean;
  /** When the last attempt began. */
  sentAt: EpochMs;
  /** An attempt before the last may have taken effect. */
  repeated: boolean;
  readonly span: CallSpan | null;
}

/** limit → send → classify → retry: the only way to HubSpot. */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #stats = new Stats();
  readonly #serverTime = new ServerTime();
  readonly #observers: Observers;
  readonly #availability: AvailabilityWatch;
  /** What a span is told of, and who is told of it. */
  readonly #watched: Parameters<typeof CallSpan.open>[3];
  /** Worked out once for all calls of a template. By template, then by method: a text made of both would be hashed anew in every call. */
  readonly #paths = new Map<string, Map<string, Target>>();

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#availability = new AvailabilityWatch(() => options.clock.now());
    const watching = { stats: this.#stats, availability: this.#availability };
    this.#observers = new Observers({ ...options, hooks: options, ...watching });
    this.#watched = { host: new URL(options.baseUrl).host, observers: this.#observers };
  }

  get stats(): Stats {
    return this.#stats;
  }

  /** Whether HubSpot can be worked with for a tenant. */
  availability(tenant: Tenant): Availability {
    return this.#availability.of(tenant);
  }

  /** What HubSpot's clock showed when ours showed `at`, as far as its answers tell; to the second, never later than it was. */
  hubspotTime(at: EpochMs): EpochMs {
    return this.#serverTime.of(at);
  }

  /** Makes the call. Errors: HubSpot* errors, ABORTED, CLOSED, and what the credential source throws. */
  async send(call: Call): Promise<Answer> {
    const { tracer } = this.#options;
    const target = this.#target(call);
    // What is known already is not waited for, here and below: a turn of the microtask queue saved for each.
    const opening = tracer === undefined ? null : tracer();
    const open = isPromise(opening) ? await opening : opening;
    const progress: Progress = {
      credential: call.probe ?? null,
      refreshed: false,
      sentAt: 0,
      repeated: false,
      span: open === null ? null : CallSpan.open(open, call, target.label, this.#watched),
    };
    try {
      let answer: Answer;
      try {
        answer = await this.#attempt(call, target, progress, 1);
      } catch (failed) {
        // Only a call that failed pays for the machinery of repeating.
        answer = await this.#repeat(call, target, progress, failed);
      }
      progress.span?.end(null);
      return progress.repeated ? { ...answer, repeated: true } : answer;
    } catch (thrown) {
      const error = this.#final(call, target.label, progress, thrown);
      progress.span?.end(error instanceof HubspokeError ? error.code : "unknown");
      throw error;
    }
  }

  /** Where such a call would stand in the queue of its budget now. Errors: what the credential source and the portal check give. */
  async estimate(call: Pick<Call, "tenant" | "lane" | "use" | "search">): Promise<QueueEstimate> {
    const { credentials, checkPortal, budgets, budgetKeys } = this.#options;
    const credential = await credentials.get(call.tenant, call.use);
    const key = await budgetKeys.of(credential);
    const budget =
      call.search === true ? budgets.search(await checkPortal(call.tenant, credential)) : budgets.calls(key);
    return budget.estimate(call.lane);
  }

  #repeat(call: Call, target: Target, progress: Progress, failed: unknown): Promise<Answer> {
    return pRetry(
      async (attempt) => {
        try {
          if (attempt === 1) throw failed;
          return await this.#attempt(call, target, progress, attempt);
        } catch (error) {
          throw asError(error);
        }
      },
      {
        retries: this.#options.maxAttempts - 1,
        minTimeout: 0,
        shouldRetry: ({ error, attemptNumber }) => this.#again(call, progress, error, attemptNumber),
      },
    );
  }

  async #attempt(call: Call, target: Target, progress: Progress, attempt: number): Promise<Answer> {
    const { credentials, checkPortal, budgets, budgetKeys, clock } = this.#options;
    if (call.signal?.aborted === true) throw aborted(target.label);
    const given = progress.credential ?? credentials.get(call.tenant, call.use);
    const credential = isPromise(given) ? await given : given;
    const checked = call.probe === undefined ? checkPortal(call.tenant, credential) : undefined;
    const portalId = isPromise(checked) ? await checked : checked;
    progress.credential = credential;
    const named = budgetKeys.of(credential);
    const key = isPromise(named) ? await named : named;
    const day = budgets.day(key);
    // Searches are counted per account, whatever the app (hubspot-facts §2.2).
    const budget = call.search === true ? budgets.search(portalId ?? key) : budgets.calls(key);
    const queuedAt = clock.now();
    const turn = budget.acquire(call.lane, call.signal);
    const queued = isPromise(turn);
    const permit = queued ? await turn : turn;
    progress.sentAt = queued ? clock.now() : queuedAt;
    const answer = await sendOnce(this.#options, {
      call,
      target,
      token: credential.token,
      attempt,
      startedAt: progress.sentAt,
      waitedMs: progress.sentAt - queuedAt,
      budget,
      permit,
      day,
      observers: this.#observers,
      serverTime: this.#serverTime,
      span: progress.span,
    });
    return answer;
  }

  /** Whether to go on after a failed attempt; waits out the pause. */
  async #again(call: Call, progress: Progress, error: unknown, attempt: number): Promise<boolean> {
    if (error instanceof HubSpotAuthError && error.status === 401 && !progress.refreshed) {
      progress.refreshed = true;
      const stale = progress.credential;
      const fresh = stale === null ? null : await this.#options.credentials.refresh?.(call.tenant, stale);
      if (fresh === null || fresh === undefined) return false;
      progress.credential = fresh;
      return true;
    }
    const decision = this.#decide(call, error, attempt);
    if (decision.action !== "retry") return false;
    if (mayHaveHappened(call, error)) progress.repeated = true;
    // Asked again next time: a token may have been replaced while this call waited.
    if (call.probe === undefined && !progress.refreshed) progress.credential = null;
    if (decision.waitMs > 0) await this.#options.clock.sleep(decision.waitMs, call.signal);
    return true;
  }

  #decide(call: Call, error: unknown, attempt: number): RetryDecision {
    if (!(error instanceof HubspokeError)) return { action: "fail" };
    const { maxAttempts, maxWaitMs, random } = this.#options;
    const status = error instanceof HubSpotError ? error.status : null;
    return shouldRetry({
      code: error.code,
      status,
      sent: status !== null || error.details.sent === true,
      policyName: error instanceof HubSpotError ? error.policyName : null,
      retryAfterMs: error instanceof HubSpotError ? error.retryAfterMs : null,
      effect: call.effect,
      unknownOutcome: call.unknownOutcome ?? "repeat",
      attempt,
      maxAttempts,
      maxWaitMs,
      random: random(),
    });
  }

  /** The error the caller sees: a write nobody knows the end of is called that. */
  #final(call: Call, label: string, progress: Progress, error: unknown): unknown {
    if (this.#decide(call, error, this.#options.maxAttempts).action !== "unknown") return error;
    const cause = error as HubspokeError;
    const check = whatToCheck(call.template, call.effect);
    return new HubSpotUnknownOutcomeError(
      `UNKNOWN_OUTCOME: ${label} was sent and no answer says whether it took effect; ${check}`,
      {
        cause,
        check,
        route: label,
        status: cause instanceof HubSpotError ? cause.status : null,
        correlationId: cause instanceof HubSpotError ? cause.correlationId : null,
        details: { sentAt: progress.sentAt },
      },
    );
  }

  #target(call: Call): Target {
    let methods = this.#paths.get(call.template);
    const known = methods?.get(call.method);
    if (known !== undefined) return known;
    const path = pathTemplate(translate(call.template, this.#options.version));
    const made = { path, label: `${call.method} ${routeLabel(call.template)}` };
    // Written-out paths with ids in them would fill the map for ever.
    if (methods === undefined && this.#paths.size < 1_000) {
      methods = new Map();
      this.#paths.set(call.template, methods);
    }
    methods?.set(call.method, made);
    return made;
  }
}

/** Whether a write that failed so, and is about to be sent again, may have taken effect nonetheless. */
function mayHaveHappened(call: Call, error: unknown): boolean {
  if (call.effect === "read" || !(error instanceof HubspokeError)) return false;
  if (!unclear.has(error.code)) return false;
  return (error instanceof HubSpotError && error.status !== null) || error.details.sent === true;
}

const unclear: ReadonlySet<string> = new Set([
  "HUBSPOT_UNAVAILABLE",
  "HUBSPOT_RESPONSE_INVALID",
  "NETWORK_FAILED",
  "TIMEOUT",
]);

/** A vault may throw a text, which p-retry would write into a message of its own. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new HubspokeError("HANDLER_FAILED", "HANDLER_FAILED: a function given to this client threw what is no error", {
    unsafe: thrown,
  });
}

function aborted(label: string): HubSpotError {
  return new HubSpotError("ABORTED", `ABORTED: ${label} was aborted before it was sent`, {
    route: label,
    details: { sent: false },
  });
}
