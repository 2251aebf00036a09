import type { Cipher } from "../ports/cipher.ts";
import { concatBytes, equalBytes, utf8 } from "../util/bytes.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";
import type { SignatureClaim } from "./signature-claim.ts";

/** The part of the cipher port that signatures need. */
export type SignatureCipher = Pick<Cipher, "hmac" | "sha256">;

/** What HubSpot signed, apart from the time in the claim. `body`: the bytes as they arrived, never a re-serialisation. */
export interface SignedRequest {
  /** In capitals, as HubSpot puts it before the address (v2 and v3). */
  readonly method: string;
  /** Every URI that may have been signed: see `signedUris`. */
  readonly uris: readonly string[];
  /** Bytes as they arrived: parsing and writing JSON again breaks the signature. */
  readonly body: Uint8Array;
}

/**
 * The index of the secret under which the claim holds, or `undefined`. Digests are compared in constant time; lengths
 * were checked when the claim was read.
 *
 * v3: base64 HMAC-SHA256(secret, METHOD + URI + body + timestamp); v2: hex SHA-256(secret + METHOD + URI + body);
 * v1: hex SHA-256(secret + body) (hubspot-facts §5.4).
 */
export async function matchingSecret(
  claim: SignatureClaim,
  request: SignedRequest,
  secrets: readonly string[],
  cipher: SignatureCipher,
): Promise<number | undefined> {
  const uris = claim.version === "v1" ? [""] : request.uris;
  for (const [index, secret] of secrets.entries()) {
    for (const uri of uris) {
      const digest = await digestOf(claim, request, uri, utf8(secret), cipher);
      if (equalBytes(digest, claim.digest)) return index;
    }
  }
  return undefined;
}

function digestOf(
  claim: SignatureClaim,
  { method, body }: SignedRequest,
  uri: string,
  secret: Uint8Array,
  cipher: SignatureCipher,
): MaybeAsync<Uint8Array> {
  switch (claim.version) {
    case "v1":
      return cipher.sha256(concatBytes(secret, body));
    case "v2":
      return cipher.sha256(concatBytes(secret, utf8(method + uri), body));
    case "v3":
      return cipher.hmac(secret, concatBytes(utf8(method + uri), body, utf8(claim.timestamp)));
  }
}
