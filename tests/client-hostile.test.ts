import { type Hubspoke, HubspokeError, isHubspokeError, privateApp } from "@hubspoke/core";
import { createHubSpotClients } from "@hubspoke/core/client";
import type { TransportResponse } from "@hubspoke/core/ports";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

type Client = ReturnType<Hubspoke["client"]>;

const a = { object: "contacts", id: "1" } as const;
const b = { object: "companies", id: "2" } as const;
const field = { name: "n", label: "N", type: "string", fieldType: "text", groupName: "g" };
const place = { access: "PRIVATE", folderPath: "/" } as const;
const event = { eventTypeName: "call", id: "e1", properties: {} };

/** Everything a client reads an answer of, once. */
const methods: Readonly<Record<string, (hs: Client) => Promise<unknown>>> = {
  get: (hs) => hs.contacts.get("1", { properties: ["firstname"] }),
  "get by e-mail": (hs) => hs.contacts.get("a@b.c", { idProperty: "email", properties: ["createdate"] }),
  "get with history": (hs) => hs.contacts.get("1", { properties: ["email"], history: true }),
  list: (hs) => some(hs.contacts.list({ properties: ["email"] })),
  "list in parallel": (hs) => some(hs.contacts.list({ properties: ["email"], parallel: 3 })),
  create: (hs) => hs.contacts.create({ properties: { email: "a@b.c" } }),
  update: (hs) => hs.contacts.update("1", { email: "a@b.c" }),
  archive: (hs) => hs.contacts.archive("1"),
  batchRead: (hs) => hs.contacts.batchRead(["1", "2"], { properties: ["lastmodifieddate"] }),
  batchCreate: (hs) => hs.contacts.batchCreate([{ properties: { email: "a@b.c" } }, { properties: { city: "X" } }]),
  batchUpdate: (hs) => hs.contacts.batchUpdate([{ id: "1", properties: { city: "X" } }]),
  batchUpsert: (hs) => hs.contacts.batchUpsert([{ id: "x", properties: { city: "X" } }], { idProperty: "email" }),
  batchArchive: (hs) => hs.contacts.batchArchive(["1", "2"]),
  search: (hs) => hs.contacts.search({ properties: ["email"] }),
  searchAll: (hs) => some(hs.contacts.searchAll({ properties: ["email"] })),
  merge: (hs) => hs.contacts.merge("1", "2"),
  gdprDelete: (hs) => hs.contacts.gdprDelete("1"),
  "associations.list": (hs) => some(hs.associations.list(a, "companies")),
  "associations.link": (hs) => hs.associations.link(a, b),
  "associations.batchRead": (hs) => hs.associations.batchRead("contacts", "companies", ["1"]),
  "associations.batchUnlink": (hs) =>
    hs.associations.batchUnlink("contacts", "companies", [{ fromId: "1", toId: "2" }]),
  "labels.list": (hs) => hs.associations.labels("contacts", "companies").list(),
  "labels.create": (hs) => hs.associations.labels("contacts", "companies").create({ name: "l", label: "L" }),
  "owners.list": (hs) => some(hs.owners.list()),
  "properties.list": (hs) => hs.properties("contacts").list(),
  "properties.create": (hs) => hs.properties("contacts").create(field),
  "properties.batchCreate": (hs) => hs.properties("contacts").batchCreate([field]),
  "properties.batchRead": (hs) => hs.properties("contacts").batchRead(["n"]),
  "groups.list": (hs) => hs.properties("contacts").groups.list(),
  "pipelines.list": (hs) => hs.pipelines("deals").list(),
  "stages.list": (hs) => hs.pipelines("deals").stages("1").list(),
  "schemas.list": (hs) => hs.schemas.list(),
  "schemas.get": (hs) => hs.schemas.get("2-1"),
  "lists.get": (hs) => hs.lists.get("1"),
  "lists.search": (hs) => some(hs.lists.search()),
  "lists.members": (hs) => some(hs.lists.members("1")),
  "lists.add": (hs) => hs.lists.add("1", ["2"]),
  "lists.of": (hs) => hs.lists.of("contacts", "1"),
  "lists.create": (hs) => hs.lists.create({ name: "l", objectTypeId: "0-1", processingType: "MANUAL" }),
  "files.upload": (hs) => hs.files.upload({ data: "x", fileName: "x.txt", ...place }),
  "files.signedUrl": (hs) => hs.files.signedUrl("1"),
  "files.importStatus": (hs) => hs.files.importStatus("1"),
  "imports.list": (hs) => some(hs.imports.list()),
  "imports.errors": (hs) => some(hs.imports.errors("1")),
  "exports.status": (hs) => hs.exports.status("1"),
  "exports.get": (hs) => hs.exports.get("1"),
  "appEvents.send": (hs) => hs.appEvents.send(event),
  "appEvents.sendMany": (hs) => hs.appEvents.sendMany([event]),
  "workflowActions.list": (hs) => some(hs.workflowActions("1").list()),
  "webhookSettings.subscriptions": (hs) => hs.webhookSettings("1").subscriptions(),
  "webhookSettings.target": (hs) => hs.webhookSettings("1").target(),
  accountInfo: (hs) => hs.accountInfo(),
  tokenInfo: (hs) => hs.tokenInfo(),
  request: (hs) => hs.request("GET /crm/owners/{version}"),
};

async function some(entries: AsyncIterable<unknown>): Promise<void> {
  let read = 0;
  for await (const _ of entries) if (++read > 50) return;
}

const anything = fc.jsonValue({ maxDepth: 3 });
const names =
  "id name properties from to paging results errors context category createdAt updatedAt archived archivedAt new url warnings message objectWriteTraceId propertiesWithHistory toObjectId associationTypes associationTypeId labels label stages list lists listId recordId hasMore offset portalId hubId scopes total state status result metadata targetUrl throttling email options type";
const word = fc.constantFrom(...names.split(" "));
const digits = fc.bigInt({ min: 0n, max: 10n ** 12n }).map(String);
/** Nearly an entry: some fields as they should be, some as anything. */
const entry = fc
  .tuple(
    fc.oneof(digits, fc.string({ maxLength: 3 }), fc.constantFrom("1", "2")),
    fc.dictionary(word, anything, { maxKeys: 6 }),
  )
  .map(([id, more]) => ({ id, ...more }));
const page = fc
  .tuple(fc.array(entry, { maxLength: 4 }), fc.dictionary(word, anything, { maxKeys: 3 }), fc.option(digits))
  .map(([results, more, after]) => ({ results, ...more, ...(after === null ? {} : { paging: { next: { after } } }) }));
const text = fc.oneof(
  { weight: 4, arbitrary: page.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: entry.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: anything.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.constantFrom("", "<html>", "null", "{", "[]") },
);
const status = fc.oneof(
  fc.constantFrom(200, 201, 207),
  fc.constantFrom(200, 204, 400, 404, 409, 429, 500),
  fc.nat(999),
);
const header = fc.constantFrom("retry-after", "date", "x-hubspot-ratelimit-max", "x-hubspot-ratelimit-remaining");
const headers = fc.dictionary(header, fc.oneof(fc.string(), fc.integer().map(String)), { maxKeys: 2 });
const answer: fc.Arbitrary<TransportResponse> = fc.record({ status, text, headers });

/** A HubSpot that gives these answers in turn, and after sixty of them nothing more. */
function hostile(answers: readonly TransportResponse[], learnsPortal: boolean) {
  let given = 0;
  let now = 1_790_000_000_000;
  return createHubSpotClients({
    auth: privateApp("pat-na1-12345678"),
    telemetry: false,
    maxAttempts: 2,
    clock: {
      now: () => now,
      async sleep(ms) {
        now += ms;
      },
    },
    random: () => 0.5,
    transport: {
      async send({ url }) {
        if (learnsPortal && url.includes("/account-info/")) return { status: 200, headers: {}, text: '{"portalId":1}' };
        if (given > 60) throw new HubspokeError("NETWORK_FAILED", "gone", { details: { sent: false } });
        return answers[given++ % answers.length] as TransportResponse;
      },
      close: async () => {},
    },
  }).client({ tenant: "acme" });
}

describe("whatever HubSpot answers", () => {
  it.each(Object.keys(methods))("%s gives a result or one of our errors", async (name) => {
    const work = methods[name] as (hs: Client) => Promise<unknown>;
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 3 }), async (answers) => {
        const error: unknown = await work(hostile(answers, name !== "accountInfo")).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        expect(error === null || isHubspokeError(error), String((error as Error | null)?.stack)).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it("a record whose id is no number is none, also where ids are compared", async () => {
    const odd = { status: 200, headers: {}, text: '{"results":[{"id":"abc"}],"paging":{"next":{"after":"5"}}}' };
    for (const name of ["list", "list in parallel", "search", "searchAll", "batchRead"]) {
      const work = methods[name] as (hs: Client) => Promise<unknown>;
      const outcome = await work(hostile([odd], true)).then(JSON.stringify, (error: HubspokeError) => error.code);
      expect(outcome).toMatch(name === "batchRead" ? /HUBSPOT_UNAVAILABLE/ : /HUBSPOT_RESPONSE_INVALID/);
    }
  });
});
