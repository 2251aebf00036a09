import { HubspokeError } from "@hubspoke/core/errors";
import { expressErrors } from "@hubspoke/express";
import type { ErrorRequestHandler } from "express";

/** Postgres's words for a value that its column cannot hold: out of range, no time, no such text. */
const valueRefused: ReadonlySet<unknown> = new Set(["22003", "22007", "22008", "22021", "22P02", "22P05"]);

const answered = expressErrors((error) => {
  console.error(`request failed: ${error instanceof Error ? error.name : "?"}`);
});

/** Express's last middleware for a product on Postgres: a value that it refused is the request's fault. */
export const failed: ErrorRequestHandler = (error, req, res, next) => {
  const refused = error instanceof Error && "code" in error && valueRefused.has(error.code);
  const why = "a value is out of range, or holds what no text may";
  answered(refused ? new HubspokeError("INPUT_INVALID", why) : error, req, res, next);
};
