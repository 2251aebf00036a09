/** Linear in the text: the digits after a point stand behind a point. */
const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;

/** A decimal number as its digits, without zeros that say nothing, and the power of ten they are multiplied by. */
interface Decimal {
  readonly sign: "" | "-";
  readonly digits: string;
  readonly exponent: number;
}

function read(text: string): Decimal | null {
  const [found, sign, whole = "", part = "", power = "0"] = decimal.exec(text.trim()) ?? [];
  if (found === undefined || whole + part === "") return null;
  const all = (whole + part).replace(/^0+/, "");
  const digits = withoutLastZeros(all);
  if (digits === "") return { sign: "", digits: "0", exponent: 0 };
  return { sign: sign === "-" ? "-" : "", digits, exponent: Number(power) - part.length + all.length - digits.length };
}

/** Character by character: a pattern reads every run of zeros to its end, wherever it stands. */
function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  return digits.slice(0, end);
}

function write({ sign, digits, exponent }: Decimal): string {
  if (exponent >= 0) return `${sign}${digits}${"0".repeat(exponent)}`;
  const padded = digits.padStart(1 - exponent, "0");
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

/** A number where it has the same decimal digits, else null: 9007199254740993 has none. */
export function exactNumber(text: string): number | null {
  const [meant, value] = [read(text), Number(text)];
  if (meant === null || !Number.isFinite(value)) return null;
  const had = read(String(value));
  return had !== null && write(had) === write(meant) ? value || 0 : null;
}

/** One text for each number, with all its digits: `10` for `10`, `+10.0` and `1e1`. Null for what is no number. */
export function decimalText(text: string): string | null {
  const meant = read(text);
  if (meant === null || !Number.isFinite(Number(text))) return null;
  const value = exactNumber(text);
  return value === null ? write(meant) : String(value);
}
