import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Call, QueryValue } from "./call.ts";

/** A path taken apart: texts, and between each two of them the name of a parameter. */
export interface PathTemplate {
  readonly texts: readonly string[];
  readonly names: readonly string[];
  readonly lists: ListText;
}

/** The last list of a path's queries and its text: programs read the same properties over and over. */
class ListText {
  #values: readonly (string | number)[] = [];
  #text = "";

  of(values: readonly (string | number)[]): string {
    const known = this.#values;
    let i = known.length === values.length ? 0 : -1;
    while (i >= 0 && i < values.length) i = values[i] === known[i] ? i + 1 : -1;
    if (i < 0) {
      this.#text = encoded(values.join(","));
      this.#values = [...values];
    }
    return this.#text;
  }
}

/** Takes a path apart, once for all calls of it. Errors: INPUT_INVALID for a path that is none. */
export function pathTemplate(path: string): PathTemplate {
  // The token goes to the base's host only: a path that does not start with exactly one slash could name another.
  if (!path.startsWith("/") || path.startsWith("//") || /[\\?#\s]/.test(path)) {
    throw invalid(`a path starts with one "/" and has no query of its own; pass "query"`);
  }
  if (!/^[\x21-\x7e]*$/.test(path)) throw invalid("a path is plain ASCII; pass other values as {name}, by `path`");
  const names: string[] = [];
  const texts = [""];
  for (const segment of path.slice(1).split("/")) {
    checkSegment(segment);
    texts[texts.length - 1] += "/";
    const name = /^\{([a-zA-Z]+)\}$/.exec(segment)?.[1];
    if (name !== undefined) {
      names.push(name);
      texts.push("");
      continue;
    }
    if (/[{}]/.test(segment)) throw invalid("a path parameter is a whole segment: /{name}/");
    texts[texts.length - 1] += segment;
  }
  return { texts, names, lists: new ListText() };
}

/**
 * The address of a call: base, path of the version with its parameters encoded, query.
 * Errors: INPUT_INVALID for a parameter that is missing, empty or a dot segment.
 */
export function buildUrl(base: string, path: PathTemplate, call: Pick<Call, "params" | "query">): string {
  const { texts, names, lists } = path;
  let out = base + texts[0];
  for (let i = 0; i < names.length; i++) out += parameter(names[i] as string, call.params) + texts[i + 1];
  return call.query === undefined ? out : out + queryText(call.query, lists);
}

/**
 * A server, and `fetch` before it, reads `%2e%2e` as `..`: what was looked at as one object's path would be another's.
 * Errors: INPUT_INVALID.
 */
function checkSegment(segment: string): void {
  const read = segment.includes("%") ? decoded(segment) : segment;
  if (read === "." || read === "..") throw invalid(`a path has no "." or ".." segments`);
  if (/[/\\]/.test(read)) throw invalid("a path has no encoded slashes; pass such a value as {name}, by `path`");
}

function parameter(name: string, params: Call["params"]): string {
  const value: unknown = params !== undefined && Object.hasOwn(params, name) ? params[name] : undefined;
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text === "" || text === "." || text === "..") {
    throw invalid(`the path parameter {${name}} needs a value`);
  }
  return encoded(text);
}

function queryText(query: Readonly<Record<string, QueryValue>>, lists: ListText): string {
  let out = "";
  for (const name of Object.keys(query)) {
    const value = query[name];
    if (value === undefined || value === null) continue;
    if (typeof value === "object" && !Array.isArray(value))
      throw invalid("a query value is a text, a number, a boolean or a list");
    out += `${out === "" ? "?" : "&"}${encoded(name)}=${Array.isArray(value) ? lists.of(value) : encoded(String(value))}`;
  }
  return out;
}

/** What stands in an address as it is: ids, names of parameters, most single values. */
const plain = /^[\w.~-]*$/;

/** Half a character, as a text cut in the middle has one, is no text to encode. */
function encoded(text: string): string {
  if (plain.test(text)) return text;
  try {
    return encodeURIComponent(text);
  } catch {
    throw invalid("a path parameter or a query value is not well-formed text");
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalid("a path is not percent-encoded UTF-8");
  }
}

function invalid(why: string): HubspokeError {
  return new HubspokeError("INPUT_INVALID", `INPUT_INVALID: ${why}`);
}
