import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createHubSpotSimulator } from "../../src/simulator.ts";

test("a user's test in vitest", async () => {
  const hubspot = createHubSpotSimulator();
  const { id } = hubspot.portal().contacts.create({ email: "ann@acme.example" });
  const headers = { authorization: `Bearer ${hubspot.token}` };
  const answer = await hubspot.fetch(`https://api.hubapi.com/crm/objects/2026-09/contacts/${id}`, { headers });
  expect(await answer.json()).toMatchObject({ properties: { email: "ann@acme.example" } });
});

test("the same in node:test, which needs no test runner of ours", async () => {
  const file = fileURLToPath(new URL("./node-test-user.ts", import.meta.url));
  const flags = ["--conditions=@hubspoke/source", "--test", "--test-reporter=tap", file];
  const { stdout } = await promisify(execFile)(process.execPath, flags, {
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
  expect(stdout).toContain("ok 1 - a user's test in plain node:test");
});
