import * as fc from "fast-check";
import { expect, it } from "vitest";
import { SIMULATED } from "../../src/simulator/routing/table.ts";
import { createHubSpotSimulator, createVirtualClock, type SimulatorState } from "../../src/simulator.ts";
import { SAMPLES } from "./samples.ts";

const PLENTY = { tenSecondly: 1e9, searchPerSecond: 1e9, daily: 1e9 };
const READS = [
  "/crm/objects/2026-09/contacts?limit=50&associations=companies&properties=city,shoe,constructor,toString,__proto__",
  "/crm/objects/2026-09/contacts?limit=50&propertiesWithHistory=city,constructor",
  "/crm/properties/2026-09/contacts",
  "/crm/pipelines/2026-09/deals",
  "/crm-object-schemas/2026-09/schemas",
  "/crm/imports/2026-09",
  "/crm/lists/2026-09/1/memberships",
  "/crm/exports/2026-09/export/async/tasks/1/status",
  "/files/2026-09/files/search",
  "/files/2026-09/folders/search",
  "/crm/limits/2026-09/records",
  "/crm/associations/2026-09/contacts/companies/labels",
];

const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  "",
  " ",
  "0",
  "constructor",
  "__proto__",
  "toString",
  "0-1",
  "contacts",
  "email",
  "\u0000\ud800",
  "x".repeat(70_000),
  [],
  [null],
  [[]],
  [0],
  [{}],
  ["__proto__"],
  {},
  { constructor: 1, id: null },
  { a: { b: [{ c: null }] } },
  // Whoever takes it for a text breaks, where any other object is silently taken as "[object Object]".
  { toString: null },
];

/** Names that bodies have somewhere, and names that objects have anyway. */
const NAMES = [
  "inputs properties associations id idProperty objectWriteTraceId primaryObjectId objectIdToMerge objectId",
  "propertiesWithHistory filterGroups filters propertyName operator value values highValue sorts query after limit",
  "from to types associationCategory associationTypeId name label labels type fieldType groupName options hasUniqueValue",
  "archived primaryDisplayProperty requiredProperties associatedObjects stages displayOrder metadata filterBranch",
  "processingType objectTypeId listIds recordIdsToAdd recordIdsToRemove exportType format objectType objectProperties",
  "publicCrmSearchRequest targetUrl throttling eventType active subscriptionType actions portalId objectIds filter",
  "conditions snapshotRequests eventTemplateId eventTypeName tokens extraData timestamp email utk actionUrl functions",
  "inputFields objectRequestOptions outputFields callbackId url access folderPath folderId ttl expiresAt clearExpires",
  "parentFolderId grant_type client_id token maxObjectIds constructor __proto__ length",
]
  .join(" ")
  .split(" ");

const KNOWN = [
  "1",
  "0-1",
  "contacts",
  "companies",
  "deals",
  "email",
  "default",
  "constructor",
  "__proto__",
  "%E0%A4%A",
];
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  {
    weight: 1,
    arbitrary: fc.array(fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...HOSTILE)), { maxLength: 2 }),
  },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...HOSTILE)) },
);
const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.dictionary(fc.constantFrom(...NAMES), hostile, { maxKeys: 8 }).map((one) => JSON.stringify(one)),
  },
  { weight: 1, arbitrary: hostile.map((one) => JSON.stringify(one)) },
  { weight: 1, arbitrary: fc.constantFrom("", "{", "[1,", "\u0000", "a=b&client_id=c") },
);
const TYPES = ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""];
const query = fc.dictionary(
  fc.constantFrom(
    "limit",
    "after",
    "archived",
    "properties",
    "idProperty",
    "associations",
    "expirationSeconds",
    "scope",
  ),
  fc.constantFrom("", "-1", "1e9", "constructor", "__proto__,toString", "email", "true", "NaN", "%"),
  { maxKeys: 3 },
);

const requests = fc.array(
  fc.record({
    route: fc.constantFrom(...SIMULATED),
    values: fc.array(fc.constantFrom(...KNOWN), { minLength: 6, maxLength: 6 }),
    type: fc.oneof(
      { weight: 6, arbitrary: fc.constant(TYPES[0]!) },
      { weight: 1, arbitrary: fc.constantFrom(...TYPES) },
    ),
    body,
    query,
    version: fc.constantFrom("2026-09", "2026-03"),
  }),
  { minLength: 1, maxLength: 12, size: "max" },
);

it("answers whatever it is sent, and never with a failure of its own", async () => {
  await fc.assert(
    fc.asyncProperty(requests, async (calls) => {
      const clock = createVirtualClock();
      const sim = createHubSpotSimulator({
        clock,
        apps: [
          { appId: 1, clientId: "c", clientSecret: "s", redirectUris: ["https://a.example/cb"], scopes: ["oauth"] },
        ],
        platform: { outbound: () => new Response("x") },
      });
      sim.seedContacts(2);
      for (const { route, values, type, body: text, query: asked, version } of calls) {
        let at = 0;
        const path = (route.dated ?? route.legacy?.[0] ?? "")
          .replace("{version}", route.versions?.[0] ?? version)
          .replaceAll(/\{\w+\}/g, () => values[at++ % values.length]!);
        const key = route.developer ? { hapikey: "developer-sim" } : {};
        const { status } = await sim.fetch(
          `https://api.hubapi.com${path}?${new URLSearchParams({ ...asked, ...key })}`,
          {
            method: route.method,
            headers: { authorization: `Bearer ${sim.token}`, ...(type === "" ? {} : { "content-type": type }) },
            ...(route.method === "GET" ? {} : { body: text }),
          },
        );
        expect(status, `${route.method} ${path}`).toBeLessThan(502);
        expect(status, `${route.method} ${path}`).not.toBe(500);
      }
      await clock.advance(10_000);
      JSON.stringify(sim.saveState());
    }),
    { numRuns: 300 },
  );
}, 60_000);

/** A copy with one part of it replaced, taken away or doubled. */
function spoil(value: unknown, at: readonly number[], by: unknown): unknown {
  const [step, ...further] = at;
  if (step === undefined || typeof value !== "object" || value === null) return by;
  const entries = Object.entries(value);
  const place = step % (entries.length + 1);
  const chosen = entries[place];
  if (chosen === undefined) return Array.isArray(value) ? [...value, by] : { ...value, constructor: by };
  if (Array.isArray(value)) return value.map((one, n) => (n === place ? spoil(one, further, by) : one));
  return Object.fromEntries(entries.map(([name, one]) => [name, name === chosen[0] ? spoil(one, further, by) : one]));
}

const spoiled = fc.array(
  fc.tuple(
    fc.constantFrom(...SAMPLES),
    fc.option(fc.tuple(fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }), fc.constantFrom(...HOSTILE))),
  ),
  { minLength: 1, maxLength: 40, size: "max" },
);

it("answers good bodies with one part spoiled, and afterwards everything can still be read", async () => {
  await fc.assert(
    fc.asyncProperty(spoiled, async (calls) => {
      const clock = createVirtualClock();
      const sim = createHubSpotSimulator({ clock, limits: PLENTY, platform: { outbound: () => new Response("x") } });
      sim.seedContacts(2);
      const [ann, ben] = sim.portal().contacts.list();
      const company = sim.portal().objects("companies").create({ name: "C" });
      const real = (text: string) =>
        text
          .replaceAll('"1"', `"${ann?.id}"`)
          .replaceAll('"2"', `"${ben?.id}"`)
          .replaceAll("companies/2", `companies/${company.id}`)
          .replaceAll("contacts/1", `contacts/${ann?.id}`);
      const send = async (route: string, text?: string) => {
        const [method = "GET", path = ""] = real(route).split(" ");
        const response = await sim.fetch(`https://api.hubapi.com${path}`, {
          method,
          headers: { authorization: `Bearer ${sim.token}`, "content-type": "application/json" },
          ...(text === undefined ? {} : { body: real(text) }),
        });
        const { status } = response;
        expect([500, 501, 502].includes(status) && !text?.includes("null"), `${route} ${text} ${status}`).toBe(false);
        const answer = await response.text();
        expect(/\[object Object|\bNaN\b/.test(answer), `${route} ${text} ${answer}`).toBe(false);
      };
      for (const [[route, good], change] of calls) {
        await send(route, JSON.stringify(change === null ? good : spoil(good, ...change)));
      }
      await clock.advance(10_000);
      for (const path of READS) await send(`GET ${path}`);
      await sim.deliverWebhooks({ handler: () => new Response() });
      const saved = JSON.stringify(sim.saveState());
      expect(saved).not.toContain("[object Object");
      sim.restoreState(JSON.parse(saved) as SimulatorState);
    }),
    { numRuns: 150 },
  );
}, 60_000);
