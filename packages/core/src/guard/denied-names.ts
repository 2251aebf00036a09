/** Names of properties that hold secrets, payment data or social security numbers wherever they appear. */
const deniedEndings: readonly string[] = [
  "password",
  "password_hash",
  "passwd",
  "passphrase",
  "pwd",
  "secret",
  "secret_key",
  "private_key",
  "api_key",
  "apikey",
  "access_key",
  "access_token",
  "refresh_token",
  "auth_token",
  "api_token",
  "bearer_token",
  "session_token",
  "credit_card",
  "credit_card_number",
  "card_number",
  "card_no",
  "cc_number",
  "cvv",
  "cvv2",
  "cvc",
  "cvc2",
  "card_security_code",
  "card_pin",
  "ssn",
  "social_security_number",
  "social_insurance_number",
];

const byDefault = new RegExp(`(?:^|_)(?:${deniedEndings.join("|")})$`);
const pluralByDefault = new RegExp(`(?:^|_)(?:${deniedEndings.join("|")})s$`);

/** `cardNumber`, `Card Number` and `card-number` are all `card_number`. */
export function plainName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9*]+/g, "_")
    .toLowerCase();
}

export function isDeniedByDefault(plain: string): boolean {
  return byDefault.test(plain);
}

/** `api_keys`: several of them, or how many there are. */
export function isPluralOfDenied(plain: string): boolean {
  return pluralByDefault.test(plain);
}

/** A test for names: exact, or with `*` for any run of characters. */
export function nameMatcher(patterns: readonly string[]): (plain: string) => boolean {
  const exact = new Set<string>();
  const globs: (readonly string[])[] = [];
  for (const pattern of patterns.map(plainName)) {
    if (pattern.includes("*")) globs.push(pattern.split(/\*+/));
    else exact.add(pattern);
  }
  if (globs.length === 0) return (plain) => exact.has(plain);
  return (plain) => exact.has(plain) || globs.some((pieces) => hasPieces(plain, pieces));
}

/**
 * Whether a name begins with the first piece of a glob, ends with the last, and has the others between them in their
 * order. Linear in the name: a regular expression of several `.*` is not.
 */
function hasPieces(name: string, pieces: readonly string[]): boolean {
  const [first = "", last = ""] = [pieces[0], pieces.at(-1)];
  const end = name.length - last.length;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= end;
}
