import { describe, expect, test } from "vitest";
import { createWorld } from "../testing-fakes/world.fixture.ts";
import type { MappingInput } from "./checked-rows.ts";

describe("a set of mappings", () => {
  test("is guarded by its revision: of two people editing, one is told", async () => {
    const { sync } = createWorld({ mappings: true });
    const one = [{ localField: "title", hubspotProperties: "jobtitle" }];
    expect(await sync.mappings.list()).toEqual({ revision: 0, mappings: [] });
    const both = await Promise.allSettled([one, []].map((set) => sync.mappings.replace(set, { expectedRevision: 0 })));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "CONFLICT" } });
    expect((await sync.mappings.list()).revision).toBe(1);
  });

  const title = { localField: "title", hubspotProperties: "jobtitle" };
  test.each<[string, readonly unknown[], string]>([
    ["a property the portal does not have", [{ ...title, hubspotProperties: "jobtitel" }], 'Did you mean "jobtitle"?'],
    [
      "a property HubSpot computes",
      [{ ...title, hubspotProperties: "createdate" }],
      'declare direction "from-hubspot"',
    ],
    ["a property of another field", [{ ...title, hubspotProperties: "firstname" }], "is in two fields"],
    ["a field twice", [title, title], "mapped twice"],
    ["a field the source does not have", [{ ...title, localField: "titel" }], 'Did you mean "title"?'],
    ["a transform that is none", [{ ...title, transform: "trimm" }], 'Did you mean "trim"?'],
    ["too few properties", [{ ...title, transform: "full-name" }], '"full-name" takes 2 properties, not 1'],
    ["too many properties", [{ ...title, hubspotProperties: ["jobtitle", "phone"] }], "takes 1 property, not 2"],
    [
      "options of another transform",
      [{ ...title, transform: "trim", options: { region: "CA" } }],
      'has no option "region"',
    ],
    [
      "a transform on a match field",
      [{ localField: "email", hubspotProperties: "email", transform: "trim" }],
      "is a codec",
    ],
    [
      "an enum that writes what is no option",
      [{ ...title, hubspotProperties: "stage", transform: "enum", options: { a: "NEW", b: "OPEM", c: "CUSTOMER" } }],
      'no such option. Did you mean "OPEN"?',
    ],
    [
      "an enum that does not cover",
      [{ ...title, hubspotProperties: "stage", transform: "enum", options: { a: "NEW" } }],
      'may hold "OPEN"',
    ],
    ["an unknown part", [{ ...title, dirction: "both" }], 'Did you mean "direction"?'],
    ["a direction that is none", [{ ...title, direction: "up" }], '"direction" is one of both'],
    ["no property", [{ ...title, hubspotProperties: [] }], "the name of a property"],
    ["no field", [{ hubspotProperties: "phone" }], '"localField"'],
    ["options that are no texts", [{ ...title, options: { digits: 2 } }], "an object of texts"],
  ])("with %s is refused as a declaration would be, by validate and by replace", async (_name, set, words) => {
    const { sync, local } = createWorld({ mappings: true });
    local.columns = ["email", "first", "last", "score", "tags", "title"];
    const problems = await sync.mappings.validate(set as readonly MappingInput[]);
    expect(problems.map(({ message }) => message).join("\n")).toContain(words);
    await expect(sync.mappings.replace(set as readonly MappingInput[], { expectedRevision: 0 })).rejects.toMatchObject({
      message: expect.stringContaining(words),
    });
    expect(await sync.mappings.list()).toEqual({ revision: 0, mappings: [] });
  });

  test("shows every field's own problem at once, and the transforms there are", async () => {
    const { sync } = createWorld({ mappings: true });
    const problems = await sync.mappings.validate([
      { localField: "a", hubspotProperties: "nope" },
      { localField: "b", hubspotProperties: "phone", transform: "nope" },
    ]);
    expect(problems).toMatchObject([
      { localField: "a", code: "PROPERTY_UNKNOWN" },
      { localField: "b", code: "INPUT_INVALID" },
    ]);
    expect(sync.mappings.transforms()).toMatchObject({ trim: { properties: 1 }, "full-name": { properties: 2 } });
  });

  test("is refused by a sync that is not declared for it", async () => {
    const { sync } = createWorld();
    await expect(sync.mappings.replace([], { expectedRevision: 0 })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringContaining("mappings: true"),
    });
  });

  test("may use transforms of the host, under names of their own", async () => {
    const shout = {
      properties: 1,
      description: "in capitals",
      make: () => ({
        encode: (value: unknown) => [value === null ? null : String(value).toUpperCase()],
        decode: ([text = null]: readonly (string | null)[]) => text,
        samples: ["Ada"],
      }),
    };
    const world = createWorld({ mappings: { transforms: { shout } } });
    await world.sync.mappings.replace([{ ...title, transform: "shout" }], { expectedRevision: 0 });
    world.local.user({ email: "ada@x.com", title: "Countess" });
    await world.clock.drive(world.sync.backfill());
    expect(world.hubspot.value(world.hubspot.ids()[0] ?? "", "jobtitle")).toBe("COUNTESS");
    expect(() => createWorld({ mappings: { transforms: { trim: shout } } })).toThrow(/standard transform "trim"/);
  });
});
