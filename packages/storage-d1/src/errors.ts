import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";

/**
 * D1 tells its failures apart by text alone. Each kind: a name for `details`, how D1 says it, and what we make of it.
 * The first that fits counts (https://developers.cloudflare.com/d1/observability/debug-d1/).
 */
const kinds = [
  {
    kind: "UNIQUE",
    says: /UNIQUE constraint failed/,
    code: "STORE_UNAVAILABLE",
    message: "D1 refused a row for a unique key",
  },
  {
    kind: "NOT_NULL",
    says: /NOT NULL constraint failed/,
    code: "INPUT_INVALID",
    message: "D1 refused a null in a required column",
  },
  {
    kind: "TOO_BIG",
    says: /SQLITE_TOOBIG|string or blob too big|statement too long/,
    code: "STORE_VALUE_TOO_LARGE",
    message: "D1 refused a value for its size; store less per row",
  },
  {
    kind: "FULL",
    says: /SQLITE_FULL|[Ee]xceeded maximum DB size/,
    code: "STORE_FULL",
    message: "the D1 database has no room left; remove what is not needed, or move tenants to another database",
  },
  {
    kind: "READ_ONLY",
    says: /SQLITE_READONLY|readonly database/,
    code: "STORE_READ_ONLY",
    message: "the D1 database is read-only; bind one that this Worker may write",
  },
  {
    kind: "OVERLOADED",
    says: /SQLITE_BUSY|SQLITE_LOCKED|is overloaded/,
    code: "STORE_BUSY",
    message: "D1 has more queries waiting than it can serve; try again, and send fewer at once",
  },
  {
    kind: "INVOCATION_LIMIT",
    says: /[Tt]oo many (?:API requests|subrequests)/,
    code: "STORE_UNAVAILABLE",
    message: "this invocation of the Worker used up its D1 queries; do less in one invocation",
  },
] as const;

/** A driver's error as one of ours, the driver's own in its `unsafe` details: D1's texts can hold bound values. */
export function storeError(error: unknown): HubspokeError {
  if (isHubspokeError(error)) return error;
  const found = kindOf(error);
  return new HubspokeError(
    found?.code ?? "STORE_UNAVAILABLE",
    found?.message ?? "D1 failed; whether it wrote is unknown; unsafeDetails() has what it said",
    { unsafe: error, details: { d1: found?.kind ?? "none" } },
  );
}

export function isUniqueViolation(error: unknown): boolean {
  return kindOf(error)?.kind === "UNIQUE";
}

function kindOf(error: unknown): (typeof kinds)[number] | undefined {
  if (!(error instanceof Error)) return undefined;
  return kinds.find(({ says }) => says.test(error.message));
}
