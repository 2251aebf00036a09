import { HubSpotSyncError, HubspokeError } from "@hubspoke/core/errors";

/** A declaration that does not fit the table: found at first use, before anything is read or written. */
export function invalid(table: string, problem: string): HubSpotSyncError {
  return new HubSpotSyncError("SYNC_DECLARATION_INVALID", `kyselySource("${table}"): ${problem}`, {
    details: { table },
  });
}

/** Waits between tries on a locked SQLite file, in ms: a second and a half altogether. */
const waits: readonly number[] = [1, 2, 5, 10, 20, 40, 80, 160, 320, 800];

/**
 * Runs a statement or a transaction of the host's database. One that found the file locked has changed nothing and is
 * repeated, without blocking: the connection that holds the lock may wait for this very event loop. A driver's text can
 * hold values of the row, so it travels as unsafe.
 */
export async function attempt<T>(table: string, doing: string, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof HubspokeError) throw error;
      const wait = isBusy(error) ? waits[tries] : undefined;
      if (wait === undefined) {
        throw new HubSpotSyncError(
          "SYNC_LOCAL_FAILED",
          `kyselySource("${table}"): the database refused to ${doing}; its own words are in unsafeDetails()`,
          { unsafe: error, details: { table } },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

interface DriverError {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly errcode?: unknown;
  /** Postgres: the column a null was refused in, and `Key (workspace_id, email)=(…) already exists.` */
  readonly column?: unknown;
  readonly detail?: unknown;
  /** Postgres: the function of the server that refused, the same in every language of its messages. */
  readonly routine?: unknown;
}

function isBusy(error: unknown): boolean {
  const { code, errcode } = unwrap(error);
  if (typeof errcode === "number") return (errcode & 0xff) === 5 || (errcode & 0xff) === 6;
  return typeof code === "string" && /^SQLITE_(?:BUSY|LOCKED)/.test(code);
}

/**
 * Postgres: a value or constraint (22, 23), a view's check, a trigger's `raise exception`, and a value too long for an index.
 * Not a missing grant, which has the code of a policy and is no row's fault.
 */
const ofRow = /^(?:2[23][0-9A-Z]{3}|44000|P0001|54000)$/;
const isPolicy = ({ code, routine, message }: DriverError): boolean =>
  code === "42501" && (routine === "ExecWithCheckOptions" || /row-level security/.test(String(message)));

/** Whether the database refused the values themselves: repeating the same write can not help. */
export function isConstraintViolation(error: unknown): boolean {
  const said = unwrap(error);
  const { code, errcode, message } = said;
  if (typeof errcode === "number") return (errcode & 0xff) === 19; // node:sqlite: SQLITE_CONSTRAINT and its kinds
  if (typeof code === "string" && (code.startsWith("SQLITE_CONSTRAINT") || ofRow.test(code))) return true;
  if (isPolicy(said)) return true;
  return typeof message === "string" && /constraint failed/i.test(message);
}

/** The columns a constraint's message names: `UNIQUE constraint failed: leads.workspace_id, leads.email`. */
export function columnsNamed(error: unknown, columns: readonly string[]): string[] {
  const { message, column, detail } = unwrap(error);
  if (typeof column === "string") return columns.filter((one) => one === column);
  const key = typeof detail === "string" ? /^Key \((.+?)\)=\(/.exec(detail)?.[1] : undefined;
  if (key !== undefined) {
    const inKey = key.split(", ").map((one) => one.replace(/^"(.*)"$/, "$1").replaceAll('""', '"'));
    return columns.filter((one) => inKey.includes(one));
  }
  if (typeof message !== "string") return [];
  const named = new Set(message.replace(/^[^:]*:\s*/, "").split(/,\s*/));
  return columns.filter((column) => [...named].some((one) => one === column || one.endsWith(`.${column}`)));
}

function unwrap(error: unknown): DriverError {
  const inner = error instanceof HubspokeError ? error.unsafeDetails() : error;
  return typeof inner === "object" && inner !== null ? inner : {};
}

/** What the table holds can not be used as declared. */
export function failed(table: string, problem: string): HubSpotSyncError {
  return new HubSpotSyncError("SYNC_LOCAL_FAILED", `kyselySource("${table}"): ${problem}`, { details: { table } });
}
