import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import { ForeignTransaction } from "./driver/connection.ts";

/** SQLite's primary result codes (https://sqlite.org/rescode.html). */
const codes = {
  SQLITE_PERM: 3,
  SQLITE_BUSY: 5,
  SQLITE_LOCKED: 6,
  SQLITE_READONLY: 8,
  SQLITE_CORRUPT: 11,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_TOOBIG: 18,
  SQLITE_CONSTRAINT: 19,
  SQLITE_NOTADB: 26,
} as const;
const notNull = 1299;
const unique: readonly number[] = [2067, 1555];

/**
 * A driver's error as one of ours, the driver's own in its `unsafe` details. `where` names the database for messages:
 * its path, or "the given database".
 */
export function storeError(error: unknown, where: string): HubspokeError {
  if (isHubspokeError(error)) return error;
  const options = { unsafe: error, details: { sqlite: extendedCode(error) ?? "none" } };
  if (error instanceof ForeignTransaction) {
    return new HubspokeError(
      "STORE_BUSY",
      `${where} is inside a transaction of the host; give Hubspoke a connection of its own`,
      options,
    );
  }
  const code = extendedCode(error);
  if (code === notNull)
    return new HubspokeError("INPUT_INVALID", `${where} refused a null in a required column`, options);
  switch (code === undefined ? undefined : code & 0xff) {
    case codes.SQLITE_BUSY:
    case codes.SQLITE_LOCKED:
      return new HubspokeError(
        "STORE_BUSY",
        `${where} stayed locked by another connection; try again, and keep other transactions short`,
        options,
      );
    case codes.SQLITE_READONLY:
      return new HubspokeError(
        "STORE_READ_ONLY",
        `${where} is read-only; make the file and its directory writable for this process`,
        options,
      );
    case codes.SQLITE_FULL:
      return new HubspokeError("STORE_FULL", `${where} has no room left; free disk space, then try again`, options);
    case codes.SQLITE_CANTOPEN:
    case codes.SQLITE_PERM:
      return new HubspokeError(
        "STORE_PATH_INVALID",
        `${where} can not be opened; check that its directory exists and that this process may write there`,
        options,
      );
    case codes.SQLITE_NOTADB:
      return new HubspokeError(
        "STORE_PATH_INVALID",
        `${where} is not a SQLite database; name another path, or move that file away`,
        options,
      );
    case codes.SQLITE_TOOBIG:
      return new HubspokeError("STORE_VALUE_TOO_LARGE", `${where} refused a value for its size`, options);
    case codes.SQLITE_CORRUPT:
      return new HubspokeError(
        "STORE_UNAVAILABLE",
        `${where} is damaged; stop all writers and restore it from a backup`,
        options,
      );
    default:
      return isClosed(error)
        ? new HubspokeError("STORE_CLOSED", `${where} was closed; construct a new storage to go on`, options)
        : new HubspokeError("STORE_UNAVAILABLE", `${where} failed; unsafeDetails() has what SQLite said`, options);
  }
}

export function isUniqueViolation(error: unknown): boolean {
  const code = extendedCode(error);
  return code !== undefined && unique.includes(code);
}

/** node:sqlite gives a number, better-sqlite3 a name; names of extended codes begin with their primary code's. */
function extendedCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  if (typeof errcode === "number") return errcode;
  if (typeof code !== "string") return undefined;
  if (code === "SQLITE_CONSTRAINT_UNIQUE") return 2067;
  if (code === "SQLITE_CONSTRAINT_PRIMARYKEY") return 1555;
  if (code === "SQLITE_CONSTRAINT_NOTNULL") return notNull;
  return Object.entries(codes).find(([name]) => code === name || code.startsWith(`${name}_`))?.[1];
}

/** Both drivers say it in words only: ERR_INVALID_STATE, and a TypeError. */
function isClosed(error: unknown): boolean {
  return error instanceof Error && /database (connection )?is not open/.test(error.message);
}
