import { expect, test } from "vitest";
import { two } from "../testing-fakes/two-syncs.fixture.ts";

test("a first association that is refused stops nobody, and is tried again", async () => {
  const there = two({ label: "plain" });
  there.companies.hubspot.user({ email: "acme.com" });
  await there.run(there.companies.sync.backfill());
  there.hubspot.user({ email: "ann@x.com" });
  const acme = there.company("acme.com");
  there.local.user({ email: "ann@x.com", company_id: acme.localId });
  there.associations.refuse = "VALIDATION_FAILED";
  await there.run(there.sync.backfill());
  await there.rest();
  expect(there.associations.companiesOf(there.contact().hubspotId)).toEqual({ [acme.hubspotId]: [279] });
});
