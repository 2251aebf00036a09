import { parseJson } from "../values.ts";

/** What the triggers of a table were made for; kept beside them in the database, where it can not get lost. */
export interface OutboxShape {
  readonly table: string;
  readonly tenant: string;
  readonly id: string;
  /** Columns whose edits are seen, each with its own time. */
  readonly columns: readonly string[];
  /** Postgres: changes with every installation that may not have seen all since the one before. */
  readonly since?: string | undefined;
}

const format = 1;

export function described({ table, tenant, id, columns, since }: OutboxShape): string {
  // A slash may be escaped in JSON, so no column name can end a comment.
  return `hubspoke:${JSON.stringify({ format, table, tenant, id, columns, since }).replaceAll("/", "\\/")}`;
}

/** The shape in a text of ours; null for one of another format. */
export function shapeFrom(text: string): OutboxShape | null {
  const json = /^hubspoke:(.+)$/s.exec(text)?.[1];
  const found = (json === undefined ? undefined : parseJson(json)) as
    | (OutboxShape & { readonly format: number })
    | undefined;
  return found?.format === format ? found : null;
}

/** Whether triggers that were there have noted all that others in their place would have. */
export function sawAllOf(former: OutboxShape | null, { tenant, id, columns }: OutboxShape): former is OutboxShape {
  return former?.tenant === tenant && former.id === id && columns.every((column) => former.columns.includes(column));
}
