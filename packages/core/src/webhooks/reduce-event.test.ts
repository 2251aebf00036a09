import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeParts } from "../crypto/encode-parts.ts";
import { reduceEvent } from "./reduce-event.ts";
import { creation, start } from "./testing.fixture.ts";

const reduce = (item: unknown) => reduceEvent(item, start).event;
const same = (a: unknown, b: unknown) =>
  Buffer.from(encodeParts(reduceEvent(a, start).identity)).equals(encodeParts(reduceEvent(b, start + 9).identity));

test("a property change keeps ids, names and times; the value goes nowhere but into the identity", () => {
  const change = creation(501, {
    subscriptionType: "contact.propertyChange",
    propertyName: "phone",
    propertyValue: "+19025551234",
    attemptNumber: 3,
    sourceId: "userId:77",
  });
  const { event, value, identity } = reduceEvent(change, start);
  expect(event).toEqual({
    portalId: "62515",
    subscriptionType: "contact.propertyChange",
    objectType: "contacts",
    objectId: "501",
    propertyName: "phone",
    occurredAt: start - 1_000,
    receivedAt: start,
    attempt: 3,
    changeSource: "CRM",
    sourceId: "userId:77",
    relatedIds: [],
  });
  expect(identity).toContain("+19025551234");
  expect(value).toBe("+19025551234");
});

describe("the shapes HubSpot sends", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      "a merge names the new id first, then winner, losers",
      {
        subscriptionType: "contact.merge",
        objectId: 1,
        primaryObjectId: 1,
        mergedObjectIds: [2, 3, "2"],
        newObjectId: 9,
      },
      { objectId: "9", relatedIds: ["1", "2", "3"] },
    ],
    [
      "a merge without a new id",
      { subscriptionType: "company.merge", objectId: undefined, primaryObjectId: 1, mergedObjectIds: [2] },
      { objectType: "companies", objectId: "1", relatedIds: ["2"] },
    ],
    [
      "an association change without objectId",
      {
        subscriptionType: "deal.associationChange",
        objectId: undefined,
        fromObjectId: 58764600373,
        toObjectId: 7,
        associationType: "DEAL_TO_CONTACT",
      },
      { objectType: "deals", objectId: "58764600373", relatedIds: ["7"] },
    ],
    [
      "an association change in the other direction",
      {
        subscriptionType: "contact.associationChange",
        objectId: undefined,
        fromObjectId: 7,
        toObjectId: 8,
        associationType: "COMPANY_TO_CONTACT",
      },
      { objectType: "contacts", objectId: "8", relatedIds: ["7"] },
    ],
    [
      "a generic association change",
      {
        subscriptionType: "object.associationChange",
        objectId: undefined,
        fromObjectTypeId: "2-345",
        fromObjectId: 1,
        toObjectId: 2,
      },
      { objectType: "2-345", objectId: "1", relatedIds: ["2"] },
    ],
    [
      "a generic event of a standard object",
      { subscriptionType: "object.creation", objectTypeId: "0-48" },
      { objectType: "calls", objectId: "501" },
    ],
    ["a generic event without type", { subscriptionType: "object.creation" }, { objectType: null, objectId: "501" }],
    ["a line item", { subscriptionType: "line_item.deletion" }, { objectType: "line_items" }],
    [
      "the documentation's other name for the type",
      { subscriptionType: undefined, eventType: "deal.restore" },
      { subscriptionType: "deal.restore", objectType: "deals" },
    ],
    ["ids as text", { objectId: "501", portalId: "62515" }, { objectId: "501", portalId: "62515" }],
    [
      "an event of tomorrow",
      { subscriptionType: "invoice.paid" },
      { subscriptionType: "invoice.paid", objectType: "invoice", objectId: "501" },
    ],
    ["an app event", { subscriptionType: "event.completed" }, { objectType: null }],
    ["an id that lost digits on the way", { objectId: 2 ** 53 }, { objectId: null }],
    ["no time", { occurredAt: "yesterday" }, { occurredAt: start }],
  ])("%s", (_, item, expected) => {
    expect(reduce(creation(501, item))).toMatchObject(expected);
  });

  test.each([[12], ["text"], [null], [[1, 2]], [{}], [true]])("%j is kept as unknown", (item) => {
    expect(reduce(item)).toMatchObject({ portalId: "unknown", subscriptionType: "unknown", objectId: null });
  });
});

describe("identity", () => {
  test("a repeated delivery is the same event, whatever its eventId and attempt", () => {
    expect(same(creation(1), creation(1, { eventId: 777, attemptNumber: 4 }))).toBe(true);
    expect(
      same(
        { subscriptionType: "x.y", note: 1, attemptNumber: 0 },
        { note: 1, subscriptionType: "x.y", attemptNumber: 2 },
      ),
    ).toBe(true);
  });

  test.each([
    ["portal", { portalId: 2 }],
    ["subscription", { subscriptionId: 2 }],
    ["type", { subscriptionType: "contact.restore" }],
    ["record", { objectId: 2 }],
    ["property", { propertyName: "email" }],
    ["time", { occurredAt: start }],
    ["value", { propertyValue: "b" }],
    ["losers of a merge", { mergedObjectIds: [4] }],
    ["end of an association", { toObjectId: 4 }],
  ])("another %s is another event", (_, change) => {
    expect(same(creation(1), creation(1, change))).toBe(false);
  });

  test("events that name no record are told apart by everything they hold", () => {
    expect(same({ subscriptionType: "x.y", note: 1 }, { subscriptionType: "x.y", note: 2 })).toBe(false);
    expect(same(12, 13)).toBe(false);
  });
});

describe("hostile items", () => {
  test("inherited names are not read and nothing is polluted", () => {
    const item = JSON.parse(
      '{"__proto__":{"portalId":1,"objectId":2,"polluted":true},"constructor":{"prototype":{"polluted":true}},"subscriptionType":"contact.creation"}',
    );
    expect(reduce(item)).toMatchObject({ portalId: "unknown", objectId: null });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("not even what somebody else's bug has put on every object", () => {
    Object.defineProperty(Object.prototype, "objectId", { value: "666", configurable: true });
    try {
      expect(reduce({ subscriptionType: "contact.creation" })).toMatchObject({ objectId: null, portalId: "unknown" });
    } finally {
      Reflect.deleteProperty(Object.prototype, "objectId");
    }
  });

  test("line breaks, escapes and personal data never pass as names", () => {
    const ugly = "a\r\n\u001b[31mINJECTED";
    const event = reduce(
      creation(1, {
        subscriptionType: ugly,
        propertyName: ugly,
        sourceId: "jane@example.com",
        changeSource: ugly,
        objectTypeId: ugly,
      }),
    );
    expect(event).toMatchObject({
      subscriptionType: "unknown",
      propertyName: null,
      sourceId: null,
      changeSource: null,
    });
    expect(JSON.stringify(event)).not.toMatch(/INJECTED|jane/);
  });

  test("any JSON reduces without a throw, to ids and names only", () => {
    const fields = [
      "portalId",
      "objectId",
      "subscriptionType",
      "mergedObjectIds",
      "newObjectId",
      "occurredAt",
      "objectTypeId",
      "associationType",
      "fromObjectId",
    ];
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...fields), fc.jsonValue())), (item) => {
        const event = reduce(item);
        for (const text of [
          event.portalId,
          event.subscriptionType,
          event.objectId ?? "-",
          event.objectType ?? "-",
          ...event.relatedIds,
        ]) {
          expect(text).toMatch(/^[\w.:-]{1,128}$/);
        }
        expect(event.occurredAt).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
