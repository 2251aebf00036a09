/** The shortest secret looked for: anything shorter would be found in ordinary words. */
export const shortestSecret = 16;

/**
 * Keys and tokens that show what they are. Each is a literal beginning and a run of one class of characters, so that
 * the whole is linear in the text.
 */
const shapes: readonly RegExp[] = [
  // HubSpot: private apps, personal access keys and developer keys
  /pat-[a-z]{2}\d-[0-9a-f]{8}-[0-9a-f]{4}-/,
  // AWS
  /(?:AKIA|ASIA)[0-9A-Z]{16}/,
  // GitHub, GitLab, npm, PyPI
  /gh[pousr]_[A-Za-z0-9]{30}/,
  /github_pat_\w{22}/,
  /glpat-[\w-]{20}/,
  /npm_[A-Za-z0-9]{36}/,
  /pypi-AgE[\w-]{20}/,
  // Slack
  /xox[abeoprs]-[\w-]{10}/,
  /hooks\.slack\.com\/services\/\w/,
  // Stripe, Square, Shopify
  /[sr]k_(?:live|test)_[A-Za-z0-9]{16}/,
  /whsec_[A-Za-z0-9+/]{24}/,
  /sq0[a-z]{3}-[\w-]{22}/,
  /shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/,
  // Google
  /AIza[\w-]{35}/,
  /ya29\.[\w-]{20}/,
  /GOCSPX-[\w-]{20}/,
  // OpenAI, Anthropic
  /sk-(?:ant|proj|svcacct)-[\w-]{20}/,
  /sk-[A-Za-z0-9]{40}/,
  // Twilio, SendGrid, Mailgun, Mailchimp
  /SK[0-9a-f]{32}/,
  /SG\.[\w-]{16,64}\.[\w-]{16}/,
  /key-[0-9a-f]{32}/,
  /[0-9a-f]{32}-us\d/,
  // DigitalOcean, Azure
  /do[opr]_v1_[0-9a-f]{64}/,
  /AccountKey=[A-Za-z0-9+/]{40}/,
  // Headers, private keys, passwords in addresses
  /[Bb]earer [\w.~+/-]{20}/,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/,
  /[a-z]{2,20}:\/\/[^\s/:@"'<>]{1,256}:[^\s/:@"'<>]{1,256}@/,
];

/** A key of letters and digits begins a word: `mask_live_…` is none. */
const wellKnown = new RegExp(`(?<![A-Za-z0-9])(?:${shapes.map(({ source }) => source).join("|")})`);

/** Whether a well-known key, token or password, or one of `own`, stands anywhere in the text. */
export function holdsSecret(text: string, own: readonly string[]): boolean {
  for (const secret of own) if (text.length >= secret.length && text.includes(secret)) return true;
  return text.length >= shortestSecret && (wellKnown.test(text) || holdsWebToken(text));
}

const tokenBegins = /(?<![A-Za-z0-9])eyJ[\w-]{10}/;

/**
 * A JSON web token: two texts of base64 that begin like an object, a dot between them. Looked for from the dot: a
 * pattern would read what follows each beginning to its end, which is quadratic where one beginning follows another.
 */
function holdsWebToken(text: string): boolean {
  for (let dot = text.indexOf(".eyJ"); dot >= 0; dot = text.indexOf(".eyJ", dot + 1)) {
    if (!/^[\w-]{10}/.test(text.slice(dot + 4, dot + 14))) continue;
    let from = dot;
    while (from > 0 && isOfToken(text.charCodeAt(from - 1))) from--;
    if (tokenBegins.test(text.slice(from, dot))) return true;
  }
  return false;
}

function isOfToken(code: number): boolean {
  const letter = code | 32;
  return (letter >= 97 && letter <= 122) || (code >= 48 && code <= 57) || code === 45 || code === 95;
}
