import { type ErrorCode, HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import { NoAnswer } from "./driver/timer.ts";

interface Kind {
  /** SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html): whole ones, or their class. */
  readonly states: readonly string[];
  readonly code: ErrorCode;
  readonly message: string;
}

/** The first that fits counts. */
const kinds: readonly Kind[] = [
  {
    states: ["40001", "40P01"],
    code: "STORE_BUSY",
    message: "Postgres undid the call again and again in favour of others; try again, with smaller batches",
  },
  {
    states: ["55P03", "57014"],
    code: "STORE_BUSY",
    message: "Postgres gave the call up: another transaction held its rows too long; keep transactions on them short",
  },
  {
    states: ["25006"],
    code: "STORE_READ_ONLY",
    message: "Postgres takes no writes here; connect to the primary, and let this role write",
  },
  {
    states: ["53100"],
    code: "STORE_FULL",
    message: "Postgres has no room left; free disk space, then try again",
  },
  {
    states: ["54"],
    code: "STORE_VALUE_TOO_LARGE",
    message: "Postgres refused a value for its size; store less per row, and keep keys short",
  },
  {
    states: ["22"],
    code: "INPUT_INVALID",
    message: "Postgres takes no such value; text must be without NUL characters",
  },
  {
    states: ["23502"],
    code: "INPUT_INVALID",
    message: "Postgres refused a null in a required column",
  },
  {
    states: ["23505"],
    code: "STORE_UNAVAILABLE",
    message: "Postgres refused a row for a unique key",
  },
  {
    states: ["42P01", "42703"],
    code: "SCHEMA_MISSING",
    message: "a table of Hubspoke's is gone or other than expected; run storage.migrate()",
  },
  {
    states: ["42501"],
    code: "STORE_PATH_INVALID",
    message: "this role may not do that; grant it usage of the schema, and all on Hubspoke's tables",
  },
  {
    states: ["28", "3D000", "3F000"],
    code: "STORE_PATH_INVALID",
    message: "Postgres lets nobody in by this name, password or database; check the address",
  },
  {
    states: ["53300"],
    code: "STORE_UNAVAILABLE",
    message: "Postgres has no connection left; use smaller pools, or a pooler",
  },
];

/** Before a connection stood. */
const notReached: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** A driver's error as one of ours, the driver's own in its `unsafe` details: Postgres' texts quote values of rows. */
export function storeError(error: unknown): HubspokeError {
  if (isHubspokeError(error)) return error;
  const state = stateOf(error);
  const options = { unsafe: error, details: { postgres: state ?? nodeCode(error) } };
  const kind = kinds.find(({ states }) =>
    states.some((one) => state === one || (one.length === 2 && isOf(state, one))),
  );
  if (kind !== undefined) return new HubspokeError(kind.code, kind.message, options);
  if (error instanceof NoAnswer) {
    return new HubspokeError(
      "STORE_UNAVAILABLE",
      "Postgres did not answer in time; whether it wrote is unknown, and writing again is harmless",
      { details: { postgres: "no answer" } },
    );
  }
  const cause = nodeCode(error);
  if (notReached.has(cause)) {
    return new HubspokeError(
      "STORE_UNAVAILABLE",
      `Postgres cannot be reached (${cause}); check that it runs, and the host and port in the address`,
      options,
    );
  }
  if (isEndedPool(error)) {
    return new HubspokeError("STORE_CLOSED", "the given pool was ended; construct a new storage to go on", options);
  }
  return new HubspokeError(
    "STORE_UNAVAILABLE",
    "Postgres failed or can not be reached; whether it wrote is unknown; unsafeDetails() has what the driver said",
    options,
  );
}

export function isUniqueViolation(error: unknown): boolean {
  return stateOf(error) === "23505";
}

/** Undone by the server for the sake of another transaction: nothing has happened, and the same may succeed now. */
export function isRepeatable(error: unknown): boolean {
  return ["40001", "40P01"].includes(stateOf(error) ?? "");
}

/** Whether the connection can be used again: the server answered, and did not say farewell. */
export function isConnectionAlive(error: unknown): boolean {
  const state = stateOf(error);
  return (
    state !== undefined && !["08", "57", "XX"].some((one) => isOf(state, one) && state !== "57014") && state !== "25P03"
  );
}

function isOf(state: string | undefined, stateClass: string): boolean {
  return state?.startsWith(stateClass) ?? false;
}

/** Node's own codes can have five capitals too (EPIPE); no class of SQLSTATEs begins with E. */
function stateOf(error: unknown): string | undefined {
  const { code } = (typeof error === "object" && error !== null ? error : {}) as { code?: unknown };
  return typeof code === "string" && /^(?!E)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function nodeCode(error: unknown): string {
  const { code } = (typeof error === "object" && error !== null ? error : {}) as { code?: unknown };
  return typeof code === "string" && /^[A-Z_]+$/.test(code) ? code : "none";
}

/** node-postgres says it in words only. */
function isEndedPool(error: unknown): boolean {
  return error instanceof Error && error.message === "Cannot use a pool after calling end on the pool";
}
