import { HubspokeError } from "../errors/hubspoke-error.ts";
import { utf8Text } from "../util/bytes.ts";

/** Events are two levels deep. What is deeper is no event, and parsing it would only cost stack. */
const maxDepth = 32;
/** HubSpot sends up to 100 events and promises no number (hubspot-facts §5.1). */
const maxEvents = 10_000;

/**
 * The items of a verified body. HubSpot sends an array; a single object counts as one item. What the items hold is
 * `reduceEvent`'s business, so that one strange item never costs the other 99.
 *
 * Throws WEBHOOK_MALFORMED for what is not UTF-8, not JSON, no array or object, too deep or too long.
 */
export function parseItems(body: Uint8Array): readonly unknown[] {
  if (nestsDeeperThan(body, maxDepth)) throw malformed(`nests deeper than ${maxDepth} levels`);
  const text = utf8Text(body);
  if (text === undefined) throw malformed("is not UTF-8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw malformed("is not JSON", error);
  }
  if (typeof value !== "object" || value === null) throw malformed("is neither an array nor an object");
  if (!Array.isArray(value)) return [value];
  if (value.length > maxEvents) throw malformed(`holds more than ${maxEvents} events`);
  return value;
}

/** Whether JSON text opens more than `depth` brackets inside each other. Runs over the bytes once, without a stack. */
export function nestsDeeperThan(json: Uint8Array, depth: number): boolean {
  let open = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (inText) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++open > depth) return true;
    } else if (byte === 0x5d || byte === 0x7d) open--;
  }
  return false;
}

function malformed(what: string, unsafe?: unknown): HubspokeError<"WEBHOOK_MALFORMED"> {
  return new HubspokeError("WEBHOOK_MALFORMED", `the webhook body ${what}; nothing was stored`, { unsafe });
}
