/**
 * A statement with the schema before each of our names. In the text and not in the connection's `search_path`: behind a
 * pooler, or on a host's own pool, a session's setting is somebody else's the next moment. What is made or
 * renamed beside its table takes no schema; it is where the table is.
 */
export function qualify(sql: string, schema: string): string {
  return sql.replace(
    /(?<!\bcreate (?:unique )?index |\brename to )\bhubspoke_\w+/g,
    (name) => `${quoted(schema)}.${name}`,
  );
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
