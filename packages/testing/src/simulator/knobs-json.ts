import { SimulatorError } from "./base/api-error.ts";
import { isDuration, parseDuration } from "./base/duration.ts";
import { KNOB_NAMES, type Knobs } from "./knobs.ts";
import { DEFAULT_LIMITS } from "./limits/limiter.ts";
import { DEFAULT_OAUTH } from "./oauth/app.ts";
import { DEFAULT_NORMALISATION } from "./properties/normalise.ts";

type Fields = Readonly<Record<string, unknown>>;
/** The value as a knob has it; throws what is wrong with it. */
type Read = (value: unknown, name: string) => unknown;

const atLeast =
  (least: number): Read =>
  (value, name) => {
    if (value === "Infinity") return Number.POSITIVE_INFINITY;
    if (typeof value === "number" && value >= least) return value;
    throw wrong(name, least === Number.NEGATIVE_INFINITY ? "a number" : `a number from ${least}`, value);
  };
const count: Read = atLeast(0);
const share: Read = (value, name) => {
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw wrong(name, "a share from 0 to 1", value);
};
/** Each call is counted on its own: more would take all memory, and no limit is that high. */
const perSecond: Read = (value, name) => {
  if (typeof value === "number" && value >= 0 && value <= 10_000) return value;
  throw wrong(name, "a number from 0 to 10000", value);
};
const flag: Read = (value, name) => {
  if (typeof value === "boolean") return value;
  throw wrong(name, "true or false", value);
};
const text: Read = (value, name) => {
  if (typeof value === "string") return value;
  throw wrong(name, "a text", value);
};
const asIs: Read = (value, name) => {
  if (typeof value === "object" && value !== null) return value;
  throw wrong(name, "an object", value);
};
const objects: Read = (value, name) => {
  if (Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null)) return value;
  throw wrong(name, "a list of objects", value);
};
const lists: Read = (value, name) =>
  Object.fromEntries(
    Object.entries(asIs(value, name) as Fields).map(([key, part]) => [key, objects(part, `${name}.${key}`)]),
  );
const oneOf =
  (...known: readonly string[]): Read =>
  (value, name) => {
    if (known.some((one) => one === value)) return value;
    throw wrong(name, known.map((one) => `"${one}"`).join(" or "), value);
  };
const texts: Read = (value, name) => {
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw wrong(name, "a list of texts", value);
};
/** `40`, `{ "min": 20, "max": 80 }`, a distribution, or the text of any of these. */
const duration: Read = (value, name) => {
  if (typeof value === "string") return parseDuration(value);
  if (isDuration(value)) return value;
  throw wrong(name, 'a time such as 40, "20-80", "120~0.5<2s" or { "min": 20, "max": 80 }', value);
};
const fields =
  (reads: Readonly<Record<string, Read>>): Read =>
  (value, name) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(name, "an object", value);
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => {
        const read = readerOf(reads, key, name);
        return [key, part === null ? undefined : read(part, `${name}.${key}`)];
      }),
    );
  };
/** By what the defaults are. */
const like = (defaults: object, more: Readonly<Record<string, Read>>): Read => {
  const reads = Object.entries(defaults).map(([key, value]) => [key, typeof value === "boolean" ? flag : count]);
  return fields({ ...Object.fromEntries(reads), ...more });
};

const READS: Readonly<Record<keyof Knobs, Read>> = {
  limits: like(DEFAULT_LIMITS, { searchBody: oneOf("2026", "2022") }),
  latency: duration,
  searchLag: duration,
  lagSpike: fields({ everyMs: atLeast(1), lastsMs: count, lag: duration }),
  otherProgram: fields({ callsPerSecond: perSecond, searchesPerSecond: perSecond, appId: count }),
  searchShows: oneOf("indexed", "current"),
  normalisation: like(DEFAULT_NORMALISATION, { phone: oneOf("asTyped", "international") }),
  mergeCreatesNewId: flag,
  mergedIdsLead: oneOf("all", "contactsAndCompanies"),
  negationMatchesMissing: flag,
  oauth: like(DEFAULT_OAUTH, { approval: oneOf("auto", "page") }),
  erasureBlocksEmail: flag,
  batchOrder: oneOf("shuffled", "input"),
  subscriptions: texts,
  clockSkew: atLeast(Number.NEGATIVE_INFINITY),
  webhookFaults: fields({
    lose: share,
    duplicate: share,
    repeatIds: share,
    reorder: flag,
    delay: duration,
    onePortalPerRequest: flag,
    freshIdsOnRetry: flag,
    signedUri: oneOf("raw", "documented"),
    prefixedSourceId: flag,
  }),
  platform: fields({
    taskTime: duration,
    importLimits: fields({ rows: count, bytes: count, rowsPerDay: count }),
    listProcessing: duration,
    webhookSettingsCache: count,
    journalInterval: count,
    journalLostOffset: oneOf("404", "earliest"),
    timelinePartner: flag,
    appEventTypes: objects,
    requireSpecFields: flag,
    developerApiKey: text,
  }),
  requiredProperties: lists,
  validateOwners: flag,
  historyCap: count,
  schemaFlipFlop: duration,
  labelsPerPair: count,
  associationsPerRecord: count,
  maxUri: count,
};

/** Knobs from another process, where no compiler has looked at them. `null` takes one back to its default. */
export function knobsFromJson(body: Fields): Knobs {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      const read = readerOf(READS, name);
      return [name, value === null ? undefined : read(value, name)];
    }),
  ) as Knobs;
}

function readerOf(reads: Readonly<Record<string, Read>>, name: string, inside?: string): Read {
  const read = Object.hasOwn(reads, name) ? reads[name] : undefined;
  if (read !== undefined) return read;
  const known = (inside === undefined ? KNOB_NAMES : Object.keys(reads)).join(", ");
  throw new SimulatorError(
    "UNKNOWN_KNOB",
    `"${inside === undefined ? name : `${inside}.${name}`}" is none of ${known}`,
  );
}

function wrong(name: string, expected: string, got: unknown): SimulatorError {
  return new SimulatorError("BAD_KNOB", `${name} must be ${expected}, not ${JSON.stringify(got)}`);
}
