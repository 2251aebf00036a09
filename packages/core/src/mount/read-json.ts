import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Clock } from "../ports/clock.ts";
import { utf8Text } from "../util/bytes.ts";
import { readBody } from "../webhooks/http/read-body.ts";
import type { HandleOptions } from "./options.ts";

const limits = { maxBytes: 256 * 1024, timeoutMs: 10_000 };

/**
 * The JSON body of a request to one of our own routes; `empty` where there is none at all. Throws BODY_TOO_LARGE or
 * INPUT_INVALID.
 */
export async function readJson(
  request: Request,
  consumed: HandleOptions["consumed"],
  clock: Clock,
  empty?: unknown,
): Promise<unknown> {
  if (consumed !== undefined) return consumed.parsed ?? empty;
  const body = await readBody(request, limits, clock);
  if (!body.ok) {
    if (body.reason === "too-large") {
      throw new HubspokeError("BODY_TOO_LARGE", `the body is larger than ${limits.maxBytes} bytes`);
    }
    throw new HubspokeError("INPUT_INVALID", "the body could not be read to its end");
  }
  if (body.bytes.length === 0 && empty !== undefined) return empty;
  const text = utf8Text(body.bytes);
  try {
    return JSON.parse(text ?? "");
  } catch (error) {
    throw new HubspokeError("INPUT_INVALID", "the body is not JSON in UTF-8", { unsafe: error });
  }
}
