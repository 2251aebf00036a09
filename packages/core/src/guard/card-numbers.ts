import { plainText, withoutInlineMarkup } from "./plain-text.ts";

/** Fewer digits are no card in use: 13 were given up by Visa, and are what phones, times and barcodes have. */
const shortest = 14;
const longest = 19;

/** Leading digits of the schemes that issue cards, and how long their numbers are (ISO/IEC 7812). */
const issuers: readonly { readonly from: number; readonly to: number; readonly lengths: readonly number[] }[] = [
  { from: 4, to: 4, lengths: [16, 19] }, // Visa
  { from: 51, to: 55, lengths: [16] }, // Mastercard
  { from: 2221, to: 2720, lengths: [16] },
  { from: 34, to: 34, lengths: [15] }, // American Express
  { from: 37, to: 37, lengths: [15] },
  { from: 300, to: 305, lengths: [14, 16] }, // Diners Club
  { from: 3095, to: 3095, lengths: [14, 16] },
  { from: 36, to: 36, lengths: [14, 16] },
  { from: 38, to: 39, lengths: [14, 16] },
  { from: 3528, to: 3589, lengths: [16, 17, 18, 19] }, // JCB
  { from: 60, to: 60, lengths: [16, 17, 18, 19] }, // Discover, RuPay
  { from: 644, to: 659, lengths: [16, 17, 18, 19] },
  { from: 62, to: 62, lengths: [16, 17, 18, 19] }, // UnionPay
  { from: 81, to: 82, lengths: [16, 17, 18, 19] },
  { from: 2200, to: 2204, lengths: [16, 17, 18, 19] }, // Mir
  { from: 50, to: 50, lengths: [16, 17, 18, 19] }, // Maestro
  { from: 56, to: 58, lengths: [16, 17, 18, 19] },
  { from: 6304, to: 6304, lengths: [16, 17, 18, 19] },
  { from: 6759, to: 6763, lengths: [16, 17, 18, 19] },
];

/** How cards are printed and typed: lengths of the groups between separators. */
const groupings: readonly (readonly number[])[] = [
  [4, 4, 4, 4],
  [4, 4, 4, 4, 3],
  [4, 6, 5],
  [4, 6, 4],
  [6, 13],
];

/** Halves with one space or hyphen between them. With more they are two phones of a country whose have eight digits. */
const halves: readonly number[] = [8, 8];

interface Digits {
  readonly start: number;
  readonly end: number;
}

/**
 * Whether a payment card's number stands anywhere in the text: the length and leading digits of a scheme and a right
 * check digit, written in one piece or in the usual groups. A number behind a "+" is a phone, and digits inside a
 * longer code (a UUID, a hash) are part of the code. HTML is read as what it shows, and any script's digits count. Linear in the length of the text.
 */
export function holdsCardNumber(text: string): boolean {
  if (text.length < shortest) return false;
  const plain = plainText(text);
  // Both: what is inside a tag leaves, too.
  if (holds(text) || (plain !== text && holds(plain))) return true;
  // A number that is bold in its middle is one number to whoever reads it.
  const joined = withoutInlineMarkup(text);
  return joined !== text && holds(plainText(joined));
}

function holds(wide: string): boolean {
  const groups = digitGroups(wide);
  let total = 0;
  for (const { start, end } of groups) total += end - start;
  if (total < shortest) return false;
  for (let i = 0; i < groups.length; i++) {
    const { start, end } = groups[i] as Digits;
    if (isCard(wide, groups, i, 1)) return true;
    if (isGrouped(wide, groups, i, halves, /^[ \u00a0-]$/) && isCard(wide, groups, i, 2)) return true;
    if (end - start !== 4 && end - start !== 6) continue;
    for (const grouping of groupings) {
      if (isGrouped(wide, groups, i, grouping) && isCard(wide, groups, i, grouping.length)) return true;
    }
  }
  // Nothing but one number, however it is grouped.
  return total <= longest && !/[A-Za-z]/.test(wide) && isCard(wide, groups, 0, groups.length);
}

function digitGroups(text: string): Digits[] {
  const groups: Digits[] = [];
  let start = -1;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0;
    const digit = code >= 48 && code <= 57;
    if (digit && start < 0) start = i;
    if (!digit && start >= 0) {
      groups.push({ start, end: i });
      start = -1;
    }
  }
  return groups;
}

/** Whether the groups from `first` on have these lengths, one to three separators between them. */
function isGrouped(
  text: string,
  groups: readonly Digits[],
  first: number,
  lengths: readonly number[],
  separator = /^[\s.·_‐-―/-]+$/u,
): boolean {
  for (let i = 0; i < lengths.length; i++) {
    const group = groups[first + i];
    if (group === undefined || group.end - group.start !== lengths[i]) return false;
    const before = groups[first + i - 1];
    if (i === 0 || before === undefined) continue;
    if (group.start - before.end > 3 || !separator.test(text.slice(before.end, group.start))) return false;
  }
  return true;
}

function isCard(text: string, groups: readonly Digits[], first: number, count: number): boolean {
  let digits = "";
  for (let i = first; i < first + count; i++) {
    const { start, end } = groups[i] as Digits;
    if (digits.length + end - start > longest) return false;
    digits += text.slice(start, end);
  }
  if (digits.length < shortest || !isIssued(digits) || !luhn(digits)) return false;
  return standsAlone(text, (groups[first] as Digits).start, (groups[first + count - 1] as Digits).end);
}

function isIssued(digits: string): boolean {
  return issuers.some(({ from, to, lengths }) => {
    const prefix = Number(digits.slice(0, String(from).length));
    return prefix >= from && prefix <= to && lengths.includes(digits.length);
  });
}

/** Not a phone, and not the digits of a longer code; `card4111…` is a card. */
function standsAlone(text: string, start: number, end: number): boolean {
  if (text[start - 1] === "+" || isLetter(text, end)) return false;
  let at = start - 1;
  while (isLetter(text, at)) at--;
  return at === start - 1 || !/\d/.test(text[at] ?? "");
}

function isLetter(text: string, at: number): boolean {
  const code = at < 0 || at >= text.length ? 0 : text.charCodeAt(at) | 32;
  return code >= 97 && code <= 122;
}

/** The check digit every card number ends with. */
function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}
