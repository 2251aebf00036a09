import { ApiError } from "../base/api-error.ts";
import type { AccountDay } from "./account-day.ts";
import { RollingWindow, type SavedWindow } from "./rolling-window.ts";

/** HubSpot's limits, each to be set. */
export interface LimitSettings {
  /** Calls per rolling 10 seconds for each app in an account; default 190 (hubspot-facts §2.1). */
  readonly tenSecondly: number;
  /** The same for apps installed by OAuth; default 110. */
  readonly tenSecondlyOAuth: number;
  /** Calls per day for the whole account; default 625,000. Apps of kind "oauth" have none. */
  readonly daily: number;
  /** Searches per second for the whole account; default 5 (hubspot-facts §2.2). */
  readonly searchPerSecond: number;
  /** Association calls per rolling 10 seconds for each app, 150 by the guide; default as other calls (facts §2.3). */
  readonly associationsTenSecondly: number | undefined;
  /** The search 429 body: "2026" names a policy in its text only as recorded that year, "2022" carries `category`. */
  readonly searchBody: "2026" | "2022";
  /** Seconds of a `Retry-After` on 429 answers; nobody documents one. Default none. */
  readonly retryAfter: number | undefined;
  /** Whether refused calls use up the window too; not verified, so both are possible. Default false. */
  readonly countRefused: boolean;
}

export const DEFAULT_LIMITS: LimitSettings = {
  tenSecondly: 190,
  tenSecondlyOAuth: 110,
  daily: 625_000,
  searchPerSecond: 5,
  searchBody: "2026",
  associationsTenSecondly: undefined,
  countRefused: false,
  retryAfter: undefined,
};

/** The numbers of HubSpot's subscriptions, to spread into `limits` (hubspot-facts §2.1). */
export const SUBSCRIPTION_LIMITS: Readonly<
  Record<"free" | "starter" | "professional" | "enterprise" | "add-on", Pick<LimitSettings, "tenSecondly" | "daily">>
> = {
  free: { tenSecondly: 100, daily: 250_000 },
  starter: { tenSecondly: 100, daily: 250_000 },
  professional: { tenSecondly: 190, daily: 625_000 },
  enterprise: { tenSecondly: 190, daily: 1_000_000 },
  "add-on": { tenSecondly: 250, daily: 2_000_000 },
};

/** What a call counts as. */
export type CallKind = "search" | "association" | "other";

export type Policy = "TEN_SECONDLY_ROLLING" | "DAILY" | "SECONDLY";

export interface SavedLimiter {
  readonly accepted: SavedWindow;
  readonly arrived: SavedWindow;
  readonly associations: SavedWindow;
}

/** What an account shares between its apps. */
export interface AccountLimits {
  readonly day: AccountDay;
  readonly searches: RollingWindow;
  readonly searchArrivals: RollingWindow;
}

/** What one app has in one account. */
export class AppLimiter {
  readonly #settings: () => LimitSettings;
  readonly #account: AccountLimits;
  readonly #isOAuth: boolean;
  readonly #accepted: RollingWindow = new RollingWindow(10_000);
  readonly #arrived: RollingWindow = new RollingWindow(10_000);
  readonly #associations: RollingWindow = new RollingWindow(10_000);

  constructor(settings: () => LimitSettings, account: AccountLimits, isOAuth: boolean) {
    this.#settings = settings;
    this.#account = account;
    this.#isOAuth = isOAuth;
  }

  /** Counts one arrival: the headers its answer carries, or a thrown 429 with those headers. */
  admit(now: number, kind: CallKind): Record<string, string> {
    const settings = this.#settings();
    const isSearch = kind === "search";
    const { day, searches, searchArrivals } = this.#account;
    (isSearch ? searchArrivals : this.#arrived).add(now);

    const refusal = this.#refusal(now, kind, settings);
    if (refusal === undefined || settings.countRefused) {
      (isSearch ? searches : this.#accepted).add(now);
      if (kind === "association") this.#associations.add(now);
      if (!this.#isOAuth) day.add(now);
    }
    const headers = this.#headers(now, isSearch, settings);
    if (refusal === undefined) return headers;
    if (settings.retryAfter !== undefined) headers["Retry-After"] = String(settings.retryAfter);
    throw refused(refusal, isSearch && settings.searchBody === "2022", headers);
  }

  #refusal(now: number, kind: CallKind, settings: LimitSettings): Policy | undefined {
    if (!this.#isOAuth && this.#account.day.used(now) >= settings.daily) return "DAILY";
    if (
      kind === "association" &&
      this.#associations.count(now) >= (settings.associationsTenSecondly ?? Number.POSITIVE_INFINITY)
    ) {
      return "TEN_SECONDLY_ROLLING";
    }
    if (kind === "search")
      return this.#account.searches.count(now) >= settings.searchPerSecond ? "SECONDLY" : undefined;
    return this.#accepted.count(now) >= this.#max(settings) ? "TEN_SECONDLY_ROLLING" : undefined;
  }

  #max(settings: LimitSettings): number {
    return this.#isOAuth ? settings.tenSecondlyOAuth : settings.tenSecondly;
  }

  /** Search answers omit the interval headers, OAuth apps the daily pair (hubspot-facts §2.4). */
  #headers(now: number, isSearch: boolean, settings: LimitSettings): Record<string, string> {
    const headers: Record<string, string> = {};
    if (!this.#isOAuth) {
      headers["X-HubSpot-RateLimit-Daily"] = String(settings.daily);
      headers["X-HubSpot-RateLimit-Daily-Remaining"] = String(
        Math.max(0, settings.daily - this.#account.day.used(now)),
      );
    }
    if (!isSearch) {
      headers["X-HubSpot-RateLimit-Interval-Milliseconds"] = "10000";
      headers["X-HubSpot-RateLimit-Max"] = String(this.#max(settings));
      headers["X-HubSpot-RateLimit-Remaining"] = String(Math.max(0, this.#max(settings) - this.#accepted.count(now)));
    }
    return headers;
  }

  /** A call that somebody else made. */
  eat(now: number, isSearch: boolean): void {
    (isSearch ? this.#account.searches : this.#accepted).add(now);
    if (!this.#isOAuth) this.#account.day.add(now);
  }

  /** A call that somebody else makes if there is room for it. */
  tryToEat(now: number, isSearch: boolean): void {
    if (this.#refusal(now, isSearch ? "search" : "other", this.#settings()) === undefined) this.eat(now, isSearch);
  }

  /** Calls of somebody else that only the day remembers. */
  ate(now: number, calls: number): void {
    if (!this.#isOAuth) this.#account.day.add(now, calls);
  }

  dayStart(now: number): number {
    return this.#account.day.startOf(now);
  }

  settings(): LimitSettings {
    return this.#settings();
  }

  save(): SavedLimiter {
    return {
      accepted: this.#accepted.save(),
      arrived: this.#arrived.save(),
      associations: this.#associations.save(),
    };
  }

  load({ accepted, arrived, associations }: SavedLimiter): void {
    this.#accepted.load(accepted);
    this.#arrived.load(arrived);
    this.#associations.load(associations);
  }

  /** The most calls that arrived in any 10 seconds, refused ones included. */
  get maxInWindow(): number {
    return this.#arrived.max;
  }
}

function refused(policy: Policy, oldSearchBody: boolean, headers: Record<string, string>): ApiError {
  const message = `You have reached your ${policy.toLowerCase()} limit.`;
  if (policy === "SECONDLY") {
    // No recorded search refusal shows a policyName, so none is sent: callers must read the text (hubspot-facts §2.4).
    return new ApiError(
      429,
      message,
      oldSearchBody ? { category: "RATE_LIMITS" } : { errorType: "RATE_LIMIT" },
      headers,
    );
  }
  return new ApiError(429, message, { errorType: "RATE_LIMIT", policyName: policy }, headers);
}
