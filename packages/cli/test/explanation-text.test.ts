import type { Explanation } from "@hubspoke/core/sync";
import { expect, it } from "vitest";
import { explanationText } from "../src/commands/sync/explanation-text.ts";

const field = {
  name: "name",
  properties: ["lastname"],
  rule: "review",
  direction: "both",
  agreed: true,
  localChanged: true,
  hubspotChanged: false,
  equal: false,
  normalised: false,
  refused: "VALIDATION_FAILED",
  waitsForReview: true,
};
const association = {
  name: "company",
  sync: "companies",
  owner: "hubspot",
  direction: "both",
  agreed: true,
  localChanged: false,
  hubspotChanged: true,
  local: "7",
  hubspot: null,
  hubspotId: "901",
  next: "pull",
};
const found: Explanation = {
  localId: "1",
  hubspotId: "501",
  state: "linked",
  found: { local: true, hubspot: true },
  agreedAt: 1,
  fields: [field],
  associations: [association],
  next: [],
  conflicts: [],
  intents: [],
  quarantined: true,
};

it("says of each field and of each association what is so on both sides", () => {
  expect(explanationText("leads", found).split("\n")).toEqual([
    "leads: local 1, HubSpot 501, linked, quarantined",
    "field                rule     agreed  local        HubSpot",
    "name                 review   yes     changed      as agreed     waits for review, VALIDATION_FAILED",
    "company → companies  hubspot  yes     as agreed 7  changed none  pull",
    "next: nothing before the review is settled",
    "",
  ]);
});

it("calls a pair equal only where nothing waits for review", () => {
  const next = ["equal"];
  expect(explanationText("leads", { ...found, next })).toContain("\nnext: nothing before the review is settled\n");
  const settled = { ...field, waitsForReview: false };
  expect(explanationText("leads", { ...found, fields: [settled], next })).toContain("\nnext: equal\n");
  expect(explanationText("leads", { ...found, fields: [settled], next: [] })).toContain("\nnext: nothing\n");
});

it("shows values where the explanation has them", () => {
  const values = { local: "Byron", hubspot: null };
  const text = explanationText("leads", { ...found, fields: [{ ...field, values }], next: ["push"] });
  expect(text).toMatch(/changed "Byron" +as agreed null/);
  expect(text).toContain("next: push");
});
