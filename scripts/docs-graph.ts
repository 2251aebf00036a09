/** Draws `graph TD` of a page as SVG, so that the site needs no drawing program in the browser. */

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

const BOX = { width: 200, height: 34, gapX: 18, gapY: 58 } as const;
const PER_ROW = 4;

export function drawGraph(source: string): string {
  const names = new Map<string, string>();
  const edges: Edge[] = [];
  for (const line of source.split("\n")) {
    const [, id, name] = /^\s*([\w-]+)\["([^"]+)"\]$/.exec(line) ?? [];
    if (id !== undefined && name !== undefined) names.set(id, name);
    const [, from, label = "", to] = /^\s*([\w-]+) -->(?:\|"([^"]*)"\|)? ([\w-]+)$/.exec(line) ?? [];
    if (from !== undefined && to !== undefined) edges.push({ from, to, label });
  }
  if (names.size === 0) throw new Error("Of a drawing the site understands `graph TD` with boxes and arrows only.");
  const drawn = withoutDetours(edges);
  return svg(names, drawn, places([...names.keys()], edges)) + tableOf(names, edges);
}

/** An arrow that only repeats what a longer way says is left out of the drawing; the table has them all. */
function withoutDetours(edges: readonly Edge[]): Edge[] {
  const reaches = (from: string, to: string): boolean =>
    edges.some((edge) => edge.from === from && (edge.to === to || reaches(edge.to, to)));
  return edges.filter(
    ({ from, to }) => !edges.some((edge) => edge.from === from && edge.to !== to && reaches(edge.to, to)),
  );
}

function tableOf(names: ReadonlyMap<string, string>, edges: readonly Edge[]): string {
  const rows = edges.map(
    ({ from, to, label }) =>
      `<tr><td>${names.get(from)}</td><td>${names.get(to)}</td><td><code>${label}</code></td></tr>`,
  );
  return `<table><thead><tr><th>package</th><th>imports</th><th>through</th></tr></thead><tbody>${rows.join("")}</tbody></table>\n`;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** What imports nothing stands at the bottom, everything else one row above the highest thing it imports. */
function places(ids: readonly string[], edges: readonly Edge[]): ReadonlyMap<string, Place> {
  const heights = new Map<string, number>();
  const heightOf = (id: string): number => {
    const known = heights.get(id);
    if (known !== undefined) return known;
    heights.set(id, 0);
    const height = Math.max(0, ...edges.filter(({ from }) => from === id).map(({ to }) => heightOf(to) + 1));
    heights.set(id, height);
    return height;
  };
  const top = Math.max(...ids.map(heightOf));
  const rows = Array.from({ length: top + 1 }, (_, row) => ids.filter((id) => heightOf(id) === top - row));
  const isUsed = (id: string): boolean => edges.some(({ to }) => to === id);
  // Of a row that is too long, what others import stands above the rest: fewer arrows cross it.
  const lines = rows.flatMap((row) =>
    row.length <= PER_ROW
      ? [row]
      : [row.filter(isUsed), row.filter((id) => !isUsed(id))].flatMap((part) => chunks(part, PER_ROW)),
  );
  return new Map(
    lines.flatMap((line, row) => {
      const width = line.length * BOX.width + (line.length - 1) * BOX.gapX;
      const left = (totalWidth() - width) / 2;
      return line.map((id, i): [string, Place] => [
        id,
        { x: left + i * (BOX.width + BOX.gapX), y: row * (BOX.height + BOX.gapY) + 4 },
      ]);
    }),
  );
}

const totalWidth = (): number => PER_ROW * BOX.width + (PER_ROW - 1) * BOX.gapX + 8;

function chunks(all: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

function svg(names: ReadonlyMap<string, string>, edges: readonly Edge[], at: ReadonlyMap<string, Place>): string {
  const height = Math.max(...[...at.values()].map(({ y }) => y)) + BOX.height + 8;
  const lines = edges.flatMap(({ from, to }) => {
    const [a, b] = [at.get(from), at.get(to)];
    if (a === undefined || b === undefined) return [];
    const [x1, y1, x2, y2] = [a.x + BOX.width / 2, a.y + BOX.height, b.x + BOX.width / 2, b.y - 3];
    const bend = Math.max(24, (y2 - y1) / 2);
    return [`<path d="M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}" marker-end="url(#arrow)"/>`];
  });
  const boxes = [...at].map(
    ([id, { x, y }]) =>
      `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6"/><text x="${x + BOX.width / 2}" y="${y + 22}">${names.get(id)}</text>`,
  );
  return [
    `<svg class="graph" viewBox="0 0 ${totalWidth()} ${height}" role="img" aria-label="${[...names.values()].join(", ")}">`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>`,
    `<g class="edges">${lines.join("")}</g>`,
    `<g class="boxes">${boxes.join("")}</g>`,
    "</svg>\n",
  ].join("");
}
