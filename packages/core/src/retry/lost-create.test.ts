import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FoundRecord, type LostCreate, resolveLost } from "./lost-create.ts";

const sentAt = 1_800_000_000_000;
const lost: LostCreate = {
  values: { email: "ann@acme.example", phone: "+1 (902) 555-0199" },
  sentAt,
  sends: 1,
  refused: false,
  claimed: false,
};
const ours: FoundRecord = {
  createdAt: sentAt + 120,
  madeBy: "INTEGRATION",
  values: { email: "ann@acme.example", phone: "+19025550199" },
};

describe("a create whose answer was lost", () => {
  it.each<[string, Partial<LostCreate>, Parameters<typeof resolveLost>[1], ReturnType<typeof resolveLost>]>([
    ["made since with the values sent", {}, ours, "created"],
    ["of an unknown source", {}, { ...ours, madeBy: "SOMETHING_NEW" }, "created"],
    ["of no source", {}, { ...ours, madeBy: null }, "created"],
    ["found after a refused repetition", { sends: 2, refused: true }, ours, "created"],
    ["older than the request", {}, { ...ours, createdAt: sentAt - 2_001 }, "existed"],
    ["older by less than the clocks tell", {}, { ...ours, createdAt: sentAt - 2_000 }, "created"],
    ["typed in by a person at the same time", {}, { ...ours, madeBy: "CRM_UI" }, "existed"],
    ["imported at the same time", {}, { ...ours, madeBy: "IMPORT" }, "existed"],
    ["taken by another input of the same call", { claimed: true }, ours, "existed"],
    ["made since with other values", {}, { ...ours, values: { ...ours.values, phone: "+19025550100" } }, "unknown"],
    ["made since without one of the values", {}, { ...ours, values: { email: "ann@acme.example" } }, "unknown"],
    ["of an unknown age", {}, { ...ours, createdAt: null }, "unknown"],
    ["not there", {}, "absent", "send-again"],
    ["not there after two sends", { sends: 2 }, "absent", "send-again"],
    ["not there after three sends", { sends: 3 }, "absent", "unknown"],
    ["refused for another value that is taken", { refused: true }, "absent", "existed"],
    ["not looked up", {}, "failed", "unknown"],
  ])("%s", (_name, more, found, expected) => {
    expect(resolveLost({ ...lost, ...more }, found)).toBe(expected);
  });

  it.each([
    ["a b", " A  B "],
    ["5", "5.0"],
    ["2026-01-02T03:04:05.000Z", "1767323045000"],
    ["2026-01-02", "2026-01-02T00:00:00.000Z"],
    ["", "  "],
    ["true", "TRUE"],
  ])("takes %j for what HubSpot makes of %j", (stored, sent) => {
    const alike = { ...lost, values: { x: sent } };
    expect(resolveLost(alike, { ...ours, values: { x: stored } })).toBe("created");
  });

  it.each([
    ["5", "50"],
    ["", "x"],
    ["!", "?"],
    ["ann@acme.example", "anna@acme.example"],
    ["2026-01-02", "2026-01-03"],
  ])("does not take %j for %j", (stored, sent) => {
    expect(resolveLost({ ...lost, values: { x: sent } }, { ...ours, values: { x: stored } })).toBe("unknown");
  });

  it("is never sent again once anything of its value was seen, and never for ever", () => {
    const found = fc.oneof(
      fc.constant("failed" as const),
      fc.record({
        createdAt: fc.option(fc.integer({ min: sentAt - 10_000, max: sentAt + 10_000 })),
        madeBy: fc.option(fc.constantFrom("INTEGRATION", "API", "CRM_UI", "X")),
        values: fc.dictionary(fc.constantFrom("email", "phone"), fc.option(fc.string())),
      }),
    );
    const state = fc.record({
      values: fc.dictionary(fc.constantFrom("email", "phone"), fc.string()),
      sentAt: fc.constant(sentAt),
      sends: fc.integer({ min: 1, max: 9 }),
      refused: fc.boolean(),
      claimed: fc.boolean(),
    });
    fc.assert(fc.property(state, found, (one, seen) => resolveLost(one, seen) !== "send-again"));
    fc.assert(
      fc.property(state, (one) => resolveLost(one, "absent") !== "send-again" || (one.sends < 3 && !one.refused)),
    );
    fc.assert(
      fc.property(state, found, (one, seen) => {
        const created = resolveLost(one, seen) === "created";
        return !created || (typeof seen === "object" && (seen.createdAt ?? 0) >= sentAt - 2_000 && !one.claimed);
      }),
    );
  });
});
