/**
 * A statement with the schema before each of our names. In the text and not in the connection's `search_path`: behind a
 * pooler, or on a host's own pool, a session's setting is somebody else's the next moment. An index being made takes no
 * schema; it is where its table is.
 */
export function qualify(sql: string, schema: string): string {
  return sql.replace(/(?<!\bindex )\bhubspoke_\w+/g, (name) => `${quoted(schema)}.${name}`);
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
