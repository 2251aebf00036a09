import type { PhoneProblem } from "./types.ts";

/** Longer than any number with extension and label that people write; nothing longer reaches a regular expression. */
export const maxPhoneInput = 100;

/** The text to be read as a number, or why there is none. */
export type Cleaned = { readonly text: string } | { readonly problem: PhoneProblem };

/**
 * Takes away what is around a number and never what is in it: Unicode variants and invisible direction marks, a
 * label in front (`Tel: `), the `tel:` scheme and its parameters. Digits are neither added nor dropped.
 */
export function cleanPhone(input: unknown): Cleaned {
  if (typeof input !== "string") return { problem: "not-a-number" };
  if (input.length > maxPhoneInput) return { problem: "too-long" };
  // Compatibility forms first: full-width digits, superscripts, no-break spaces become the plain ones.
  const plain = input
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/\s+/gu, " ")
    .trim();
  if (plain === "") return { problem: "empty" };
  if (plain.length > maxPhoneInput) return { problem: "too-long" };
  if (/\p{Cc}|@/u.test(plain)) return { problem: "not-a-number" };
  const text = /^tel:[+\d(%]/i.test(plain) ? fromTelUri(plain) : plain;
  if (text === undefined) return { problem: "not-a-number" };
  const number = text
    .replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/[·•∙‧_|*]/g, " ")
    .replace(/^[^\d+([]+/, "")
    .replace(/^\( ?\+ ?(\d{1,3}) ?\)/, "+$1 ")
    .replace(/ (?:poste|ex)\b\.?/i, " ext.");
  return number === "" ? { problem: "not-a-number" } : { text: number };
}

/** RFC 3966: `tel:+1-902-555-1234;ext=12`, `tel:555-1234;phone-context=+1902`. */
function fromTelUri(uri: string): string | undefined {
  const [number = "", ...parameters] = uri.slice("tel:".length).split(";").map(percentDecoded);
  let text = number;
  let extension = "";
  for (const parameter of parameters) {
    const [name, value = ""] = parameter?.split("=") ?? [];
    if (name === undefined) return undefined;
    if (name.toLowerCase() === "ext") extension = value.replace(/\D/g, "");
    if (name.toLowerCase() === "phone-context" && /^\+\d+$/.test(value) && !number.startsWith("+"))
      text = `${value} ${number}`;
  }
  return extension === "" ? text : `${text} ext. ${extension}`;
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** `902-555-1234 (cell)` without the note. Undefined when the text ends in a digit anyway. */
export function withoutNote(text: string): string | undefined {
  const end = text.search(/\D*$/);
  return end === text.length || end === 0 ? undefined : text.slice(0, end);
}

const keypad = "22233344455566677778889999";

/** `1-800-FLOWERS` as a telephone's keys dial it. Undefined unless it begins with a digit and holds three letters. */
export function fromKeypad(text: string): string | undefined {
  const extension = text.search(/ ?(?:ext\.?|x|#) ?\d{1,7}$/i);
  const number = extension === -1 ? text : text.slice(0, extension);
  if (!/^[+\d(][\d +().\-/A-Za-z]*$/.test(number) || number.replace(/[^A-Za-z]/g, "").length < 3) return undefined;
  const dialled = number.replace(/[A-Za-z]/g, (letter) => keypad.charAt((letter.charCodeAt(0) & 31) - 1));
  return dialled + (extension === -1 ? "" : text.slice(extension));
}
