import { expect, test } from "vitest";
import { didYouMean, suggestion } from "./did-you-mean.ts";

const names = ["email", "firstname", "lastname", "phone", "mobilephone"];

test.each([
  ["emial", "email"],
  ["Email", "email"],
  ["fistname", "firstname"],
  ["phon", "phone"],
  ["mobilefone", "mobilephone"],
])("%s was meant to be %s", (slip, meant) => {
  expect(didYouMean(slip, names)).toBe(meant);
});

test("a word that is nowhere near gets no suggestion", () => {
  expect(didYouMean("revenue", names)).toBeUndefined();
  expect(suggestion("revenue", names)).toBe("");
  expect(suggestion("emial", names)).toBe(' Did you mean "email"?');
});
