import type { PropertyReason } from "../errors/hubspot-errors.ts";

/** What an error body says, reduced to what is safe to keep: codes, names, scopes and record ids. */
export interface ErrorFacts {
  readonly category: string | null;
  readonly subCategory: string | null;
  readonly correlationId: string | null;
  readonly policyName: string | null;
  readonly reasons: readonly PropertyReason[];
  readonly requiredScopes: readonly string[];
  readonly existingId: string | null;
  /** Codes of OAuth endpoints: `BAD_REFRESH_TOKEN`, `invalid_grant`. */
  readonly oauthCode: string | null;
  /** A unique value is taken, told as a 400 (hubspot-facts §6). */
  readonly uniqueValueTaken: boolean;
}

/** As many as a batch has inputs: they stand in messages and logs. */
const mostReasons = 100;

type Json = Readonly<Record<string, unknown>>;

/** Reads an error body of any shape. Every field is optional, HTML and empty bodies included; never throws. */
export function errorFacts(body: unknown): ErrorFacts {
  const envelope = object(body);
  const message = text(envelope.message) ?? "";
  const taken = /\bon (\d{1,20})\. (\d{1,20}) already has that value/.exec(message);
  return {
    category: word(envelope.category),
    subCategory: word(envelope.subCategory),
    correlationId: identifier(envelope.correlationId) ?? identifier(envelope.requestId),
    policyName: policyOf(envelope, message),
    reasons: reasonsOf(envelope, message),
    requiredScopes: scopesOf(envelope),
    // The taken value's owner is the second id of the sentence, not the first.
    existingId: taken?.[2] ?? existingIdIn(message),
    oauthCode: word(envelope.status) ?? word(envelope.error),
    uniqueValueTaken: taken !== null,
  };
}

/** `Contact already exists. Existing ID: 6001`: the id is only in the text (hubspot-facts §6). */
export function existingIdIn(message: string): string | null {
  return /Existing ID: (\d{1,20})\b/i.exec(message)?.[1] ?? null;
}

/** JSON, or undefined when the text is none (HTML, empty, cut short). */
export function parseJson(body: string): unknown {
  if (body === "") return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined; // callers treat "no JSON" as an answer of its own
  }
}

function policyOf(envelope: Json, message: string): string | null {
  const named = word(envelope.policyName);
  if (named !== null) return named;
  if (/\bdaily limit/i.test(message)) return "DAILY";
  if (/\bten_secondly/i.test(message)) return "TEN_SECONDLY_ROLLING";
  return /\bsecondly limit/i.test(message) ? "SECONDLY" : null;
}

function reasonsOf(envelope: Json, message: string): readonly PropertyReason[] {
  const reasons: PropertyReason[] = [];
  for (const entry of list(envelope.errors)) {
    const error = object(entry);
    const context = object(error.context);
    const code = word(error.code) ?? word(error.subCategory);
    if (code === null) continue;
    const property = name(list(context.propertyName)[0]) ?? name(error.in);
    reasons.push({ property, code });
  }
  if (reasons.length > 0) return reasons.slice(0, mostReasons);
  // "Property values were not valid: [{"isValid":false,"error":"INVALID_EMAIL","name":"email",…}]"
  const start = message.indexOf("[{");
  const end = message.lastIndexOf("]");
  for (const entry of start < 0 || end < start ? [] : list(parseJson(message.slice(start, end + 1)))) {
    const code = word(object(entry).error) ?? word(object(entry).code);
    if (code !== null) reasons.push({ property: name(object(entry).name), code });
  }
  return reasons.slice(0, mostReasons);
}

function scopesOf(envelope: Json): readonly string[] {
  const scopes = new Set<string>();
  for (const source of [envelope, ...list(envelope.errors).map(object)]) {
    const context = object(source.context);
    for (const key of ["requiredGranularScopes", "requiredScopes"]) {
      for (const scope of list(context[key])) {
        if (typeof scope === "string" && /^[a-z][a-z0-9._-]{1,80}$/i.test(scope)) scopes.add(scope);
      }
    }
  }
  return [...scopes].slice(0, 20);
}

export function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** A code such as `VALIDATION_ERROR` or `Properties.PROPERTY_WITH_NAME_EXISTS`: anything longer or freer may be prose about a person. */
function word(value: unknown): string | null {
  return typeof value === "string" && /^[A-Za-z][A-Za-z0-9_.]{0,79}$/.test(value) ? value : null;
}

/** A property's internal name: lower case, digits, underscores. An e-mail address or a phone number does not fit. */
function name(value: unknown): string | null {
  return typeof value === "string" && /^[a-z][a-z0-9_]{0,99}$/.test(value) ? value : null;
}

function identifier(value: unknown): string | null {
  return typeof value === "string" && /^[0-9a-fA-F-]{8,64}$/.test(value) ? value : null;
}
