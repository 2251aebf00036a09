import { describe, expect, it, vi } from "vitest";
import { systemClock } from "./system-clock.ts";

describe("the system clock", () => {
  it("sleeps no shorter than asked, and stops at an abort", async () => {
    const start = systemClock.now();
    await systemClock.sleep(5);
    expect(systemClock.now() - start).toBeGreaterThanOrEqual(5);
    const stop = new AbortController();
    const sleeping = systemClock.sleep(60_000, stop.signal);
    stop.abort();
    await expect(sleeping).rejects.toMatchObject({ code: "ABORTED" });
    await expect(systemClock.sleep(1, stop.signal)).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("does not sleep an hour longer because the clock was set back by one", async () => {
    const sleeping = systemClock.sleep(20);
    const real = Date.now;
    vi.spyOn(Date, "now").mockImplementation(() => real() - 3_600_000);
    try {
      await sleeping;
    } finally {
      vi.restoreAllMocks();
    }
  });
});
