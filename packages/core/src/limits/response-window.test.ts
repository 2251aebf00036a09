import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fullestWindow, logNormal, saturate, seeded } from "./model-server.fixture.ts";
import { ResponseWindow } from "./response-window.ts";

const windowMs = 10_000;

describe("at the server, under any network", () => {
  it("no window ever holds more than the limit", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 50, max: 20_000 }),
        fc.integer({ min: 0, max: 5_000 }),
        fc.integer({ min: 0, max: 5_000 }),
        fc.nat(),
        (limit, size, thereMost, backMost, seed) => {
          const random = seeded(seed);
          const jitter = () => [random() * thereMost, random() * backMost] as const;
          const idle = () => (random() < 0.05 ? random() * size * 2 : 0);
          const run = saturate(new ResponseWindow({ limit, windowMs: size }), jitter, 400, idle);
          expect(fullestWindow(run.arrivals, size)).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("neither when answers are lost and requests are never sent", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (limit, seed) => {
        const random = seeded(seed);
        const jitter = () => {
          const draw = random();
          // A lost request may reach the server up to two seconds after the client gave it up.
          if (draw < 0.1) return [900 + random() * 1_900, -800, "lost"] as const;
          return draw < 0.2 ? ([0, 0, "unsent"] as const) : ([random() * 300, random() * 300] as const);
        };
        const run = saturate(new ResponseWindow({ limit, windowMs: 2_000 }), jitter, 300);
        expect(fullestWindow(run.arrivals, 2_000)).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 100 },
    );
  });
});

describe("utilisation", () => {
  const spreads = {
    "constant 100 ms": () => () => [50, 50] as const,
    "log-normal, median 120 ms, σ 0.8, cap 2 s": (random: () => number) => () => {
      const time = logNormal(random, 120, 0.8, 2_000);
      const share = random();
      return [time * share, time * (1 - share)] as const;
    },
    "uniform 10 ms to 2 s": (random: () => number) => () => {
      const time = 10 + random() * 1_990;
      const share = random();
      return [time * share, time * (1 - share)] as const;
    },
  };
  for (const [name, make] of Object.entries(spreads)) {
    it(`is at least 0.98 · W / (W + response time): ${name}`, () => {
      const count = 40_000;
      const run = saturate(new ResponseWindow({ limit: 190, windowMs }), make(seeded(7)), count);
      const used = count / ((run.durationMs / windowMs) * 190);
      expect(fullestWindow(run.arrivals, windowMs)).toBeLessThanOrEqual(190);
      expect(used).toBeGreaterThanOrEqual((0.98 * windowMs) / (windowMs + run.meanResponseMs));
    });
  }
});

describe("slots", () => {
  it("return one window and a millisecond after the answer", () => {
    const window = new ResponseWindow({ limit: 2, windowMs });
    window.take();
    window.settle(500, "answered");
    expect(window.used(500 + windowMs)).toBe(1);
    expect(window.returnsAt(1)).toBe(500 + windowMs + 1);
    expect(window.used(500 + windowMs + 1)).toBe(0);
    expect(window.returnsAt(1)).toBeNull();
  });

  it("of a request that was never sent return at once", () => {
    const window = new ResponseWindow({ limit: 1, windowMs });
    window.take();
    expect(window.used(0)).toBe(1);
    window.settle(0, "unsent");
    expect(window.used(0)).toBe(0);
  });

  it("outgrow the ring without losing one", () => {
    const window = new ResponseWindow({ limit: 1_000, windowMs });
    for (let i = 0; i < 1_000; i++) {
      window.take();
      if (i >= 40) window.settle(i, "answered");
    }
    expect(window.used(1_000)).toBe(1_000);
    expect(window.used(40 + windowMs + 1)).toBe(999);
    expect(window.returnsAt(2)).toBe(42 + windowMs + 1);
  });

  it("follow a limit that HubSpot lowers or raises", () => {
    const window = new ResponseWindow({ limit: 2, windowMs });
    window.take();
    window.resize({ limit: 190, windowMs: 5_000 });
    expect(window.limit).toBe(190);
    window.settle(0, "answered");
    expect(window.used(5_001)).toBe(0);
  });
});
