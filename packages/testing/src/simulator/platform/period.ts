const UNIT_MS: Readonly<Record<string, number>> = {
  Y: 365 * 86_400_000,
  M: 30 * 86_400_000,
  W: 7 * 86_400_000,
  D: 86_400_000,
  TH: 3_600_000,
  TM: 60_000,
  TS: 1_000,
};

/** Milliseconds of an ISO 8601 period such as `P1WT1H`, months being 30 days; `undefined` for anything else. */
export function periodMs(text: string): number | undefined {
  if (text === "P" || !/^P(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?$/.test(text)) return undefined;
  const [date = "", time = ""] = text.slice(1).split("T");
  return sum(date, "") + sum(time, "T");
}

function sum(parts: string, prefix: string): number {
  let total = 0;
  for (const [, count, unit = ""] of parts.matchAll(/(\d+)([A-Z])/g)) {
    total += Number(count) * (UNIT_MS[prefix + unit] ?? 0);
  }
  return total;
}
