import { element } from "../../kit/page/elements.js";
import { many } from "./talk.js";

const svg = (tag, attributes, ...children) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};
const words = (x, y, text, more = {}) => svg("text", { x, y, ...more }, text);
const minute = 60_000;
const span = 60;
const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/** Milliseconds as people say them. */
export function lasting(ms) {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${Math.round(ms / minute)} min`;
}

/** The sixty minutes up to now, all syncs together; minutes in which nothing happened are there too. */
export function minutesOf(rows, now) {
  const last = Math.floor(now / minute) * minute;
  const minutes = Array.from({ length: span }, (_, i) => ({
    at: last - (span - 1 - i) * minute,
    lag: 0,
    records: 0,
    failed: 0,
  }));
  const by = new Map(minutes.map((one) => [one.at, one]));
  for (const row of rows) {
    const one = by.get(row.minute);
    if (one === undefined) continue;
    one.lag = Math.max(one.lag, row.lagMs);
    one.records += row.done;
    one.failed += row.failed;
  }
  return minutes;
}

/** A round number at or above the largest value, so that the axis can be read. */
function top(values, least) {
  const most = Math.max(least, ...values);
  const unit = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((factor) => factor * unit).find((value) => value >= most);
}

/** Lag as a line above, volume as bars below, over one hour. */
export function plot(place, minutes) {
  const width = Math.max(280, place.clientWidth);
  const [left, right, each, gap] = [64, 8, 104, 46];
  const step = (width - left - right) / span;
  const x = (i) => left + i * step;
  const lags = top(
    minutes.map(({ lag }) => lag),
    1_000,
  );
  const volume = top(
    minutes.map(({ records, failed }) => records + failed),
    10,
  );
  const [lagFoot, volumeFoot] = [20 + each, 20 + each + gap + each];
  const lagAt = (value) => lagFoot - (value / lags) * each;
  const volumeAt = (value) => volumeFoot - (value / volume) * each;
  const worst = Math.max(...minutes.map(({ lag }) => lag));
  const all = minutes.reduce((sum, { records }) => sum + records, 0);
  const failed = minutes.reduce((sum, one) => sum + one.failed, 0);
  const told = `In the last hour ${many(all, "record")} travelled, ${many(failed, "attempt")} failed, and the longest lag was ${lasting(worst)}.`;
  const axis = (foot, most, unit) => [
    svg("line", { class: "axis", x1: left, x2: width - right, y1: foot, y2: foot }),
    svg("line", { class: "grid", x1: left, x2: width - right, y1: foot - each, y2: foot - each }),
    words(left - 6, foot - each + 4, unit(most), { "text-anchor": "end" }),
    words(left - 6, foot + 4, "0", { "text-anchor": "end" }),
  ];
  const line = minutes.map(({ lag }, i) => `${i === 0 ? "M" : "L"}${x(i + 0.5).toFixed(1)} ${lagAt(lag).toFixed(1)}`);
  const bars = minutes.flatMap((one, i) => {
    const bar = (kind, from, to) =>
      svg("rect", {
        class: kind,
        x: x(i) + step * 0.1,
        width: step * 0.8,
        y: volumeAt(to),
        height: volumeAt(from) - volumeAt(to),
      });
    const hit = svg("rect", { class: "hit", x: x(i), width: step, y: 20, height: volumeFoot - 20 });
    hit.append(
      svg(
        "title",
        {},
        `${clock(one.at)}: ${many(one.records, "record")}, ${one.failed} failed, lag ${lasting(one.lag)}`,
      ),
    );
    return [bar("records", 0, one.records), bar("failed", one.records, one.records + one.failed), hit];
  });
  const marks = [0, 20, 40, 59].map((i) =>
    words(x(i + 0.5), volumeFoot + 18, clock(minutes[i].at), { "text-anchor": i === 59 ? "end" : "middle" }),
  );
  place.replaceChildren(
    svg(
      "svg",
      { viewBox: `0 0 ${width} ${volumeFoot + 26}`, width, height: volumeFoot + 26, role: "img", "aria-label": told },
      words(left, 12, "Longest lag between a change and its sync", { class: "name" }),
      ...axis(lagFoot, lags, lasting),
      svg("path", { class: "lag", d: line.join("") }),
      words(left, lagFoot + gap - 8, "Records per minute; failed attempts in red", { class: "name" }),
      ...axis(volumeFoot, volume, String),
      ...bars,
      ...marks,
    ),
    element("p", told),
  );
}
