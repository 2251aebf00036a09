import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Condition, filled, judge, type Operator, operators } from "./conditions.ts";
import { checkedDraft } from "./trigger.ts";

const holds = (operator: Operator, actual: unknown, value?: Condition["value"]): boolean | undefined =>
  judge([{ field: "data.x", operator, value }], () => actual)[0]?.holds;

describe("a condition", () => {
  it.each<readonly [Operator, unknown, Condition["value"], boolean]>([
    ["eq", "Positive", "positive", true],
    ["eq", "5", 5, true],
    ["eq", true, "true", true],
    ["eq", undefined, "", false],
    ["eq", "05", 5, true],
    ["eq", "a5", 5, false],
    ["neq", undefined, "x", true],
    ["neq", "x", "X", false],
    ["gt", "10", 9, true],
    ["gt", "10", "9", true],
    ["gt", "abc", 9, false],
    ["gt", null, 0, false],
    ["gte", 5, 5, true],
    ["lt", "2026-01-01", "2026-01-02", true],
    ["lt", "2026-01-01T10:00:00Z", 0, false],
    ["lte", 6, 5, false],
    ["contains", "Hello World", "WORLD", true],
    ["contains", ["a", "B"], "b", true],
    ["contains", undefined, "", false],
    ["not-contains", undefined, "x", true],
    ["in", "b", ["a", "B"], true],
    ["in", 5, ["5"], true],
    ["not-in", undefined, ["a"], true],
    ["exists", 0, undefined, true],
    ["exists", "", undefined, false],
    ["missing", null, undefined, true],
    ["missing", false, undefined, false],
  ])("%s: %o against %o is %o", (operator, actual, value, expected) => {
    expect(holds(operator, actual, value)).toBe(expected);
  });

  it("and its opposite never agree", () => {
    const opposites = [
      ["eq", "neq"],
      ["contains", "not-contains"],
      ["exists", "missing"],
    ] as const;
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(undefined), fc.constant(null));
    fc.assert(
      fc.property(
        fc.constantFrom(...opposites),
        value,
        fc.oneof(fc.string(), fc.integer()),
        ([one, other], actual, wanted) => {
          const given = one === "exists" ? undefined : wanted;
          expect(holds(one, actual, given)).toBe(!holds(other, actual, given));
        },
      ),
    );
  });

  it("never throws, whatever is compared", () => {
    for (const actual of [{ toString: "" }, { toString: null, valueOf: null }, [{ toString: 1 }]]) {
      for (const operator of operators) expect(typeof holds(operator, actual, "x")).toBe("boolean");
      expect(typeof filled("{{data.a}}", () => actual)).toBe("string");
    }
    fc.assert(
      fc.property(
        fc.constantFrom(...operators),
        fc.anything(),
        fc.oneof(fc.string(), fc.integer(), fc.array(fc.string())),
        (operator, actual, value) => {
          // Only what JSON can hold arrives here.
          const arrived: unknown = JSON.parse(JSON.stringify(typeof actual === "bigint" ? null : actual) ?? "null");
          expect(typeof holds(operator, arrived, value)).toBe("boolean");
        },
      ),
    );
  });
});

describe("a text", () => {
  it("is filled in with what the event and the contact have", () => {
    const resolve = (field: string): unknown =>
      ({ "data.subject": "Hi", "contact.firstname": null, "data.n": 5 })[field];
    expect(filled("{{ data.subject }} {{contact.firstname}}{{data.n}} {{data.none}}.", resolve)).toBe("Hi 5 .");
    expect(filled("{{data.subject", resolve)).toBe("{{data.subject");
  });
});

describe("a trigger", () => {
  const good = { name: "x", eventType: "reply", actions: [{ do: "callback", name: "tell" }] };
  it.each<readonly [string, unknown]>([
    ["actions", { ...good, actions: [] }],
    ["actions", { ...good, actions: [{ do: "explode" }] }],
    ["conditions.0.field", { ...good, conditions: [{ field: "secret", operator: "eq", value: 1 }] }],
    ["takes a list", { ...good, conditions: [{ field: "data.x", operator: "in", value: 1 }] }],
    ["takes no value", { ...good, conditions: [{ field: "data.x", operator: "exists", value: 1 }] }],
    ["takes one value", { ...good, conditions: [{ field: "data.x", operator: "eq" }] }],
    ["workflowId", { ...good, actions: [{ do: "enroll", workflowId: "../5" }] }],
    ["eventType", { ...good, eventType: "" }],
    ["nonsense", { ...good, nonsense: 1 }],
  ])("that cannot be is refused: %s", (words, draft) => {
    expect(() => checkedDraft(draft)).toThrow(words);
  });
});
