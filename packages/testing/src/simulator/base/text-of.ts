import { ApiError } from "./api-error.ts";

/**
 * A text of a JSON body, as HubSpot's reader takes it: numbers and booleans are text too, and what is absent or null is
 * `""`. An object or array is HubSpot's 400, which names no category (recorded: HubSpot.NET issue 23).
 */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "object") return String(value);
  throw malformed("java.lang.String", value);
}

/** The same, where nothing said is not the same as an empty text. */
export function optionalText(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : textOf(value);
}

/** A number, or a text that is one; NaN for everything else that may stand there. Throws as `textOf` does. */
export function numberOf(value: unknown): number {
  const text = textOf(value).trim();
  return text === "" || typeof value === "boolean" ? Number.NaN : Number(text);
}

/** A whole number; throws where there is none. */
export function wholeOf(value: unknown): number {
  const number = numberOf(value);
  if (Number.isSafeInteger(number)) return number;
  throw malformed("int", value);
}

/** An object whose values are texts. */
export function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed("java.util.Map", value);
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, textOf(text)]));
}

/** HubSpot's 400 for JSON of another shape than it reads. Where in the body it is, the simulator does not know. */
export function malformed(wanted: string, value: unknown): ApiError {
  const [kind, token] = Array.isArray(value)
    ? ["Array value", "START_ARRAY"]
    : typeof value === "object" && value !== null
      ? ["Object value", "START_OBJECT"]
      : ["String", "VALUE_STRING"];
  return invalidJson(`Cannot deserialize value of type \`${wanted}\` from ${kind} (token \`JsonToken.${token}\`)`);
}

export function invalidJson(reason: string): ApiError {
  return new ApiError(400, `Invalid input JSON on line 1, column 1: ${reason}`);
}
