const encoder = new TextEncoder();

/** v1: hex SHA-256 of secret + body (hubspot-facts §5.4). */
export async function signV1(secret: string, body: string): Promise<string> {
  return hex(await sha256(secret + body));
}

/** v2: hex SHA-256 of secret + METHOD + URI + body. */
export async function signV2(secret: string, method: string, uri: string, body: string): Promise<string> {
  return hex(await sha256(secret + method + uri + body));
}

/** v3: base64 HMAC-SHA256, keyed by the app secret, of METHOD + URI + body + timestamp. */
export async function signV3(
  secret: string,
  method: string,
  uri: string,
  body: string,
  timestamp: number | string,
): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, encoder.encode(`${method}${uri}${body}${timestamp}`));
  return btoa(String.fromCharCode(...new Uint8Array(mac)));
}

const DECODED: Readonly<Record<string, string>> = {
  "%3A": ":",
  "%2F": "/",
  "%3F": "?",
  "%40": "@",
  "%21": "!",
  "%24": "$",
  "%27": "'",
  "%28": "(",
  "%29": ")",
  "%2A": "*",
  "%2C": ",",
  "%3B": ";",
};

/** The URI as the documentation says v3 signs it: these escapes decoded, and no others. */
export function documentedUri(uri: string): string {
  return uri.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (coded) => DECODED[coded.toUpperCase()] ?? coded);
}

/** What to sign, with which secret and for which address. */
export interface SignedWebhookOptions {
  /** The address that the receiver believes it has; signatures are over it. */
  readonly url: string;
  /** The app's; a wrong one makes what a receiver must refuse. */
  readonly secret: string;
  /** The JSON array to send … */
  readonly events?: readonly unknown[];
  /** … or the raw body, when its exact bytes matter. */
  readonly body?: string;
  /** Milliseconds since the epoch; also taken as text, to build malformed requests. */
  readonly timestamp: number | string;
  /** Default `POST`. */
  readonly method?: string;
  /** Whether v3 signs the URI as it is (HubSpot's own SDKs) or decoded (its documentation). Default "raw". */
  readonly uri?: "raw" | "documented";
  /** Where to send it, when that differs from `url` (a tunnel, a proxy). */
  readonly sendTo?: string;
}

/** A webhook request as HubSpot sends it, with the v1 and v3 signatures. */
export async function signedWebhookRequest(options: SignedWebhookOptions): Promise<Request> {
  const { url, secret, timestamp, method = "POST", uri = "raw", sendTo = url } = options;
  const body = options.body ?? JSON.stringify(options.events ?? []);
  const signedUri = uri === "documented" ? documentedUri(url) : url;
  const headers = {
    "content-type": "application/json",
    "user-agent": "HubSpot Connect 2.0 (http://dev.hubspot.com/) - WebhooksExecutorDaemon-executor",
    "x-hubspot-signature": await signV1(secret, body),
    "x-hubspot-signature-version": "v1",
    "x-hubspot-signature-v3": await signV3(secret, method, signedUri, body, timestamp),
    "x-hubspot-request-timestamp": String(timestamp),
  };
  return new Request(sendTo, { method, headers, ...(method === "GET" ? {} : { body }) });
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
