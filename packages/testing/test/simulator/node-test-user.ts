import assert from "node:assert/strict";
import { test } from "node:test";
import { createHubSpotSimulator } from "@hubspoke/testing/simulator";

test("a user's test in plain node:test", async () => {
  const hubspot = createHubSpotSimulator();
  const { id } = hubspot.portal().contacts.create({ email: "ann@acme.example" });
  const headers = { authorization: `Bearer ${hubspot.token}` };
  const answer = await hubspot.fetch(`https://api.hubapi.com/crm/objects/2026-09/contacts/${id}`, { headers });
  assert.equal(((await answer.json()) as { properties: { email: string } }).properties.email, "ann@acme.example");
});
