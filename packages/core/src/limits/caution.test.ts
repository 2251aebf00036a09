import { describe, expect, it } from "vitest";
import { Caution } from "./caution.ts";

const windowMs = 10_000;
const nobody = { foreign: false, kin: false };
const foreign = { foreign: true, kin: false };
const kin = { foreign: false, kin: true };

describe("calls on their way before an answer says what HubSpot counts", () => {
  it("are one until the first answer, where that is asked for", () => {
    const caution = new Caution(true);
    expect(caution.blindCalls(0, 190, windowMs)).toBe(1);
    caution.answered();
    expect(caution.blindCalls(0, 190, windowMs)).toBe(Number.POSITIVE_INFINITY);
    expect(new Caution(false).blindCalls(0, 190, windowMs)).toBe(Number.POSITIVE_INFINITY);
  });

  it("are any number while knowledge is fresh, and few when it is not", () => {
    const caution = new Caution(false);
    caution.told(1_000);
    expect(caution.blindCalls(6_000, 190, windowMs)).toBe(Number.POSITIVE_INFINITY);
    expect(caution.blindCalls(6_001, 190, windowMs)).toBe(190 / 8);
    expect(caution.blindCalls(6_001, 20, windowMs)).toBe(10);
  });
});

describe("calls are spread over the window", () => {
  it("in the background always, in front only beside others", () => {
    const caution = new Caution(false);
    caution.told(0);
    expect(caution.spreadFrom(0, windowMs, true, nobody)).toBe(0.1);
    expect(caution.spreadFrom(0, windowMs, false, nobody)).toBeNull();
    expect(caution.spreadFrom(0, windowMs, false, foreign)).toBe(0.5);
  });

  it("by processes that have just begun, until a window after their first answer", () => {
    const caution = new Caution(true);
    expect(caution.spreadFrom(0, windowMs, false, kin)).toBe(0.1);
    caution.told(1_000);
    expect(caution.spreadFrom(10_999, windowMs, false, kin)).toBe(0.1);
    expect(caution.spreadFrom(11_000, windowMs, false, kin)).toBeNull();
  });

  it("only background calls where the window is short, as that of searches is", () => {
    expect(new Caution(false).spreadFrom(0, 1_000, true, foreign)).toBe(0.1);
    expect(new Caution(false).spreadFrom(0, 1_000, false, foreign)).toBeNull();
    expect(new Caution(false).spreadFrom(0, 1_000, false, kin)).toBeNull();
  });
});
