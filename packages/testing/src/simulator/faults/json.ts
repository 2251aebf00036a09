import { SimulatorError } from "../base/api-error.ts";
import { isDuration } from "../base/duration.ts";
import type { Fault } from "./fault.ts";
import { parseFault } from "./parse.ts";

const FIELDS: readonly (keyof Fault)[] = [
  "method",
  "route",
  "body",
  "times",
  "rate",
  "skip",
  "every",
  "from",
  "until",
  "startsIn",
  "lasts",
  "phase",
  "effect",
];

/**
 * A fault from another process: `{ "text": "POST /crm/** 503" }`, or its fields. JSON knows neither patterns nor
 * infinity: `routePattern` and `bodyPattern` are the sources of patterns, and `times` may be `"always"`.
 */
export function faultFromJson(body: Readonly<Record<string, unknown>>): Fault {
  if (typeof body.text === "string") return parseFault(body.text);
  const { routePattern, bodyPattern, times, ...rest } = body;
  const unknown = Object.keys(rest).find((name) => !FIELDS.some((field) => field === name));
  if (unknown !== undefined) {
    throw new SimulatorError("BAD_FAULT", `Not a fault: "${unknown}" is none of text, ${FIELDS.join(", ")}`);
  }
  if (rest.effect === undefined) throw new SimulatorError("BAD_FAULT", "Not a fault: it has no effect");
  if (!isEffect(rest.effect)) {
    throw new SimulatorError("BAD_FAULT", `Not a fault: ${JSON.stringify(rest.effect)} is no effect`);
  }
  if (rest.every !== undefined && !(Number(rest.every) > 0)) {
    throw new SimulatorError("BAD_FAULT", "Not a fault: every must be more than 0");
  }
  const noText = TEXTS.find((name) => body[name] !== undefined && typeof body[name] !== "string");
  if (noText !== undefined) throw new SimulatorError("BAD_FAULT", `Not a fault: ${noText} must be a text`);
  const odd = NUMBERS.find((name) => rest[name] !== undefined && typeof rest[name] !== "number");
  if (odd !== undefined) throw new SimulatorError("BAD_FAULT", `Not a fault: ${odd} must be a number`);
  if (times !== undefined && times !== "always" && !(Number(times) >= 0)) {
    throw new SimulatorError("BAD_FAULT", 'Not a fault: times must be a number or "always"');
  }
  return {
    ...(rest as unknown as Fault),
    ...(times === undefined ? {} : { times: times === "always" ? Number.POSITIVE_INFINITY : Number(times) }),
    ...(typeof routePattern === "string" ? { route: pattern(routePattern) } : {}),
    ...(typeof bodyPattern === "string" ? { body: pattern(bodyPattern) } : {}),
  };
}

function pattern(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    throw new SimulatorError("BAD_FAULT", `Not a fault: ${String(error)}`);
  }
}

const TEXTS = ["method", "route", "body", "phase", "routePattern", "bodyPattern"] as const;
const NUMBERS = ["rate", "skip", "every", "from", "until", "startsIn", "lasts"] as const;
const NAMED: readonly unknown[] = ["reset", "hang", "timeout", "html"];
const POLICIES: readonly unknown[] = ["TEN_SECONDLY_ROLLING", "DAILY", "SECONDLY"];

function isEffect(effect: unknown): boolean {
  if (typeof effect !== "object" || effect === null) return NAMED.includes(effect);
  const { status, policy, truncate, drip, delayMs } = effect as Readonly<Record<string, unknown>>;
  if (status !== undefined) return Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599;
  if (policy !== undefined) return POLICIES.includes(policy);
  if (truncate !== undefined) return Number.isInteger(truncate) && Number(truncate) >= 0;
  if (drip !== undefined) {
    const { bytes, everyMs } = (drip ?? {}) as Readonly<Record<string, unknown>>;
    return Number.isInteger(bytes) && Number(bytes) > 0 && typeof everyMs === "number" && everyMs >= 0;
  }
  return isDuration(delayMs);
}

/** The other way round; a predicate cannot be told. */
export function faultToJson({ when, route, body, times, ...rest }: Fault): Record<string, unknown> {
  const text = (name: string, value: string | RegExp | undefined) =>
    value instanceof RegExp ? { [`${name}Pattern`]: value.source } : value === undefined ? {} : { [name]: value };
  return {
    ...rest,
    ...text("route", route),
    ...text("body", body),
    ...(times === undefined ? {} : { times: times === Number.POSITIVE_INFINITY ? "always" : times }),
    ...(when === undefined ? {} : { when: "a predicate" }),
  };
}
