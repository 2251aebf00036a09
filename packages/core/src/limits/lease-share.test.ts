import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fairShare, targetSlots, withinLimit } from "./lease-share.ts";

const holder = (slots: number, want = slots) => ({ slots, want });
const wants = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 });

describe("a fair share", () => {
  it("is what is wanted while there is enough, and equal parts where there is not", () => {
    expect(fairShare(190, 50, [holder(20), holder(30)])).toBe(50);
    expect(fairShare(190, 500, [holder(10)])).toBe(180);
    expect(fairShare(190, 500, [holder(0, 190), holder(190)])).toBe(64);
    expect(fairShare(190, 500, [])).toBe(190);
    expect(fairShare(5, 5, Array(9).fill(holder(0, 5)))).toBe(1);
  });

  it("never exceeds what is wanted, and all shares together leave nothing that somebody wants", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), wants, (limit, all) => {
        const shares = all.map((want, i) =>
          fairShare(
            limit,
            want,
            all.filter((_, j) => j !== i).map((other) => holder(0, other)),
          ),
        );
        const given = shares.reduce((sum, share) => sum + share, 0);
        const wanted = all.reduce((sum, want) => sum + want, 0);
        expect(shares.every((share, i) => share <= (all[i] as number))).toBe(true);
        // Rounded up, each by less than one slot.
        expect(given).toBeGreaterThanOrEqual(Math.min(limit, wanted));
        expect(given).toBeLessThan(limit + all.length + 1);
      }),
    );
  });
});

describe("the slots to aim for", () => {
  it("are the need and some to spare", () => {
    expect(targetSlots({ used: 0, queued: 1, limit: 190 }, [], 0)).toBe(3);
    expect(targetSlots({ used: 40, queued: 0, limit: 190 }, [], 40)).toBe(50);
    expect(targetSlots({ used: 190, queued: 1_000, limit: 190 }, [holder(0, 10)], 190)).toBe(180);
  });

  it("are none for a while where there are fewer slots than processes and somebody has none", () => {
    const others = [holder(1, 9), holder(1, 9), holder(1, 9), holder(1, 9), holder(0, 9)];
    expect(targetSlots({ used: 1, queued: 9, limit: 5 }, others, 1)).toBe(0);
    expect(targetSlots({ used: 0, queued: 9, limit: 5 }, others, 0)).toBe(1);
  });
});

describe("shares beside other programs", () => {
  it("shrink alike when together they are more than what is left, but never to nothing", () => {
    expect(withinLimit(47, 143, 190)).toBe(47);
    expect(withinLimit(40, 120, 80)).toBe(20);
    expect(withinLimit(1, 5, 2)).toBe(1);
    expect(withinLimit(0, 190, 100)).toBe(0);
  });
});
