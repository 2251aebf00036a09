import { afterEach, beforeEach, expect, vi } from "vitest";

// A library that prints is a library that leaks: any console output during a test fails it.
const methods = ["log", "info", "warn", "error", "debug"] as const;
const seen: string[] = [];

beforeEach(() => {
  seen.length = 0;
  for (const method of methods) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => {
      seen.push(`console.${method}: ${args.map(String).join(" ")}`);
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
  expect(seen, "code under test must use the injected logger, never the console").toEqual([]);
});
