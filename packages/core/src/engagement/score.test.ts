import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countsOf, levelOf, type ScoredEvent, scoreOf, scoringOf } from "./score.ts";

const day = 86_400_000;
const now = 1_790_000_000_000;
const scoring = scoringOf({
  weights: { open: 1, click: 3, unsubscribe: -20 },
  halfLifeMs: 30 * day,
  levels: { high: 10, engaged: 2 },
});
const event: fc.Arbitrary<ScoredEvent> = fc.record({
  type: fc.constantFrom("open", "click", "unsubscribe", "unknown"),
  at: fc.integer({ min: now - 400 * day, max: now + day }),
});

describe("a score", () => {
  it("is worth half after a half-life, and nothing below nothing", () => {
    expect(scoreOf([{ type: "click", at: now - 30 * day }], now, scoring)).toBeCloseTo(1.5);
    expect(scoreOf([{ type: "click", at: now }], now, scoring)).toBe(3);
    expect(scoreOf([{ type: "click", at: now + day }], now, scoring), "the future counts as now").toBe(3);
    expect(
      scoreOf(
        [
          { type: "open", at: now },
          { type: "unsubscribe", at: now },
        ],
        now,
        scoring,
      ),
    ).toBe(0);
    expect(scoreOf([{ type: "unknown", at: now }], now, scoring)).toBe(0);
  });

  it("does not depend on the order of events, and only falls as time passes without new ones", () => {
    fc.assert(
      fc.property(fc.array(event), fc.integer({ min: 0, max: 90 * day }), (events, later) => {
        const score = scoreOf(events, now, scoring);
        expect(scoreOf([...events].reverse(), now, scoring)).toBeCloseTo(score, 8);
        const positive = events.filter(({ type }) => type !== "unsubscribe");
        expect(scoreOf(positive, now + day + later, scoring)).toBeLessThanOrEqual(
          scoreOf(positive, now + day, scoring) + 1e-9,
        );
        expect(score).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("has the highest level it has reached; counts do not fade", () => {
    expect([0, 2, 9.9, 10].map((score) => levelOf(score, scoring).name)).toEqual([null, "engaged", "engaged", "high"]);
    expect(
      countsOf([
        { type: "open", at: 0 },
        { type: "open", at: now },
        { type: "click", at: 1 },
      ]),
    ).toEqual({ open: 2, click: 1 });
  });

  it.each([
    { halfLifeMs: 0 },
    { halfLifeMs: Number.NaN },
    { weights: { open: Number.POSITIVE_INFINITY } },
    { levels: { high: Number.NaN } },
  ])("with settings that are none is refused: %o", (options) => {
    expect(() => scoringOf(options)).toThrow("engagement");
  });
});
