import type { CrmSchema } from "@hubspoke/core";
import { describe, expect, it } from "vitest";
import { world } from "./cli.fixture.ts";
import { type LeadsWorld, leadsWorld } from "./leads.fixture.ts";

const declaration: CrmSchema = {
  group: { name: "warp", label: "Warp" },
  objects: {
    contacts: { properties: [{ name: "warp_tier", type: "dropdown", options: ["starter", "growth"] }] },
  },
};

/** A property in the declared group that the declaration does not know. */
async function withStray(): Promise<LeadsWorld> {
  const there = await leadsWorld({}, { schema: declaration });
  await there.run("schema", "apply");
  const { simulator } = there;
  const answer = await simulator.fetch("https://api.hubapi.com/crm/properties/2026-09/contacts", {
    method: "POST",
    headers: { authorization: `Bearer ${simulator.token}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "warp_old", label: "Old", type: "string", fieldType: "text", groupName: "warp" }),
  });
  expect(answer.status).toBe(201);
  return there;
}

describe("hubspoke schema", () => {
  it("plans with + and ~ lines, writes nothing, and reports drift with --check", async () => {
    const { run } = await leadsWorld({}, { schema: declaration });
    const plan = await run("schema", "plan");
    expect(plan).toMatchObject({ code: 0, err: "" });
    expect(plan.out).toBe("+ group contacts.warp\n+ property contacts.warp_tier  enumeration\n");
    const checked = await run("--json", "schema", "plan", "--check");
    expect(checked.code).toBe(1);
    expect(JSON.parse(checked.out)).toMatchObject({ inSync: false, conflicts: [] });
  });

  it("applies, and finds no drift after that", async () => {
    const { run } = await leadsWorld({}, { schema: declaration });
    expect(await run("schema", "apply")).toMatchObject({ code: 0, out: expect.stringContaining("as declared") });
    expect(await run("schema", "plan", "--check")).toMatchObject({ code: 0, out: "The account is as declared.\n" });
  });

  it("shows changes with ~, and what HubSpot never changes with !", async () => {
    const there = await leadsWorld({}, { schema: declaration });
    await there.run("schema", "apply");
    const second = await leadsWorld(
      { baseUrl: there.env.HUBSPOT_API_BASE_URL, portalId: 62515 },
      {
        schema: {
          group: { name: "warp", label: "Warp 9" },
          objects: { contacts: { properties: [{ name: "warp_tier", type: "number" }] } },
        },
      },
    );
    const plan = await second.run("schema", "plan", "--check");
    expect(plan.code).toBe(1);
    expect(plan.out).toContain("~ group contacts.warp  label");
    expect(plan.out).toContain("! property contacts.warp_tier  type is enumeration, declared number");
    expect((await second.run("schema", "apply")).code).toBe(1);
  });

  it("archives only with --prune and --yes", async () => {
    const { run } = await withStray();
    expect((await run("schema", "plan")).out).toContain("not declared, left alone: contacts.warp_old");
    expect((await run("schema", "plan", "--prune")).out).toContain("- property contacts.warp_old");
    const refused = await run("schema", "apply", "--prune");
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("contacts.warp_old");
    expect((await run("schema", "plan", "--prune")).out).toContain("- property contacts.warp_old");
    expect((await run("schema", "apply", "--prune", "--yes")).code).toBe(0);
    expect((await run("schema", "plan", "--prune")).out).toBe("The account is as declared.\n");
  });

  it("asks for a declaration where the set-up has none", async () => {
    const { run } = await world();
    const answer = await run("schema", "plan");
    expect(answer.code).toBe(2);
    expect(answer.err).toContain("defineConfig({ hubspoke, schema");
  });
});
