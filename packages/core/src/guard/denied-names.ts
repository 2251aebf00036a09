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
  const globs: string[] = [];
  for (const pattern of patterns.map(plainName)) {
    if (pattern.includes("*")) globs.push(pattern.replace(/\*+/g, ".*"));
    else exact.add(pattern);
  }
  if (globs.length === 0) return (plain) => exact.has(plain);
  const glob = new RegExp(`^(?:${globs.join("|")})$`, "s");
  return (plain) => exact.has(plain) || glob.test(plain);
}
