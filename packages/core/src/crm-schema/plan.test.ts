import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CrmSchema,
  type GroupDeclaration,
  type PropertyForm,
  propertyForms,
  wantedSchema,
} from "./declaration.ts";
import { type ActualSchema, planSchema, type SchemaAction } from "./plan.ts";
import type { ActualObject, ActualProperty } from "./schema-port.ts";

const none: ActualSchema = {
  objects: new Map([["contacts", { groups: [], properties: [] }]]),
  customObjects: [],
  labels: new Map(),
};

/** What HubSpot would have after the steps: written from what the steps say, not from how they were found. */
function after(actual: ActualSchema, actions: readonly SchemaAction[]): ActualSchema {
  const objects = new Map<string, { groups: GroupDeclaration[]; properties: ActualProperty[] }>();
  for (const [one, { groups, properties }] of actual.objects) {
    objects.set(one, { groups: [...groups], properties: [...properties] });
  }
  for (const action of actions) {
    if (!("object" in action)) continue;
    const object = objects.get(action.object);
    if (object === undefined) continue;
    if (action.do === "create-group") object.groups.push(action.group);
    if (action.do === "rename-group")
      object.groups.splice(
        object.groups.findIndex(({ name }) => name === action.group.name),
        1,
        action.group,
      );
    if (action.do === "create-property") {
      const { unique, options, description = "", hidden = false, ...rest } = action.property;
      object.properties.push({
        ...rest,
        description,
        hidden,
        unique,
        standard: false,
        options: options.map((one, displayOrder) => ({ ...one, displayOrder, hidden: false })),
      });
    }
    if (action.do === "update-property" || action.do === "archive-property") {
      const at = object.properties.findIndex(({ name }) => name === action.name);
      const there = object.properties[at] as ActualProperty;
      object.properties.splice(at, 1, ...(action.do === "update-property" ? [{ ...there, ...action.changes }] : []));
    }
  }
  return { ...actual, objects };
}

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/);
const forms = Object.keys(propertyForms) as PropertyForm[];
const declaration: fc.Arbitrary<CrmSchema> = fc
  .uniqueArray(
    fc.record({
      name,
      type: fc.constantFrom(...forms),
      label: fc.string({ maxLength: 5 }),
      words: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
    }),
    { selector: ({ name: one }) => one, maxLength: 6 },
  )
  .map((properties) => ({
    group: { name: "ours", label: "Ours" },
    objects: {
      contacts: {
        properties: properties.map(({ words, ...one }) =>
          propertyForms[one.type].type === "enumeration" ? { ...one, options: words } : one,
        ),
      },
    },
  }));

describe("a plan", () => {
  it("done once leaves nothing to do, whatever was there before", () => {
    fc.assert(
      fc.property(declaration, declaration, (before, now) => {
        const first = after(none, planSchema(wantedSchema(before), none).actions);
        const plan = planSchema(wantedSchema(now), first);
        const second = planSchema(wantedSchema(now), after(first, plan.actions));
        expect(second.actions).toEqual([]);
        expect(second.conflicts).toEqual(plan.conflicts);
      }),
    );
  });

  it("deletes nothing, and no option, unless it is asked to", () => {
    fc.assert(
      fc.property(declaration, declaration, (before, now) => {
        const first = after(none, planSchema(wantedSchema(before), none).actions);
        const plan = planSchema(wantedSchema(now), first);
        expect(plan.actions.some((action) => action.do === "archive-property")).toBe(false);
        const there = after(first, plan.actions).objects.get("contacts")?.properties ?? [];
        for (const property of first.objects.get("contacts")?.properties ?? []) {
          const kept = there.find((one) => one.name === property.name);
          const values = kept?.options.map(({ value }) => value) ?? [];
          expect(property.options.every(({ value }) => values.includes(value))).toBe(true);
        }
        const pruned = planSchema(wantedSchema(now), first, { prune: true });
        const doomed = pruned.actions.flatMap((action) => (action.do === "archive-property" ? action.name : []));
        expect(doomed).toEqual(pruned.undeclared.map((one) => one.name));
      }),
    );
  });

  it("merges options: new ones behind the old, labels as declared, places kept", () => {
    const tier = (options: readonly string[]): CrmSchema => ({
      group: { name: "ours", label: "Ours" },
      objects: { contacts: { properties: [{ name: "tier", type: "dropdown", options }] } },
    });
    const first = after(none, planSchema(wantedSchema(tier(["starter", "growth"])), none).actions);
    const plan = planSchema(wantedSchema(tier(["enterprise", "growth"])), first);
    expect(plan.actions).toMatchObject([
      {
        do: "update-property",
        name: "tier",
        changes: {
          options: [
            { value: "starter", displayOrder: 0 },
            { value: "growth" },
            { value: "enterprise", displayOrder: 2 },
          ],
        },
      },
    ]);
  });

  it("says what it cannot change, and leaves HubSpot's own properties alone", () => {
    const first = after(
      none,
      planSchema(
        wantedSchema({
          group: { name: "ours", label: "Ours" },
          objects: {
            contacts: {
              properties: [
                { name: "tier", type: "text" },
                { name: "key", type: "text" },
              ],
            },
          },
        }),
        none,
      ).actions,
    );
    const standard = {
      name: "email",
      label: "Email",
      type: "string",
      fieldType: "text",
      groupName: "contactinformation",
      description: "",
      options: [],
      unique: false,
      hidden: false,
      standard: true,
    };
    const contacts = first.objects.get("contacts") as ActualObject;
    const actual = {
      ...first,
      objects: new Map([["contacts", { ...contacts, properties: [...contacts.properties, standard] }]]),
    };
    const plan = planSchema(
      wantedSchema({
        group: { name: "ours", label: "Ours" },
        objects: {
          contacts: {
            properties: [
              { name: "tier", type: "number" },
              { name: "key", type: "text", unique: true },
              { name: "email", label: "E-mail", type: "text" },
            ],
          },
        },
      }),
      actual,
    );
    expect(plan.conflicts).toEqual([
      { object: "contacts", property: "tier", what: "type", declared: "number", actual: "string" },
      { object: "contacts", property: "key", what: "unique", declared: "true", actual: "false" },
    ]);
    expect(plan.actions).toEqual([]);
    expect(plan.inSync).toBe(false);
  });
});

describe("a declaration", () => {
  it.each<readonly [string, CrmSchema]>([
    [
      "lower case",
      { group: { name: "g", label: "G" }, objects: { contacts: { properties: [{ name: "Tier", type: "text" }] } } },
    ],
    [
      "needs options",
      { group: { name: "g", label: "G" }, objects: { contacts: { properties: [{ name: "tier", type: "dropdown" }] } } },
    ],
    [
      "has no options",
      {
        group: { name: "g", label: "G" },
        objects: { contacts: { properties: [{ name: "tier", type: "text", options: ["a"] }] } },
      },
    ],
    [
      "has a type of",
      {
        group: { name: "g", label: "G" },
        objects: { contacts: { properties: [{ name: "tier", type: "string" as "text" }] } },
      },
    ],
    ["has no group", { objects: { contacts: { properties: [{ name: "tier", type: "text" }] } } }],
    [
      "cannot be unique",
      {
        group: { name: "g", label: "G" },
        objects: { contacts: { properties: [{ name: "tier", type: "date", unique: true }] } },
      },
    ],
    [
      "declared twice",
      {
        group: { name: "g", label: "G" },
        objects: {
          contacts: {
            properties: [
              { name: "a", type: "text" },
              { name: "a", type: "text" },
            ],
          },
        },
      },
    ],
    [
      "declared twice",
      { group: { name: "g", label: "G" }, objects: { contacts: { properties: [] }, contact: { properties: [] } } },
    ],
    [
      "none of its properties",
      {
        customObjects: [
          { name: "trunk", labels: { singular: "T", plural: "Ts" }, primaryDisplayProperty: "x", properties: [] },
        ],
      },
    ],
  ])("that cannot be is refused: %s", (words, schema) => {
    expect(() => wantedSchema(schema)).toThrow(words);
  });
});

it("properties by name, in short, are those of the long form", () => {
  const group = { name: "warp", label: "WARP" };
  const short = wantedSchema({
    group,
    objects: {
      companies: {
        properties: {
          warp_ban: { label: "Account", type: "text", unique: true },
          warp_mrr: "number",
          warp_tier: ["low", { value: "high", label: "High" }],
          warp_tags: { type: "checkboxes", options: ["a"] },
        },
      },
    },
  });
  const long = wantedSchema({
    group,
    objects: {
      companies: {
        properties: [
          { name: "warp_ban", label: "Account", type: "text", unique: true },
          { name: "warp_mrr", type: "number" },
          { name: "warp_tier", type: "dropdown", options: ["low", { value: "high", label: "High" }] },
          { name: "warp_tags", type: "checkboxes", options: ["a"] },
        ],
      },
    },
  });
  expect(short).toEqual(long);
  const wrong = { companies: { properties: { warp_tier: [] } } };
  expect(() => wantedSchema({ group, objects: wrong })).toThrow("needs options");
});
