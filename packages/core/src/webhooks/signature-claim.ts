import type { EpochMs } from "../ports/ids.ts";
import { fromBase64, fromHex } from "../util/bytes.ts";

export const signatureVersions = ["v1", "v2", "v3"] as const;
/** A version of HubSpot's signatures. v1 and v2 are taken only where they are opted into. */
export type SignatureVersion = (typeof signatureVersions)[number];

/** HubSpot's window, both ways: older is a replay, younger is a clock that is wrong or an attacker's choice. */
export const signatureWindowMs = 300_000;

/** What a request says about its signature, before anything is computed. */
export type SignatureClaim =
  | { readonly version: "v3"; readonly digest: Uint8Array; readonly timestamp: string }
  | { readonly version: "v1" | "v2"; readonly digest: Uint8Array };

export type TimestampReason = "missing" | "not-a-number" | "negative" | "in-seconds" | "too-old" | "in-the-future";
export type SignatureReason = "missing" | "version-not-enabled" | "version-unknown" | "malformed" | "mismatch";

/** Why a request is not believed. `about` decides the error code; `reason` is safe to log and to answer with. */
export type Refusal =
  | { readonly about: "signature"; readonly reason: SignatureReason }
  | { readonly about: "timestamp"; readonly reason: TimestampReason };

/**
 * Reads the signature headers (hubspot-facts §5.4). A v3 header decides alone where v3 is enabled: a request whose v3
 * signature is wrong is never saved by an older one beside it, which HubSpot sends along.
 */
export function readClaim(
  headers: Headers,
  enabled: readonly SignatureVersion[],
  now: EpochMs,
): SignatureClaim | Refusal {
  const v3 = headers.get("x-hubspot-signature-v3");
  if (v3 !== null && enabled.includes("v3")) {
    const timestamp = headers.get("x-hubspot-request-timestamp") ?? "";
    const wrong = checkTimestamp(timestamp, now);
    if (wrong !== undefined) return { about: "timestamp", reason: wrong };
    const digest = fromBase64(v3);
    return digest?.length === 32 ? { version: "v3", digest, timestamp } : refuse("malformed");
  }
  const older = headers.get("x-hubspot-signature");
  if (older === null) return refuse(v3 === null ? "missing" : "version-not-enabled");
  const version = headers.get("x-hubspot-signature-version");
  if (version !== "v1" && version !== "v2") return refuse("version-unknown");
  if (!enabled.includes(version)) return refuse("version-not-enabled");
  const digest = fromHex(older);
  return digest?.length === 32 ? { version, digest } : refuse("malformed");
}

/**
 * Whether a v3 timestamp lies within five minutes of `now`. Only plain digits are a timestamp: HubSpot's own SDK lets
 * `NaN` and any future pass (hubspot-facts §5.4).
 */
export function checkTimestamp(text: string, now: EpochMs): TimestampReason | undefined {
  if (text === "") return "missing";
  if (/^-\d+$/.test(text)) return "negative";
  if (!/^\d{1,15}$/.test(text)) return "not-a-number";
  const at = Number(text);
  // 10^11 ms was in 1973 and 10^11 s is in the year 5138: below it somebody sent seconds.
  if (at < 100_000_000_000) return "in-seconds";
  if (now - at > signatureWindowMs) return "too-old";
  if (at - now > signatureWindowMs) return "in-the-future";
  return undefined;
}

function refuse(reason: SignatureReason): Refusal {
  return { about: "signature", reason };
}
