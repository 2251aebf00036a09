import { expect, it } from "vitest";
import { changeOfJournal } from "./journal-event.ts";

const of = { portalId: 62515, objectTypeId: "0-1", objectId: 101 };

it("an event of the journal names the records that are worth re-reading", () => {
  const change = { portalId: "62515", objectType: "0-1", objectId: "101", relatedIds: [] };
  for (const action of ["CREATE", "UPDATE", "DELETE", "RESTORE", "SNAPSHOT"])
    expect(changeOfJournal({ ...of, action })).toEqual({ ...change, subscriptionType: "object.propertyChange" });
  expect(changeOfJournal({ ...of, action: "GDPR_DELETE" })).toEqual({
    ...change,
    subscriptionType: "object.privacyDeletion",
  });
  expect(
    changeOfJournal({ ...of, action: "MERGE", primaryObjectId: 101, mergedObjectIds: [102, 103], newObjectId: 200 }),
  ).toEqual({ ...change, subscriptionType: "object.merge", relatedIds: ["101", "102", "103", "200"] });
  expect(
    changeOfJournal({
      portalId: 62515,
      action: "ASSOCIATION_ADDED",
      fromObjectTypeId: "0-1",
      fromObjectId: 101,
      toObjectTypeId: "0-2",
      toObjectId: 900,
    }),
  ).toEqual({ ...change, subscriptionType: "object.associationChange", relatedIds: ["900"] });
});

it("what is about no record, or cannot be read, is passed over", () => {
  for (const event of [
    {},
    { ...of, portalId: "x" },
    { ...of, objectId: null },
    { ...of, objectId: 1.5 },
    { portalId: 62515, action: "APP_UNINSTALL" },
    { portalId: 62515, action: "ASSOCIATION_ADDED", toObjectId: 9 },
  ])
    expect(changeOfJournal(event)).toBeNull();
});
