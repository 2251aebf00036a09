import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideField } from "./decide.ts";
import { outcomeTable, situations } from "./outcome-table.ts";
import type { Decision, EditTimes, FieldRule, FieldState, SideState } from "./types.ts";

const value = fc.option(fc.constantFrom("a", "b", "c", "1", "20"), { nil: null });

/** A state as the engine makes it: `changed` and `equal` follow from three values. */
const anyState: fc.Arbitrary<FieldState> = fc
  .record({ base: value, local: value, remote: value, agreed: fc.boolean(), silent: fc.constantFrom(0, 0, 0, 1, 2) })
  .map(({ base, local, remote, agreed, silent }) => ({
    agreed,
    local: side(local, !agreed || local !== base, silent !== 1),
    remote: side(remote, !agreed || remote !== base, silent !== 2),
    equal: local === remote,
    settled: false,
  }));

const times: fc.Arbitrary<EditTimes> = fc.tuple(fc.nat(20), fc.nat(3), fc.nat(20), fc.nat(3)).map(([l, lw, r, rw]) => ({
  local: { earliest: l, latest: l + lw, source: "field time" },
  remote: { earliest: r, latest: r + rw, source: "history" },
}));

const named = fc.constantFrom<FieldRule>("hubspot", "local", "latest", "never-empty", "union", "max", "min", "review");

function side(text: string | null, changed: boolean, present = true): SideState {
  return { present, changed, value: text, canonical: text };
}

function mergedValue(decision: Decision): readonly string[] {
  return decision.kind === "merge" ? (decision.value as readonly string[]) : [];
}

function decide(state: FieldState, rule: FieldRule, at?: EditTimes): Decision {
  return decideField(state, { direction: "both", rule, tie: "review" }, at);
}

describe("every rule", () => {
  test("an edit on one side travels to the other, whatever the rule", () => {
    fc.assert(
      fc.property(anyState, named, times, (state, rule, at) => {
        fc.pre(state.agreed && state.local.present && state.remote.present && !state.equal);
        fc.pre(state.local.changed !== state.remote.changed && rule !== "never-empty");
        expect(decide(state, rule, at)).toEqual({ kind: state.local.changed ? "push" : "pull" });
      }),
    );
  });

  test("writes nothing when both sides hold the same", () => {
    fc.assert(
      fc.property(anyState, named, times, (state, rule, at) => {
        fc.pre(state.equal && state.local.present && state.remote.present);
        expect(["agree", "keep"]).toContain(decide(state, rule, at).kind);
      }),
    );
  });

  test("reads silence as silence, never as a clear", () => {
    fc.assert(
      fc.property(anyState, named, (state, rule) => {
        fc.pre(!state.local.present || !state.remote.present);
        expect(decide(state, rule)).toEqual({ kind: "absent" });
      }),
    );
  });

  test("settles the mirror image the mirrored way", () => {
    const mirrored: Record<string, string> = { push: "pull", pull: "push" };
    fc.assert(
      fc.property(anyState, times, (state, at) => {
        const mirror = { ...state, local: state.remote, remote: state.local };
        const there = decide(state, "latest", at).kind;
        const back = decide(mirror, "latest", { local: at.remote, remote: at.local }).kind;
        expect(back).toBe(mirrored[there] ?? there);
      }),
    );
  });

  test("an empty value is never written over another by never-empty, max or min", () => {
    fc.assert(
      fc.property(anyState, fc.constantFrom<FieldRule>("never-empty", "max", "min"), times, (state, rule, at) => {
        const { local, remote } = state;
        fc.pre(local.changed && remote.changed);
        const { kind } = decide(state, rule, at);
        if (kind === "push") expect(local.canonical).not.toBeNull();
        if (kind === "pull") expect(remote.canonical).not.toBeNull();
      }),
    );
  });
});

describe("latest", () => {
  const both = situations["both different"] as FieldState;

  test("asks for times before it decides", () => {
    expect(decide(both, "latest")).toEqual({ kind: "needs-times" });
  });

  test("takes a side only when its edit certainly came later", () => {
    fc.assert(
      fc.property(times, (at) => {
        const { kind } = decide(both, "latest", at);
        if (at.local.earliest > at.remote.latest) expect(kind).toBe("push");
        else if (at.remote.earliest > at.local.latest) expect(kind).toBe("pull");
        else expect(kind).toBe("park");
      }),
    );
  });

  test("gives an unknown order to the tie rule", () => {
    const overlap = {
      local: { earliest: 1, latest: 3, source: "observed" },
      remote: { earliest: 2, latest: 2, source: "history" },
    };
    const decided = decideField(both, { direction: "both", rule: "latest", tie: "hubspot" }, overlap);
    expect(decided).toEqual({ kind: "pull", conflict: { rule: "latest, tie", winner: "hubspot" } });
  });
});

describe("a field that waits for review", () => {
  const back = { ...(situations["HubSpot only"] as FieldState), waiting: true };

  test("waits on when a side goes back to what both had, and is over when both hold the same", () => {
    expect(decide(back, "review")).toMatchObject({ kind: "park" });
    expect(decide({ ...(situations["local only"] as FieldState), waiting: true }, "review").kind).toBe("park");
    expect(decide({ ...(situations["nothing changed"] as FieldState), waiting: true }, "review").kind).toBe("agree");
    const never = { ...(situations["first contact, local empty"] as FieldState), waiting: true };
    expect(decide(never, "review").kind).toBe("park");
  });

  test("goes to the side a person takes, though that side is back where it was", () => {
    expect(decide(back, "local")).toMatchObject({ kind: "push" });
    expect(decide(back, "hubspot")).toMatchObject({ kind: "pull" });
  });
});

describe("union", () => {
  const list = (elements: readonly string[]): SideState => ({
    present: true,
    changed: true,
    value: elements,
    canonical: elements.join(";"),
    elements,
  });

  test("keeps what either side added and drops what either removed", () => {
    const state: FieldState = {
      agreed: true,
      local: list(["a", "b", "x"]),
      remote: list(["b", "c", "y"]),
      equal: false,
      settled: false,
      baseElements: ["a", "b", "c"],
    };
    expect(decide(state, "union")).toMatchObject({ kind: "merge", value: ["b", "x", "y"] });
  });

  test("is the plain union on first contact, and giving it its own result changes nothing", () => {
    const words = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"));
    fc.assert(
      fc.property(words, words, words, (base, local, remote) => {
        const once = decide(
          { agreed: true, local: list(local), remote: list(remote), equal: false, settled: false, baseElements: base },
          "union",
        );
        const merged = mergedValue(once);
        const again = decide(
          { agreed: true, local: list(merged), remote: list(remote), equal: false, settled: false, baseElements: base },
          "union",
        );
        expect(mergedValue(again)).toEqual(merged);
      }),
    );
  });
});

describe("a rule of one's own", () => {
  test("gets both values and their times", () => {
    const at = {
      local: { earliest: 1, latest: 1, source: "field time" },
      remote: { earliest: 2, latest: 2, source: "history" },
    };
    const rule: FieldRule = ({ local, hubspot, hubspotAt }) => ({ value: `${local}+${hubspot}@${hubspotAt?.latest}` });
    expect(decide(situations["both different"] as FieldState, rule, at)).toMatchObject({
      kind: "merge",
      value: "L+H@2",
    });
  });
});

describe("a one-way field", () => {
  const policy = { direction: "to-hubspot", rule: "latest", tie: "review" } as const;

  test("puts an edit on its destination back, and logs it", () => {
    expect(decideField(situations["HubSpot only"] as FieldState, policy)).toEqual({
      kind: "push",
      conflict: { rule: "one-way", winner: "local" },
    });
  });

  test("does not erase its destination on first contact", () => {
    expect(decideField(situations["first contact, local empty"] as FieldState, policy)).toEqual({ kind: "hold" });
  });
});

test("the outcome table", () => {
  expect(
    outcomeTable({ "owner: hubspot": "hubspot", "owner: local": "local", latest: "latest" }),
  ).toMatchInlineSnapshot(`
    "| | owner: hubspot | owner: local | latest, local later | latest, HubSpot later | latest, order unknown |
    | --- | --- | --- | --- | --- | --- |
    | both same | nothing, remembered | nothing, remembered | nothing, remembered | nothing, remembered | nothing, remembered |
    | nothing changed | nothing | nothing | nothing | nothing | nothing |
    | local only | local → HubSpot | local → HubSpot | local → HubSpot | local → HubSpot | local → HubSpot |
    | HubSpot only | HubSpot → local | HubSpot → local | HubSpot → local | HubSpot → local | HubSpot → local |
    | both different | HubSpot → local (logged) | local → HubSpot (logged) | local → HubSpot (logged) | HubSpot → local (logged) | parked for review (logged) |
    | cleared locally | local → HubSpot | local → HubSpot | local → HubSpot | local → HubSpot | local → HubSpot |
    | cleared in HubSpot | HubSpot → local | HubSpot → local | HubSpot → local | HubSpot → local | HubSpot → local |
    | cleared locally, edited in HubSpot | HubSpot → local (logged) | local → HubSpot (logged) | local → HubSpot (logged) | HubSpot → local (logged) | parked for review (logged) |
    | edited locally, cleared in HubSpot | HubSpot → local (logged) | local → HubSpot (logged) | local → HubSpot (logged) | HubSpot → local (logged) | parked for review (logged) |
    | absent locally | nothing, waits | nothing, waits | nothing, waits | nothing, waits | nothing, waits |
    | absent in HubSpot | nothing, waits | nothing, waits | nothing, waits | nothing, waits | nothing, waits |
    | normalised by HubSpot | nothing | nothing | nothing | nothing | nothing |
    | refused by HubSpot | nothing | nothing | nothing | nothing | nothing |
    | first contact, same | nothing, remembered | nothing, remembered | nothing, remembered | nothing, remembered | nothing, remembered |
    | first contact, local empty | HubSpot → local | HubSpot → local | HubSpot → local | HubSpot → local | HubSpot → local |
    | first contact, HubSpot empty | local → HubSpot | local → HubSpot | local → HubSpot | local → HubSpot | local → HubSpot |
    | first contact, different | HubSpot → local (logged) | local → HubSpot (logged) | local → HubSpot (logged) | HubSpot → local (logged) | parked for review (logged) |"
  `);
});
