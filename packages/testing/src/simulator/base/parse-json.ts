import { invalidJson } from "./text-of.ts";

/** As deep as HubSpot's reader goes; whoever walks what is deeper runs out of stack. */
const MAX_DEPTH = 1_000;

/** Throws HubSpot's 400 for what is no JSON, or too deep. */
export function parseJson(text: string): unknown {
  // Whatever is too deep has at least that many brackets, opened and closed.
  if (text.length > 2 * MAX_DEPTH && depthOf(text) > MAX_DEPTH) {
    throw invalidJson(`Document nesting depth exceeds the maximum allowed (${MAX_DEPTH})`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw invalidJson("the body is not JSON");
  }
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (inText && sign === "\\") at++;
    else if (sign === '"') inText = !inText;
    else if (!inText && (sign === "[" || sign === "{")) deepest = Math.max(deepest, ++depth);
    else if (!inText && (sign === "]" || sign === "}")) depth--;
  }
  return deepest;
}
