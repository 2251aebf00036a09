import { type CrmSchema, properties } from "@hubspoke/core";
import { describe, expect, it } from "vitest";
import { shop } from "./services/bed.ts";

const tenant = "acme";

/** What a telephony platform keeps in HubSpot. */
const warp: CrmSchema = {
  group: { name: "warp", label: "WARP" },
  objects: {
    companies: {
      properties: [
        { name: "warp_ban", type: "text", unique: true },
        { name: "warp_mrr", label: "MRR", type: "number" },
        { name: "warp_service_tier", type: "dropdown", options: ["starter", "growth", "enterprise"] },
        { name: "warp_api_enabled", type: "boolean" },
      ],
    },
    tickets: { properties: [{ name: "warp_sla_breach", type: "datetime" }] },
  },
  customObjects: [
    {
      name: "trunk",
      labels: { singular: "Trunk", plural: "Trunks" },
      primaryDisplayProperty: "trunk_id",
      searchableProperties: ["trunk_id"],
      associatedObjects: ["companies", "number"],
      groups: [{ name: "trunk_facts", label: "Facts" }],
      properties: [
        { name: "trunk_id", type: "text", unique: true },
        { name: "concurrent_calls", type: "number" },
      ],
    },
    {
      name: "number",
      labels: { singular: "Number", plural: "Numbers" },
      primaryDisplayProperty: "number",
      properties: [{ name: "number", type: "phone", group: "number_information" }],
    },
  ],
  associationLabels: [
    { from: "contacts", to: "companies", name: "warp_admin", label: "Admin", inverseLabel: "Administered by" },
  ],
};

describe("a schema as code", () => {
  it("declares several properties of one form at once", async () => {
    const s = shop();
    const companies = { properties: { ...properties("number", "seats", "spend"), tier: ["free", "paid"] } };
    const { actions } = await s.drive(
      s.hubspoke.schema({ group: { name: "ours", label: "Ours" }, objects: { companies } }).plan(tenant),
    );
    const made = actions.flatMap((one) =>
      one.do === "create-property" ? [[one.property.name, one.property.type]] : [],
    );
    expect(made).toEqual([
      ["seats", "number"],
      ["spend", "number"],
      ["tier", "enumeration"],
    ]);
  });

  it("is compared with the account by verify, where HubSpot answers", async () => {
    const s = shop();
    const schema = s.hubspoke.schema(warp);
    const found = async () => (await s.drive(s.hubspoke.verify(tenant, { schema }))).checks.at(-1);
    const { actions } = await s.drive(schema.plan(tenant));
    const detail = `different from the declaration in ${actions.length} places`;
    expect(await found()).toEqual({ name: "crm-schema", ok: true, detail });
    await s.drive(schema.apply(tenant));
    expect(await found()).toEqual({ name: "crm-schema", ok: true, detail: "as declared" });
    // To a token that may write and not read, HubSpot names no scope.
    s.simulator.faults.add("GET /crm/properties/** 403 times=1");
    const code = "AUTH_SCOPE_MISSING";
    const named = expect.stringContaining(
      "/crm/properties/{version}/companies needs the scope crm.schemas.companies.read",
    );
    expect(await found()).toEqual({ name: "crm-schema", ok: false, code, message: named });
    s.simulator.faults.add("GET /crm-object-schemas/** 403 times=1");
    const custom = expect.stringContaining("needs the scope crm.schemas.custom.read");
    expect(await found()).toMatchObject({ ok: false, code, message: custom });
    s.simulator.faults.add("/** 401 times=always");
    const revoked = await s.drive(s.hubspoke.verify(tenant, { schema }));
    expect(revoked.checks.map(({ name }) => name)).toEqual(["schema", "token", "portal", "keys"]);
  });

  it("is planned without a change, applied, and then in sync", async () => {
    const s = shop();
    const schema = s.hubspoke.schema(warp);
    const before = s.simulator.calls.length;
    const plan = await s.drive(schema.plan(tenant));
    expect(plan.inSync).toBe(false);
    expect(plan.actions.map((action) => action.do)).toEqual(
      expect.arrayContaining(["create-object", "create-group", "create-property", "create-label"]),
    );
    expect(
      s.simulator.calls.slice(before).every(({ method }) => method === "GET"),
      "a plan only reads",
    ).toBe(true);
    const applied = await s.drive(schema.apply(tenant));
    expect(applied.applied.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(applied.ok).toBe(true);
    expect(await s.drive(schema.plan(tenant))).toEqual({ inSync: true, actions: [], conflicts: [], undeclared: [] });
    expect((await s.drive(schema.apply(tenant))).applied).toEqual([]);

    const hs = s.process().hubspoke.client({ tenant });
    const trunk = await s.drive(schema.typeId("trunk", tenant));
    expect(trunk).toMatch(/^2-\d+$/);
    const made = await s.drive(
      hs.objects(trunk as "2-1").create({ properties: { trunk_id: "t1", concurrent_calls: 100 } as never }),
    );
    expect(made.id).toMatch(/^\d+$/);
    const facts = await s.drive(hs.properties(trunk as "2-1").list());
    expect(facts.find(({ name }) => name === "trunk_id")).toMatchObject({ unique: true, groupName: "trunk_facts" });
    const company = await s.drive(
      hs.companies.create({
        properties: { name: "Acme", warp_service_tier: "growth", warp_api_enabled: true } as never,
      }),
    );
    expect(company.id).toMatch(/^\d+$/);
  });

  it("mends drift, and keeps what people added", async () => {
    const s = shop();
    const schema = s.hubspoke.schema(warp);
    await s.drive(schema.apply(tenant));
    const hs = s.process().hubspoke.client({ tenant });
    const tier = hs.properties("companies");
    await s.drive(
      tier.update("warp_service_tier", {
        label: "Tier, renamed",
        options: [
          { value: "starter", label: "starter" },
          { value: "special", label: "Special offer" },
        ],
      }),
    );
    await s.drive(
      tier.create({ name: "by_hand", label: "By hand", type: "string", fieldType: "text", groupName: "warp" }),
    );
    const drift = await s.drive(schema.plan(tenant));
    expect(drift.actions.map((action) => action.do)).toEqual(["update-property"]);
    expect(drift.undeclared).toEqual([{ object: "companies", name: "by_hand" }]);
    await s.drive(schema.apply(tenant));
    const after = await s.drive(tier.get("warp_service_tier"));
    expect(after.label).toBe("warp service tier");
    expect(after.options).toEqual(["starter", "special", "growth", "enterprise"]);
    expect((await s.drive(tier.get("by_hand"))).archived).toBe(false);
    const pruned = await s.drive(schema.apply(tenant, { prune: true }));
    expect(pruned.applied.map(({ action }) => action)).toEqual([
      { do: "archive-property", object: "companies", name: "by_hand" },
    ]);
    expect((await s.drive(schema.plan(tenant))).inSync).toBe(true);
  });

  it("says what stands in the way, and does the rest", async () => {
    const s = shop();
    const hs = s.process().hubspoke.client({ tenant });
    await s.drive(hs.properties("companies").groups.create({ name: "warp", label: "WARP" }));
    await s.drive(
      hs
        .properties("companies")
        .create({ name: "warp_mrr", label: "MRR", type: "string", fieldType: "text", groupName: "warp" }),
    );
    const applied = await s.drive(s.hubspoke.schema(warp).apply(tenant));
    expect(applied.conflicts).toEqual([
      { object: "companies", property: "warp_mrr", what: "type", declared: "number", actual: "string" },
    ]);
    expect(applied.ok).toBe(false);
    expect(applied.applied.every(({ outcome }) => outcome === "done")).toBe(true);
  });

  it("goes on where it was stopped, two at once, and without the scope says which step failed", async () => {
    const s = shop();
    const schema = s.hubspoke.schema(warp);
    s.simulator.faults.add("POST /crm/properties/2026-09/companies 400");
    const first = await s.drive(schema.apply(tenant));
    expect(first.ok).toBe(false);
    expect(first.applied.filter(({ outcome }) => outcome === "failed")).toHaveLength(1);
    const [a, b] = await s.drive(Promise.all([schema.apply(tenant), s.process().hubspoke.schema(warp).apply(tenant)]));
    expect([a.ok, b.ok]).toEqual([true, true]);
    expect((await s.drive(schema.plan(tenant))).inSync).toBe(true);
    const refused = { status: 403, body: { status: "error", category: "MISSING_SCOPES", message: "no" } };
    s.simulator.faults.add({
      method: "POST",
      route: "/crm/properties/**",
      effect: refused,
      times: Number.POSITIVE_INFINITY,
    });
    const more = {
      ...warp,
      objects: { ...warp.objects, deals: { properties: [{ name: "warp_x", type: "text" as const }] } },
    };
    const denied = await s.drive(s.hubspoke.schema(more).apply(tenant));
    expect(denied.applied.map(({ outcome, code }) => [outcome, code])).toEqual([
      ["failed", "AUTH_SCOPE_MISSING"],
      ["failed", "AUTH_SCOPE_MISSING"],
    ]);
  });
});
