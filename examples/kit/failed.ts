import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import { errorResponse } from "@hubspoke/core/webhooks";
import type { ErrorRequestHandler } from "express";

/** Express's last middleware: every failure in the library's own form, without a word of a stranger's message. */
export const failed: ErrorRequestHandler = async (error, _req, res, _next) => {
  const parser = error instanceof Error && "status" in error && Number(error.status) < 500;
  if (!isHubspokeError(error) && !parser) console.error(`request failed: ${error instanceof Error ? error.name : "?"}`);
  const answer = errorResponse(parser ? new HubspokeError("INPUT_INVALID", "the body must be JSON") : error);
  res.status(answer.status).set(Object.fromEntries(answer.headers));
  res.send(await answer.text());
};
