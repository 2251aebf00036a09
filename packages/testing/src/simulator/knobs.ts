import type { Duration } from "./base/duration.ts";
import { DEFAULT_LIMITS, type LimitSettings } from "./limits/limiter.ts";
import type { OtherProgramOptions } from "./limits/other-program.ts";
import { DEFAULT_OAUTH, type OAuthSettings } from "./oauth/app.ts";
import type { PlatformOptions } from "./platform/options.ts";
import { DEFAULT_NORMALISATION, type NormalisationSettings } from "./properties/normalise.ts";
import type { RequiredProperty } from "./state/required.ts";
import type { WebhookFaults } from "./webhooks/delivery.ts";

/** A lag that comes and goes with the clock. */
export interface LagSpike {
  /** From the beginning of one spike to that of the next, by the simulator's clock. */
  readonly everyMs: number;
  /** Less than `everyMs`. */
  readonly lastsMs: number;
  /** Instead of `searchLag` meanwhile, milliseconds. */
  readonly lag: Duration;
}

/** What may change while a simulator runs. */
export interface Knobs {
  /**
   * Default: those of a Professional account, 190 calls in ten seconds, 625,000 a day, 5 searches a second
   * (hubspot-facts §2.1). What is not named has its default.
   */
  readonly limits?: Partial<LimitSettings>;
  /** How long answers take; default not at all. */
  readonly latency?: Duration;
  /** How long a change takes to reach search; default not at all (hubspot-facts §3, "Lag"). */
  readonly searchLag?: Duration;
  /** Times of another lag: for `lastsMs` out of every `everyMs` of the clock. Default none. */
  readonly lagSpike?: LagSpike | undefined;
  /** Somebody else who uses up limits all the time. Default nobody. */
  readonly otherProgram?: OtherProgramOptions;
  /**
   * Whether a search answers with the values it found records by ("indexed", the default), or finds by those and
   * answers with what the records hold now: newer than asked for, and out of order.
   */
  readonly searchShows?: "indexed" | "current";
  /**
   * Which values are stored otherwise than sent: outer blanks, addresses, numbers, dates, phones. What is not named
   * has its default.
   */
  readonly normalisation?: Partial<NormalisationSettings>;
  /** Whether a merge makes a record with a new id; older accounts keep the primary's. Default true (facts §7.1). */
  readonly mergeCreatesNewId?: boolean;
  /**
   * Of which objects a merged-away id still leads to the survivor: of all, or of contacts and companies only, for which
   * alone it is known (hubspot-facts §9). Default "all".
   */
  readonly mergedIdsLead?: "all" | "contactsAndCompanies";
  /** Whether negative search operators match records without a value; not verified. Default false. */
  readonly negationMatchesMissing?: boolean;
  /** Lifetimes and forms of tokens; what is not named has its default. */
  readonly oauth?: Partial<OAuthSettings>;
  /** Whether a privacy deletion keeps the address from coming back (400); not verified. Default false. */
  readonly erasureBlocksEmail?: boolean;
  /** The order of batch results: "shuffled" (default), because none is promised, or the input's. */
  readonly batchOrder?: "shuffled" | "input";
  /** What webhooks fire for, e.g. `contact.creation`, `contact.propertyChange:email`. Default: everything. */
  readonly subscriptions?: readonly string[] | undefined;
  /** How far HubSpot's clock is ahead of the simulator's, milliseconds; default 0. Limits do not mind. */
  readonly clockSkew?: number;
  /** What goes wrong with webhooks; default nothing. */
  readonly webhookFaults?: WebhookFaults;
  /** Files, lists, imports, webhooks by API, workflows: how they behave. */
  readonly platform?: PlatformOptions;
  /** What admins require of records, by object type; 2026-09 enforces it on writes (hubspot-facts §1.7). */
  readonly requiredProperties?: Readonly<Record<string, readonly RequiredProperty[]>>;
  /** Whether an owner id must be an owner's (400); not verified. Default false. */
  readonly validateOwners?: boolean;
  /** How many entries of a property's history reads answer, the newest ones; default all. */
  readonly historyCap?: number;
  /** How long single reads of a schema flip between old and new after a change; default 0 (hubspot-facts §3). */
  readonly schemaFlipFlop?: Duration;
  /** Labels of one's own between two object types; the guide says 10. Default 50 (hubspot-facts §2.3). */
  readonly labelsPerPair?: number;
  /** Associations of one record with records of one type; default 250,000 (hubspot-facts §2.3). */
  readonly associationsPerRecord?: number;
  /** A longer path with its query is answered 414; default 8,192 characters. The number is not documented. */
  readonly maxUri?: number;
}

type Resolved = "limits" | "normalisation" | "oauth" | "subscriptions" | "lagSpike";

/** Knobs with every default filled in. */
export interface Settings extends Required<Omit<Knobs, Resolved>> {
  readonly limits: LimitSettings;
  readonly normalisation: NormalisationSettings;
  readonly oauth: OAuthSettings;
  readonly subscriptions: readonly string[] | undefined;
  readonly lagSpike: LagSpike | undefined;
}

type Defaults = Omit<Settings, Resolved>;

const DEFAULTS: Defaults = {
  latency: 0,
  searchLag: 0,
  otherProgram: {},
  searchShows: "indexed",
  mergeCreatesNewId: true,
  mergedIdsLead: "all",
  negationMatchesMissing: false,
  erasureBlocksEmail: false,
  batchOrder: "shuffled",
  clockSkew: 0,
  webhookFaults: {},
  platform: {},
  requiredProperties: {},
  validateOwners: false,
  historyCap: Number.POSITIVE_INFINITY,
  schemaFlipFlop: 0,
  labelsPerPair: 50,
  associationsPerRecord: 250_000,
  maxUri: 8_192,
};

export const KNOB_NAMES: readonly (keyof Knobs)[] = [
  ...(Object.keys(DEFAULTS) as (keyof Defaults)[]),
  "limits",
  "normalisation",
  "oauth",
  "subscriptions",
  "lagSpike",
];

export function settingsOf(knobs: Knobs): Settings {
  // A knob that is set to nothing is one that is not set.
  const set = Object.fromEntries(Object.entries(knobs).filter(([, value]) => value !== undefined)) as Knobs;
  return {
    ...DEFAULTS,
    ...set,
    subscriptions: knobs.subscriptions,
    lagSpike: knobs.lagSpike,
    limits: { ...DEFAULT_LIMITS, ...knobs.limits },
    normalisation: { ...DEFAULT_NORMALISATION, ...knobs.normalisation },
    oauth: { ...DEFAULT_OAUTH, ...knobs.oauth },
  };
}
