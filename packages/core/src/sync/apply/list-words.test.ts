import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bindSync } from "../declare/bind.ts";
import { defineSync } from "../declare/define-sync.ts";
import { field } from "../declare/field.ts";
import type { FieldMoment } from "../observe/timeline.ts";
import { fakeClock } from "../testing-fakes/fake-clock.fixture.ts";
import { fakeProperties } from "../testing-fakes/fake-hubspot.fixture.ts";
import { FakeLocal } from "../testing-fakes/fake-local.fixture.ts";
import { coveredWords, type ElementNow, verdictOf, wordsSince } from "./list-words.ts";

const declared = defineSync({
  name: "t",
  object: "contacts",
  local: new FakeLocal(fakeClock()),
  match: ["email"],
  fields: { email: field("email"), tags: field("tags", { rule: "union", as: "list" }) },
});
const tags = bindSync(declared, fakeProperties).fields.find(({ name }) => name === "tags");
if (tags === undefined) throw new Error("tags are bound");

const ours = { value: "", timestamp: "", sourceType: "INTEGRATION", sourceId: "ours" };
const byUs = ({ versions }: FieldMoment) => versions.length > 0;

/** The states a list went through; a trailing `*` marks ours. */
const states = (...lists: readonly string[]): FieldMoment[] =>
  lists.map((text, at) => {
    const value = text.replace("*", "");
    return { at, values: { tags: value || null }, versions: text.endsWith("*") ? [ours] : [] };
  });

describe("what people said of the elements of a list", () => {
  const said = (anchor: number, ...lists: readonly string[]) =>
    Object.fromEntries(
      [...wordsSince(tags, states(...lists), anchor, byUs)].map(([element, { held, at, againstOurs }]) => [
        element,
        `${held ? "in" : "out"} at ${at}${againstOurs ? " against ours" : ""}`,
      ]),
    );

  test("is the last of each since both sides agreed, and nothing that they said before", () => {
    expect(said(1, "a", "a;b", "b", "b;c", "a;b")).toEqual({ a: "in at 4", c: "out at 4" });
  });

  test("is all of it where the list began empty", () => {
    expect(said(-1, "a", "a;b", "b")).toEqual({ a: "out at 2", b: "in at 1" });
  });

  test("is nothing that a write of ours did, whatever that was made of", () => {
    expect(said(0, "a", "a;b", "c*", "a;b*")).toEqual({ b: "in at 1" });
  });

  test("was said knowing ours where it undoes what ours had done", () => {
    expect(said(0, "a;b", "a*", "a;b")).toEqual({ b: "in at 2 against ours" });
  });

  test("was not where ours had only put back what people had said", () => {
    expect(said(0, "a", "a;b", "a*", "a;b*", "a")).toEqual({ b: "out at 4" });
  });
});

describe("what our write covered", () => {
  const covered = (read: number, landed: number, ...lists: readonly string[]) => {
    const timeline = states(...lists);
    const trace = { read: timeline[read] ?? null, landed: timeline[landed] ?? null };
    return [...coveredWords(tags, trace, timeline, lists.length - 1, byUs).keys()];
  };

  test("counts though both sides agreed on what it had made", () => {
    expect(covered(0, 2, "a", "a;b;c", "a;mine*")).toEqual(["b", "c"]);
  });

  test("does not where it was so again since, and somebody went on from that", () => {
    expect(covered(0, 2, "a", "a;b;c", "a;mine*", "a;b*", "a")).toEqual(["c"]);
  });
});

describe("the verdict on an element", () => {
  const base = { here: false, there: false, agreed: false, word: undefined, editedAt: 50, isNew: false };
  const word = (held: boolean, at: number, againstOurs = false) => ({ held, at, againstOurs });
  const all: readonly (readonly [string, Partial<ElementNow>, { held: boolean; agreed: boolean }])[] = [
    ["nobody said anything: as agreed on", { here: true, agreed: true }, { held: true, agreed: true }],
    ["late, ours brought back what was out", { there: true }, { held: false, agreed: false }],
    ["another program put it in as we sign", { there: true, isNew: true }, { held: true, agreed: false }],
    ["taken out here, not there yet", { there: true, agreed: true }, { held: true, agreed: true }],
    ["put in here, and there by our write", { here: true, there: true }, { held: true, agreed: true }],
    ["put in there", { word: word(true, 9) }, { held: true, agreed: false }],
    [
      "taken out there, put back by ours",
      { here: true, there: true, agreed: true, word: word(false, 9) },
      { held: false, agreed: true },
    ],
    ["out here, in again there before that", { agreed: true, word: word(true, 9) }, { held: false, agreed: true }],
    ["out here, in again there after that", { agreed: true, word: word(true, 99) }, { held: true, agreed: false }],
    ["out here, in again there over that", { agreed: true, word: word(true, 9, true) }, { held: true, agreed: false }],
    ["put in on both sides", { here: true, word: word(true, 9) }, { held: true, agreed: true }],
  ];
  test.each(all)("%s", (_, element, verdict) => {
    expect(verdictOf({ ...base, ...element })).toEqual(verdict);
  });

  test("is one that a merge of both sides ends on, and that no later look changes", () => {
    const elements = fc.record({
      here: fc.boolean(),
      there: fc.boolean(),
      agreed: fc.boolean(),
      word: fc.option(fc.record({ held: fc.boolean(), at: fc.nat(99), againstOurs: fc.boolean() }), { nil: undefined }),
      editedAt: fc.nat(99),
      isNew: fc.boolean(),
    });
    fc.assert(
      fc.property(elements, (element) => {
        const { here } = element;
        const { held, agreed } = verdictOf(element);
        // As `mergeUnion` has it: in both, or put in on one side since they agreed.
        const merged = held === here ? held : !agreed;
        if (element.word !== undefined) expect(merged).toBe(held);
        const settled = verdictOf({ ...element, there: held, agreed });
        expect(settled.held).toBe(held);
      }),
    );
  });
});
