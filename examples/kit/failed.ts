import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import { errorResponse } from "@hubspoke/core/webhooks";
import type { ErrorRequestHandler } from "express";

/** Postgres's words for a value that its column cannot hold: out of range, no time, no such text. */
const valueRefused: ReadonlySet<unknown> = new Set(["22003", "22007", "22008", "22021", "22P02", "22P05"]);

/** Express's last middleware: every failure in the library's own form, without a word of a stranger's message. */
export const failed: ErrorRequestHandler = async (error, _req, res, _next) => {
  const ours = isHubspokeError(error) ? error : visitors(error);
  if (ours === null) console.error(`request failed: ${error instanceof Error ? error.name : "?"}`);
  const answer = errorResponse(ours ?? error);
  res.status(answer.status).set(Object.fromEntries(answer.headers));
  res.send(await answer.text());
};

/** What is wrong with the request, where that is it; null: something is wrong here. */
function visitors(error: unknown): HubspokeError | null {
  if (!(error instanceof Error)) return null;
  if ("code" in error && valueRefused.has(error.code))
    return new HubspokeError("INPUT_INVALID", "a value is out of range, or holds what no text may");
  if (!("status" in error) || !(Number(error.status) < 500)) return null;
  if (error.status === 413) return new HubspokeError("BODY_TOO_LARGE", "the body is larger than what is taken here");
  const path = error instanceof URIError;
  return new HubspokeError("INPUT_INVALID", path ? "the address is not written as one" : "the body must be JSON");
}
