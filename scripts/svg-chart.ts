/** Bar and line charts as SVG text, for pages: no dependency, and the same numbers give the same bytes. */
import { type Comparison, type Growth, number } from "../bench/lib/report.ts";

const WIDTH = 720;
const FONT = "font-family='ui-sans-serif, system-ui, sans-serif'";
const INK = "#1f2937";
const FAINT = "#d1d5db";
const COLOURS = ["#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2", "#be185d", "#4d7c0f"] as const;

/** Horizontal bars from zero, with a whisker from the least to the most where a bar has them. */
export function bars({ what, unit, bars: all }: Comparison): string {
  const left = 210;
  const right = 120;
  const step = 34;
  const top = 44;
  const most = Math.max(...all.map(({ value, high }) => Math.max(value, high ?? 0)), Number.MIN_VALUE);
  const x = (value: number): number => left + (value / most) * (WIDTH - left - right);
  const rows = all.flatMap(({ label, value, low, high }, i) => {
    const y = top + i * step;
    const middle = y + 11;
    return [
      text(left - 10, middle + 4, label, "end"),
      `<rect x="${left}" y="${y}" width="${at(x(value) - left)}" height="22" rx="3" fill="${colour(i)}"/>`,
      ...(low === undefined || high === undefined
        ? []
        : [
            `<path d="M${at(x(low))} ${middle}H${at(x(high))}M${at(x(low))} ${middle - 5}v10M${at(x(high))} ${middle - 5}v10" stroke="${INK}" stroke-width="1.5" fill="none"/>`,
          ]),
      text(x(Math.max(value, high ?? 0)) + 8, middle + 4, number(value), "start"),
    ];
  });
  return picture(top + all.length * step + 6, [text(16, 24, `${what}, ${unit}`, "start", true), ...rows]);
}

/** Costs over size, both axes logarithmic: a straight line one up for one right is a cost that grows with the size. */
export function lines(all: readonly Growth[]): string {
  const [first] = all;
  if (first === undefined) throw new Error("A chart needs at least one line");
  const area = { left: 70, right: 48, top: 44, height: 280 };
  const sizes = all.flatMap(({ points }) => points.map(({ n }) => n));
  const values = all.flatMap(({ points }) => points.map(({ value }) => value)).filter((value) => value > 0);
  const xs = decades(sizes);
  const ys = decades(values);
  const x = (n: number): number => area.left + part(n, xs) * (WIDTH - area.left - area.right);
  const y = (value: number): number => area.top + (1 - part(Math.max(value, 10 ** ys.low), ys)) * area.height;
  const grid = [
    ...powers(xs).flatMap((n) => [
      rule(x(n), area.top, x(n), area.top + area.height),
      text(x(n), area.top + area.height + 20, number(n), "middle"),
    ]),
    ...powers(ys).flatMap((value) => [
      rule(area.left, y(value), WIDTH - area.right, y(value)),
      text(area.left - 8, y(value) + 4, number(value), "end"),
    ]),
  ];
  const drawn = all.flatMap(({ points }, i) => [
    `<polyline points="${points.map(({ n, value }) => `${at(x(n))},${at(y(value))}`).join(" ")}" fill="none" stroke="${colour(i)}" stroke-width="2.5"/>`,
    ...points.map(({ n, value }) => `<circle cx="${at(x(n))}" cy="${at(y(value))}" r="4" fill="${colour(i)}"/>`),
  ]);
  const below = area.top + area.height + 48;
  const legend = all.flatMap(({ what }, i) => [
    `<rect x="${area.left}" y="${below + i * 22 - 10}" width="14" height="10" fill="${colour(i)}"/>`,
    text(area.left + 22, below + i * 22, what, "start"),
  ]);
  return picture(below + all.length * 22, [
    text(16, 24, `${first.unit} by ${first.by}, both axes logarithmic`, "start", true),
    ...grid,
    ...drawn,
    ...legend,
  ]);
}

interface Decades {
  readonly low: number;
  readonly high: number;
}

function decades(values: readonly number[]): Decades {
  if (values.length === 0) return { low: 0, high: 1 };
  const low = Math.floor(Math.log10(Math.min(...values)));
  return { low, high: Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)))) };
}

function part(value: number, { low, high }: Decades): number {
  return (Math.log10(value) - low) / (high - low);
}

function powers({ low, high }: Decades): number[] {
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
}

function colour(index: number): string {
  return COLOURS[index % COLOURS.length] ?? COLOURS[0];
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${at(x1)} ${at(y1)}L${at(x2)} ${at(y2)}" stroke="${FAINT}"/>`;
}

function text(x: number, y: number, words: string, anchor: "start" | "middle" | "end", heading = false): string {
  const weight = heading ? " font-weight='600'" : "";
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" ${FONT} font-size="13"${weight} fill="${INK}">${escaped(words)}</text>`;
}

/** On white, so that it can be read on a dark page as well. */
function picture(height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<rect width="${WIDTH}" height="${height}" rx="6" fill="#ffffff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}
