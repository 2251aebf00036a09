import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Call, QueryValue } from "./call.ts";

/**
 * The address of a call: base, path of the version with its parameters encoded, query.
 * Errors: INPUT_INVALID for a parameter that is missing, empty or a dot segment, and for a path that is none.
 */
export function buildUrl(base: string, path: string, call: Pick<Call, "params" | "query" | "template">): string {
  // The token goes to the base's host only: a path that does not start with exactly one slash could name another.
  if (!path.startsWith("/") || path.startsWith("//") || /[\\?#\s]/.test(path)) {
    throw invalid(`a path starts with one "/" and has no query of its own; pass "query"`);
  }
  let out = base;
  for (const segment of path.slice(1).split("/")) out += `/${fill(segment, call)}`;
  return call.query === undefined ? out : out + queryText(call.query);
}

function fill(segment: string, call: Pick<Call, "params">): string {
  if (segment === "." || segment === "..") throw invalid(`a path has no "." or ".." segments`);
  const name = /^\{([a-zA-Z]+)\}$/.exec(segment)?.[1];
  if (name === undefined) {
    if (/[{}]/.test(segment)) throw invalid("a path parameter is a whole segment: /{name}/");
    return segment;
  }
  const value = call.params?.[name];
  if (value === undefined || value === "" || value === "." || value === "..") {
    throw invalid(`the path parameter {${name}} needs a value`);
  }
  return encodeURIComponent(value);
}

function queryText(query: Readonly<Record<string, QueryValue>>): string {
  const out: string[] = [];
  for (const name of Object.keys(query)) {
    const value = query[name];
    if (value === undefined || value === null) continue;
    const text = typeof value === "object" ? value.join(",") : String(value);
    out.push(`${encodeURIComponent(name)}=${encodeURIComponent(text)}`);
  }
  return out.length === 0 ? "" : `?${out.join("&")}`;
}

function invalid(why: string): HubspokeError {
  return new HubspokeError("INPUT_INVALID", `INPUT_INVALID: ${why}`);
}
