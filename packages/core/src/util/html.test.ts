import { expect, test } from "vitest";
import { htmlAsText } from "./html.ts";

test("HTML says what a reader sees, whoever wrote it and however", () => {
  expect(htmlAsText("<p>Ann &amp; Bob</p><p>called&nbsp;<b>back</b><br/>twice</p>")).toBe(
    "Ann & Bob called back twice",
  );
  expect(htmlAsText("  2 &lt; 3  ")).toBe("2 < 3");
});

test.each(["<", "<a", "<br ", "<br", "</p", "&", "&amp", " "])(
  "a megabyte of %j is read in time that grows with its length",
  (seed) => {
    // A note's body is anybody's: quadratic work would take minutes, and the test runs out of time.
    expect(htmlAsText(seed.repeat(1_000_000 / seed.length)).length).toBeLessThanOrEqual(1_000_000);
  },
);
