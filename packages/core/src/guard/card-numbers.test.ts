import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { card } from "./card.fixture.ts";
import { holdsCardNumber } from "./card-numbers.ts";

/** Numbers the schemes publish for tests. */
const cards = [
  "4242424242424242",
  "4000056655665556",
  "4000000000000000006",
  "5555555555554444",
  "2223003122003222",
  "5200828282828210",
  "378282246310005",
  "371449635398431",
  "6011111111111117",
  "3056930009020004",
  "36227206271667",
  "6555900000604105",
  "3566002020360505",
  "6200000000000005",
  "6205500000000000004",
];

const written = (number: string, separator: string): string => {
  const groups = number.length === 15 ? [4, 6, 5] : number.length === 14 ? [4, 6, 4] : [4, 4, 4, 4, number.length - 16];
  const starts = groups.map((_, i) => groups.slice(0, i).reduce((sum, length) => sum + length, 0));
  return groups
    .map((length, i) => number.slice(starts[i], (starts[i] ?? 0) + length))
    .filter((group) => group !== "")
    .join(separator);
};
/** Words around a number; none ends in a digit or "+", which would make it another number. */
const words = fc.stringMatching(/^(?:[a-z<>,.!?]{1,12}[ :#]){0,8}$/);

describe("card numbers", () => {
  test.each(cards)("%s, alone and grouped", (number) => {
    expect(holdsCardNumber(number)).toBe(true);
    for (const separator of [" ", "-", ".", "\u00a0", " - "]) {
      expect(holdsCardNumber(`Paid with ${written(number, separator)}, exp 12/27`), separator).toBe(true);
    }
  });

  test.each([
    "card: 4242&nbsp;4242&nbsp;4242&nbsp;4242",
    "<p>card: <b>4242</b> <b>4242</b> <b>4242</b> <b>4242</b></p>",
    "<ul><li>4242</li>\n  <li>4242</li>\n  <li>4242</li>\n  <li>4242</li></ul>",
    "<p>card <b>4242 42</b>42 4242 4242, thanks</p>",
    "<p>card <span>42424242</span><span style='x'>42424242</span>, thanks</p>",
    "<p>card 42424242<!-- half -->42424242, thanks</p>",
    "<p>ref 7<b>4242424242424242</b></p>",
    "card 4242&#x200B;4242&#8203;4242&shy;4242, thanks",
    "card &#52;2424242424242&#x34;2, thanks",
    "<a href='https://shop.example/?n=4242424242424242'>here</a>",
    "card 4242\u200b4242\u200b4242\u200b4242, thanks",
    "card 42\u00ad42\u20604242\ufeff42424242, thanks",
    "بطاقة ٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
    "کارت ۴۲۴۲ ۴۲۴۲ ۴۲۴۲ ۴۲۴۲",
    "कार्ड ४२४२ ४२४२ ४२४२ ४२४२",
    "ক্রেডিট ৪২৪২-৪২৪২-৪২৪২-৪২৪২",
    "card ４２４２ ４２４２ ４２４２ ４２４２",
    "card 𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐",
  ])("as a reader sees it: %s", (text) => {
    expect(holdsCardNumber(text)).toBe(true);
  });

  test.each(["42424242 42424242", "42424242-42424242", "51051051 05105100", "42424242\u00a042424242"])(
    "in halves: %s",
    (number) => {
      expect(holdsCardNumber(`paid with ${number}, exp 12/27, call 902 555 1234`)).toBe(true);
    },
  );

  test("two phones of eight digits are no halves of a card", () => {
    for (const between of ["\n", ", ", " / ", "/", "  ", "; "]) {
      expect(holdsCardNumber(`call 42424242${between}42424242 in the morning`), between).toBe(false);
    }
    expect(holdsCardNumber("call 62123456 62123457 in the morning")).toBe(false);
  });

  test("any number of a scheme with a right check digit is found in any text, grouped or not", () => {
    fc.assert(
      fc.property(card, words, words, fc.constantFrom("", " ", "-", "."), (number, before, after, separator) => {
        expect(holdsCardNumber(`${before}${written(number, separator)} ${after}`)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("no number with a wrong check digit is", () => {
    fc.assert(
      fc.property(card, fc.integer({ min: 1, max: 9 }), (number, off) => {
        const wrong = number.slice(0, -1) + ((Number(number.at(-1)) + off) % 10);
        expect(holdsCardNumber(wrong)).toBe(false);
        // The first sixteen digits of a longer number may be a card's of their own.
        if (wrong.length <= 16) expect(holdsCardNumber(written(wrong, " "))).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test("phones, times, ids and codes are not cards, whatever their check digit", () => {
    const moment = fc.integer({ min: 1_000_000_000_000, max: 2_100_000_000_000 }).map(String);
    const phone = fc.bigInt({ min: 10_000_000_000n, max: 999_999_999_999_999n }).map((digits) => `+${digits}`);
    const barcode = fc.bigInt({ min: 1_000_000_000_000n, max: 9_999_999_999_999n }).map(String);
    fc.assert(
      fc.property(fc.oneof(moment, phone, barcode, fc.uuid()), (text) => {
        expect(holdsCardNumber(text)).toBe(false);
      }),
      { numRuns: 3_000 },
    );
    // A hash, and two phones with one space between all groups.
    expect(holdsCardNumber("9f4242424242424242ab")).toBe(false);
    expect(holdsCardNumber("a9b4242424242424242")).toBe(false);
    expect(holdsCardNumber("416 555 1234 514 555 9876")).toBe(false);
  });

  test("full-width digits and a word before the number hide nothing", () => {
    expect(holdsCardNumber("４２４２ ４２４２ ４２４２ ４２４２")).toBe(true);
    expect(holdsCardNumber("visa4242424242424242")).toBe(true);
  });
});
