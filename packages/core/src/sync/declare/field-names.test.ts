import { describe, expectTypeOf, it } from "vitest";
import type { Pulled } from "../../model/object-properties.ts";
import type { ContactProperties } from "../../model/properties/contacts.ts";
import type { LocalSource } from "../../ports/local-source.ts";
import { defineSync } from "./define-sync.ts";
import type { FieldSpecs, NoUnknownFields } from "./definition.ts";
import { codec, delimited, field, fields } from "./field.ts";

/** Types only: nothing here runs. */
declare const local: LocalSource;
declare function named<const F extends FieldSpecs>(specs: F & NoUnknownFields<F, Pulled<ContactProperties>>): void;
declare const column: string;
const name = {
  encode: () => ({ firstname: null, lastname: null }),
  decode: () => null,
  samples: ["Ada Byron"],
} as const;

describe("the names of a sync's fields", () => {
  it("are open by default: the portal is asked when the sync opens", () => {
    const declare = () =>
      defineSync({
        name: "leads",
        object: "contacts",
        local,
        match: ["email"],
        fields: { email: field("email"), score: field("lead_scor"), ...fields({ prefix: "acme_" }, "tier") },
      });
    expectTypeOf(declare).toBeFunction();
  });

  it("are those of pulled types where there are any, and of names that run time knows any", () => {
    const declare = () => {
      named({
        email: field("email", { owner: "hubspot" }),
        name: codec(["firstname", "lastname"], name),
        emails: delimited("hs_additional_emails", { local: "," }),
        other: field(column),
        ...fields({ owner: "local" }, "city", "state"),
        ...fields({ prefix: "hs_" }, "lead_status"),
      });
      // @ts-expect-error misspelt
      named({ email: field("email"), stage: field("lifecyclestag") });
      // @ts-expect-error misspelt
      named({ name: codec(["firstname", "lastnam"], { ...name, encode: () => ({ firstname: null, lastnam: null }) }) });
      // @ts-expect-error misspelt
      named({ emails: delimited("hs_additional_mails", { local: "," }) });
      // @ts-expect-error without its prefix
      named({ ...fields({ owner: "local" }, "city", "lead_status") });
      // @ts-expect-error with a prefix that none of them has
      named({ ...fields({ prefix: "acme_" }, "tier") });
    };
    expectTypeOf(declare).toBeFunction();
  });

  it("stay what they are in the field", () => {
    expectTypeOf(field("email").properties).toEqualTypeOf<readonly ["email"]>();
    expectTypeOf(fields({ prefix: "acme_" }, "tier").tier.properties).toEqualTypeOf<readonly ["acme_tier"]>();
  });
});
