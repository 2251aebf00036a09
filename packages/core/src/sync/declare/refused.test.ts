import { expect, test } from "vitest";
import { standardTransforms } from "../../mapping/standard.ts";
import type { Transform } from "../../mapping/transform.ts";
import { fakeClock } from "../testing-fakes/fake-clock.fixture.ts";
import { FakeLocal } from "../testing-fakes/fake-local.fixture.ts";
import { createWorld } from "../testing-fakes/world.fixture.ts";
import { defineSync } from "./define-sync.ts";
import type { FieldSpecs, SyncDefinition } from "./definition.ts";
import { codec, field } from "./field.ts";

const email = field("email", { owner: "hubspot" });
const company = { sync: "companies", localField: "company_id" } as const;
const readOnly = () => new FakeLocal(fakeClock(), { readOnly: true });

function definition(change: Partial<SyncDefinition<FieldSpecs>>): SyncDefinition<FieldSpecs> {
  const local = new FakeLocal(fakeClock());
  return { name: "leads", object: "contacts", local, match: ["email"], fields: { email }, ...change };
}

test.each<[string, Partial<SyncDefinition<FieldSpecs>>, RegExp]>([
  [
    "a field of no property",
    { fields: { email, none: codec([], { encode: () => ({}), decode: () => null, samples: [""] }) } },
    /field "none" names no property/,
  ],
  [
    "a match field of several properties",
    {
      match: ["name"],
      fields: {
        name: codec(["firstname", "lastname"], {
          encode: (text) => ({ firstname: text, lastname: null }),
          decode: ({ firstname }) => firstname,
          samples: ["Ada"],
        }),
      },
    },
    /match field "name" is a codec: match on a field of one property/,
  ],
  ["writes below none", { limitWrites: -1 }, /limitWrites must be 0 or more/],
  [
    "deletes in a source that is read-only",
    {
      local: readOnly(),
      fields: { email: field("email", { direction: "to-hubspot" }) },
      deletes: { fromHubspot: "delete" },
    },
    /deletes.fromHubspot is "delete", but its local source is read-only: use "ignore" or "unlink"/,
  ],
  [
    "two associations in one local field",
    { associations: { company, employer: company } },
    /associations "company" and "employer" are kept in one local field, "company_id"/,
  ],
  [
    "an association that would be written into a read-only source",
    {
      local: readOnly(),
      fields: { email: field("email", { direction: "to-hubspot" }) },
      associations: { company },
    },
    /association "company" would be written locally, but its local source is read-only/,
  ],
  [
    "a transform that takes a standard one's name",
    { mappings: { transforms: { phone: standardTransforms(() => null)["lower-case-email"] as Transform } } },
    /there is a standard transform "phone": give yours another name/,
  ],
])("%s is refused", (_what, change, words) => {
  expect(() => defineSync(definition(change))).toThrow(words);
  expect(() => defineSync(definition(change))).toThrow(expect.objectContaining({ code: "SYNC_DECLARATION_INVALID" }));
});

test("a name that another sync has is refused", () => {
  const { syncs } = createWorld();
  expect(() => syncs.define(definition({}))).toThrow(/sync "leads" is defined twice: give one of them another name/);
});
