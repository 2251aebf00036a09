import { sql } from "kysely";
import type { SqlRow, Table } from "./columns.ts";
import type { Session } from "./session.ts";
import { type Statement, statement } from "./statement.ts";

type ByKey = Statement<{ keyId: string; limit: number }>;

/** Rows of all tenants that are sealed under another key than the wanted one, at most `limit`. */
export function underAnotherKey<Row>(
  table: Table<Row>,
): (session: Session, keyId: string, limit: number) => Promise<Row[]> {
  // Ranges around the wanted key, each by itself, because no index serves "other than".
  const [before, after] = ["<", ">"].map((than) =>
    statement<{ keyId: string; limit: number }>(
      ({ atMost, value }) => sql`
        select ${sql.raw(table.list)} from ${sql.raw(table.name)} where key_id ${sql.raw(than)} ${value("keyId")}
        order by key_id ${atMost("limit")}`,
    ),
  ) as [ByKey, ByKey];
  const decode = (row: SqlRow): Row => table.decode(row);
  return async (session, keyId, limit) => {
    const found = await session.all(before, { keyId, limit }, decode);
    const left = limit - found.length;
    return left === 0 ? found : [...found, ...(await session.all(after, { keyId, limit: left }, decode))];
  };
}
