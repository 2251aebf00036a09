/** Columns as wide as their widest cell; the last is not padded. Empty ones are left out, but for the first, which indents. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
          .filter((_, i) => i === 0 || widths[i] !== 0)
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
