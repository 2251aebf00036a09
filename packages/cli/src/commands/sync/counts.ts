import { columns } from "../../base/text.ts";

/** `name  12`, the most first; what is 0 is left out. */
export function countLines(counts: Readonly<Record<string, number>>): string {
  const rows = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => ["", name, String(count)]);
  return rows.length === 0 ? "  nothing to do\n" : columns(rows);
}
