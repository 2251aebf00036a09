import { describe, expect, test } from "vitest";
import { fakeClock } from "../testing-fakes/fake-clock.fixture.ts";
import { fakeProperties } from "../testing-fakes/fake-hubspot.fixture.ts";
import { FakeLocal } from "../testing-fakes/fake-local.fixture.ts";
import { bindSync } from "./bind.ts";
import { defineSync } from "./define-sync.ts";
import type { FieldSpecs, SyncDefinition } from "./definition.ts";
import { codec, delimited, field } from "./field.ts";

const local = new FakeLocal(fakeClock());

function definition(change: Partial<SyncDefinition<FieldSpecs>> = {}): SyncDefinition<FieldSpecs> {
  const fields = { email: field("email", { owner: "hubspot" }), score: field("lead_score", { owner: "local" }) };
  return { name: "leads", object: "contacts", local, match: ["email"], fields, ...change };
}

const email = field("email", { owner: "hubspot" });
const settles = { decode: ({ firstname }: { readonly firstname: string | null }) => firstname, samples: ["Ada"] };

const mistakes: readonly (readonly [string, Partial<SyncDefinition<FieldSpecs>>, RegExp])[] = [
  ["a name that cannot be a key", { name: "my leads!" }, /its name must be/],
  ["no fields", { fields: {} }, /declares no fields/],
  ["no match field", { match: [] }, /declares no match field/],
  ["a match field that is none", { match: ["emial"] }, /"emial" is not among its fields. Did you mean "email"\?/],
  [
    "one property in two fields",
    { fields: { email, mail: field("email") } },
    /"email" is in two fields, "email" and "mail"/,
  ],
  [
    "a property that HubSpot computes",
    { fields: { email, born: field("createdate") } },
    /would write "createdate", which HubSpot computes/,
  ],
  [
    "an owner and a rule",
    { fields: { email, score: field("lead_score", { owner: "local", rule: "max" }) } },
    /both an owner and a rule/,
  ],
  ["a union of no list", { fields: { email, tags: field("tags", { rule: "union" }) } }, /needs as: "list"/],
  [
    "a union of a list that is one text here",
    { fields: { email, tags: delimited("tags", { local: ",", rule: "union" }) } },
    /"tags" uses the rule "union", which needs as: "list"/,
  ],
  [
    "a union by default of a field that is no list",
    { fields: { email, tags: delimited("tags", { local: "," }) }, conflict: { default: "union" } },
    /"tags" uses the rule "union", which needs as: "list"/,
  ],
  [
    "latest without times",
    {
      local: new FakeLocal(fakeClock(), { editTimes: "none" }),
      conflict: { default: "latest" },
      fields: { email, score: field("lead_score") },
    },
    /knows no edit times/,
  ],
  [
    "a deletes policy the source cannot see",
    { local: new FakeLocal(fakeClock(), { deletes: "none" }), deletes: { fromLocal: "archive" } },
    /cannot see deletions/,
  ],
  [
    "a read-only source that is written",
    { local: new FakeLocal(fakeClock(), { readOnly: true }) },
    /is read-only: declare direction "to-hubspot"/,
  ],
  ["a breaker of nothing", { breaker: { share: 0 } }, /breaker.share/],
  [
    "a codec that does not settle",
    { fields: { email, name: codec(["firstname"], { ...settles, encode: (text) => ({ firstname: `${text}!` }) }) } },
    /does not settle on sample 0/,
  ],
  [
    "a codec that throws",
    {
      fields: {
        email,
        name: codec(["firstname"], {
          ...settles,
          encode: () => {
            throw new Error("Ada");
          },
        }),
      },
    },
    /throws on sample 0/,
  ],
  [
    "a codec without samples",
    {
      fields: {
        email,
        name: codec(["firstname"], { ...settles, samples: [] as string[], encode: (text) => ({ firstname: text }) }),
      },
    },
    /has no samples/,
  ],
];

/** What JavaScript, or a declaration read from a file, may hand over. */
const misshapen: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
  ["no fields", { fields: undefined }, /"fields" is missing/],
  ["no match", { match: undefined }, /"match" is missing/],
  ["no local source", { local: undefined }, /"local" is missing: it must be a local source/],
  ["a local source that is none", { local: {} }, /"local" must be a local source/],
  [
    "an unknown rule",
    { fields: { email: field("email", { rule: "newest" as "latest" }) } },
    /field "email": "rule" must be one of .*latest/,
  ],
  ["a misspelled rule", { conflict: { default: "lates" } }, /"conflict.default" must be .*Did you mean "latest"\?/],
  ["an unknown tie", { conflict: { tie: "latest" } }, /"conflict.tie" must be one of review, hubspot, local/],
  ["an unknown option", { reedOnly: true }, /"reedOnly" is no option\. Did you mean "readOnly"\?/],
  [
    "an unknown nested option",
    { deletes: { fromHubSpot: "unlink" } },
    /"deletes.fromHubSpot" is no option\. Did you mean "fromHubspot"\?/,
  ],
  [
    "an unknown option of a field",
    { fields: { email: field("email", { ruel: "max" } as object) } },
    /field "email": "ruel" is no option\. Did you mean "rule"\?/,
  ],
  ["a field that was not made", { fields: { email: "email" } }, /field "email" must be made by field/],
  [
    "a field of no property",
    { fields: { email: field(undefined as unknown as string) } },
    /field "email": "properties" must be/,
  ],
  ["a switch that is a text", { readOnly: "false" }, /"readOnly" must be true or false/],
  [
    "a codec without functions",
    {
      fields: {
        email,
        name: codec(["firstname"], { ...settles, encode: "upper" as unknown as () => { firstname: string } }),
      },
    },
    /field "name": "encode" must be a function/,
  ],
  [
    "a codec of nothing",
    { fields: { email, name: codec(["firstname"], undefined as never) } },
    /codec of field "name" has no encode/,
  ],
  ["an unknown object", { object: "contcts" }, /no object "contcts".*Did you mean "contacts"\?/],
  ["a filter that is no function", { filters: { local: "all" } }, /"filters.local" must be a function/],
];

test.each(misshapen)("%s is refused at declaration", (_name, change, message) => {
  expect(() => defineSync({ ...definition(), ...change } as SyncDefinition<FieldSpecs>)).toThrow(
    expect.objectContaining({ code: "SYNC_DECLARATION_INVALID", message: expect.stringMatching(message) }),
  );
});

test("a definition that is none is refused, and objects may be named in every way HubSpot has", () => {
  expect(() => defineSync(undefined as never)).toThrow(expect.objectContaining({ code: "SYNC_DECLARATION_INVALID" }));
  for (const object of ["contact", "0-3", "0-136", "2-345", "p62515_trunk"])
    expect(() => defineSync(definition({ object: object as "contacts" }))).not.toThrow();
});

describe("a mistake in a declaration is refused with a message that says what to change", () => {
  test.each(mistakes)("%s", (_name, change, message) => {
    expect(() => defineSync(definition(change))).toThrow(
      expect.objectContaining({ code: "SYNC_DECLARATION_INVALID", message: expect.stringMatching(message) }),
    );
  });

  test("a codec's own words, which may quote a sample, are not repeated", () => {
    const throwing = codec(["firstname"], {
      ...settles,
      encode: () => {
        throw new Error("secret sample");
      },
    });
    expect(() => defineSync(definition({ fields: { email, name: throwing } }))).not.toThrow(/secret/);
  });
});

describe("a declaration against the portal", () => {
  test("an unknown property is named with what was probably meant", () => {
    const declared = defineSync(definition({ fields: { email, score: field("lead_scor", { owner: "local" }) } }));
    expect(() => bindSync(declared, fakeProperties)).toThrow(
      expect.objectContaining({
        code: "PROPERTY_UNKNOWN",
        message: expect.stringContaining('Did you mean "lead_score"?'),
      }),
    );
  });

  test("a property that is read-only there is not written", () => {
    const portal = fakeProperties.map((one) => (one.name === "lead_score" ? { ...one, readOnly: true } : one));
    expect(() => bindSync(defineSync(definition()), portal)).toThrow(/which is read-only in the portal/);
  });

  test("a codec that writes what is no option is refused with the option that was probably meant", () => {
    const stage = (samples: readonly string[], direction: "both" | "from-hubspot" = "both") =>
      codec(["stage"], {
        encode: (value) => ({ stage: value }),
        decode: ({ stage: value }) => value,
        samples,
        rule: "review",
        direction,
      });
    const bound = (field: ReturnType<typeof stage>) =>
      bindSync(defineSync(definition({ fields: { email, stage: field } })), fakeProperties);
    expect(() => bound(stage(["NEW", "OPEN;CUSTOMER"]))).not.toThrow();
    expect(() => bound(stage(["NEW", "OPEM"]))).toThrow(/would write "OPEM" to "stage".*Did you mean "OPEN"\?/);
    expect(() => bound(stage(["OPEM"], "from-hubspot"))).not.toThrow();
  });

  test("creating in HubSpot needs a unique match property, or the word that doubles are harmless", () => {
    const portal = fakeProperties.map((one) => ({ ...one, unique: one.name === "lead_score" }));
    const bound = (change: Partial<SyncDefinition<FieldSpecs>>) =>
      bindSync(defineSync(definition({ object: "companies", ...change })), portal);
    expect(() => bound({})).toThrow(/none of its match properties \(email\) is unique.*"at-least-once"/);
    expect(() => bound({ match: ["email", "score"] })).not.toThrow();
    const score = field("lead_score", { direction: "from-hubspot" });
    const fromHubspot = { match: ["score"], fields: { ...definition().fields, score } };
    expect(() => bound(fromHubspot)).toThrow(/its match fields only come from HubSpot.*"at-least-once"/);
    for (const harmless of [{ object: "contacts" as const }, { readOnly: true }, { create: { inHubspot: false } }])
      expect(() => bound(harmless)).not.toThrow();
    expect(() => bound({ create: { inHubspot: "at-least-once" } })).not.toThrow();
  });

  test("a field takes the kind of its property", () => {
    const { fields } = bindSync(defineSync(definition()), fakeProperties);
    const score = fields.find(({ name }) => name === "score");
    expect(score?.decode({ lead_score: "10.0" })).toBe(10);
    expect(score?.canonicalLocal("10.0")).toBe(score?.canonicalRemote({ lead_score: "10" }));
  });
});
