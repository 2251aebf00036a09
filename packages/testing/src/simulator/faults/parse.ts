import { SimulatorError } from "../base/api-error.ts";
import { parseDuration, parseTimeSpan } from "../base/duration.ts";
import type { Policy } from "../limits/limiter.ts";
import type { Fault, FaultEffect } from "./fault.ts";

type Draft = { -readonly [K in keyof Fault]: Fault[K] };

const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);
const POLICIES: readonly Policy[] = ["TEN_SECONDLY_ROLLING", "DAILY", "SECONDLY"];
const SIMPLE: readonly string[] = ["reset", "hang", "timeout", "html"];

const SETTINGS: Readonly<Record<string, (draft: Draft, value: string) => void>> = {
  times: (draft, value) => {
    draft.times = value === "always" ? Number.POSITIVE_INFINITY : whole(value);
  },
  rate: (draft, value) => {
    draft.rate = share(value);
  },
  skip: (draft, value) => {
    draft.skip = whole(value);
  },
  every: (draft, value) => {
    draft.every = positive(value);
  },
  starts: (draft, value) => {
    draft.startsIn = parseTimeSpan(value);
  },
  lasts: (draft, value) => {
    draft.lasts = parseTimeSpan(value);
  },
  body: (draft, value) => {
    draft.body = value;
  },
};

/**
 * A fault from one line: `[METHOD] [path] effect [before|after] [name=value …]`.
 *
 * Effects: `reset`, `hang`, `timeout`, `html`, a status, `429:DAILY` (or `TEN_SECONDLY_ROLLING`, `SECONDLY`, each with
 * `:seconds` of `Retry-After` if wanted), `truncate:40`, `drip:50/1s`, `delay:30s` (any duration, `20-80`, `120~0.5<2s`).
 * Names: `times` (a number or `always`), `rate`, `skip`, `every`, `starts`, `lasts`, `body`. A fault with a rate, an
 * interval or a time of its own strikes always unless `times` says otherwise; any other strikes once.
 */
export function parseFault(text: string): Fault {
  const draft: Partial<Draft> = {};
  for (const word of text.trim().split(/\s+/)) {
    const [, name = "", value = ""] = /^([a-z]+)=(.*)$/.exec(word) ?? [];
    if (METHODS.has(word)) once(draft, "method", word);
    else if (word.startsWith("/")) once(draft, "route", word);
    else if (word === "before" || word === "after") once(draft, "phase", word);
    else if (name !== "") setting(name)(draft as Draft, value);
    else once(draft, "effect", parseEffect(word));
  }
  if (draft.effect === undefined) throw bad(`"${text}" has no effect, such as 503, 429:DAILY or reset`);
  if (draft.rate !== undefined || draft.every !== undefined || draft.lasts !== undefined) {
    draft.times ??= Number.POSITIVE_INFINITY;
  }
  return draft as Fault;
}

/** Of two methods, paths or effects one would be passed over without a word. */
function once<K extends "method" | "route" | "phase" | "effect">(
  draft: Partial<Draft>,
  name: K,
  value: Draft[K],
): void {
  if (draft[name] !== undefined) throw bad(`it has more than one ${name}`);
  draft[name] = value;
}

function setting(name: string): (draft: Draft, value: string) => void {
  const found = SETTINGS[name];
  if (found !== undefined) return found;
  throw bad(`"${name}" is none of ${Object.keys(SETTINGS).join(", ")}`);
}

function parseEffect(word: string): FaultEffect {
  if (SIMPLE.includes(word)) return word as FaultEffect;
  const [kind = "", rest, more] = word.split(":");
  if (kind === "429" && rest !== undefined) return parsePolicy(rest, more);
  if (/^[1-5]\d\d$/.test(word)) return { status: Number(word) };
  if (kind === "truncate" && rest !== undefined) return { truncate: whole(rest) };
  if (kind === "delay" && rest !== undefined) return { delayMs: parseDuration(rest) };
  const [bytes = "", every] = kind === "drip" && rest !== undefined ? rest.split("/") : [];
  if (every !== undefined) return { drip: { bytes: positive(bytes), everyMs: parseTimeSpan(every) } };
  throw bad(
    `"${word}" is no effect: use a status, 429:DAILY, truncate:40, drip:50/1s, delay:30s, ${SIMPLE.join(", ")}`,
  );
}

function parsePolicy(name: string, seconds: string | undefined): FaultEffect {
  const policy = POLICIES.find((known) => known === name);
  if (policy === undefined) throw bad(`"${name}" is no 429 policy: use ${POLICIES.join(", ")}`);
  return seconds === undefined ? { policy } : { policy, retryAfter: whole(seconds) };
}

function whole(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw bad(`"${text}" is not a whole number`);
}

function positive(text: string): number {
  const number = whole(text);
  if (number > 0) return number;
  throw bad(`"${text}" must be more than 0`);
}

function share(text: string): number {
  const number = Number(text);
  if (number > 0 && number <= 1) return number;
  throw bad(`"${text}" is not a share between 0 and 1`);
}

function bad(reason: string): SimulatorError {
  return new SimulatorError("BAD_FAULT", `Not a fault: ${reason}`);
}
