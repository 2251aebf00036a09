/** Invisible characters, which nobody sees between two digits. */
const invisible = /\p{Cf}/gu;
const markup = /<[^<>]*>/g;
/** Tags that break no word, and comments. */
const inline =
  /<(?:\/?(?:a|abbr|b|big|code|del|em|font|i|ins|kbd|mark|s|small|span|strike|strong|sub|sup|tt|u|var|wbr)(?:[\s/][^<>]*)?|![^<>]*)>/gi;
const spaces = /&(?:nbsp|ensp|emsp|thinsp|shy|zwnj|zwj|#160|#xa0|#8203|#x200b);/gi;
const coded = /&#(?:(\d{1,6})|x([\da-f]{1,5}));/gi;
const digit = /\p{Nd}/u;
const otherDigits = /[^\P{Nd}0-9]/gu;

/**
 * Text as a reader sees it: without markup and invisible characters, numeric entities decoded, and the digits of every
 * script as 0 to 9. Notes and e-mails are HTML, and so are many texts that come from editors. Linear in the length.
 */
export function plainText(text: string): string {
  let plain = text;
  if (/[<&]/.test(plain)) {
    plain = plain.replace(spaces, " ").replace(coded, (whole, decimal?: string, hex?: string) => {
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
    // As one space: what stood between the groups of a number stays a separator, however much of it there was.
    plain = plain.replace(markup, " ").replace(/\s+/g, " ");
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything but ASCII
  if (!/[^\x00-\x7f]/.test(plain)) return plain;
  return plain.normalize("NFKC").replace(invisible, "").replace(otherDigits, decimalOf);
}

/** HTML without the tags that show as nothing between two characters. Linear in the length. */
export function withoutInlineMarkup(text: string): string {
  return text.includes("<") ? text.replace(inline, "") : text;
}

/** A script's ten digits stand in a row that begins at a code ending in 0 or 6. */
function decimalOf(one: string): string {
  const code = one.codePointAt(0) ?? 0;
  const row = code - (code % 16);
  return String(digit.test(String.fromCodePoint(row)) ? code - row : code - row - 6);
}
