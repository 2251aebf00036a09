import type { MaybeAsync } from "../util/maybe-async.ts";

/**
 * The cryptography of one runtime: `node:crypto` on Node (synchronous, 3–18 times faster there than WebCrypto),
 * WebCrypto elsewhere (asynchronous). Methods answer at once or by promise; callers `await`, or `chain` when hot.
 *
 * Duties: never keep or change the caller's arrays; return plain `Uint8Array`s that share memory with nothing;
 * throw only for a key or IV of the wrong length, which is a bug of the caller.
 *
 * It also owns the source of secret randomness, so that the random numbers injected for jitter can never reach
 * an IV, a token or a key: whoever wants deterministic ciphertexts swaps the whole port, in tests only.
 */
export interface Cipher {
  /** `length` bytes of the runtime's CSPRNG. */
  randomBytes(length: number): Uint8Array;
  /** A handle on AES-256-GCM under a key of 32 bytes. Handles are costly on WebCrypto: make once, keep, reuse. */
  aead(key: Uint8Array): MaybeAsync<AeadKey>;
  /** A handle on HMAC-SHA-256 under a key of 32 bytes. */
  mac(key: Uint8Array): MaybeAsync<MacKey>;
  /** HKDF-SHA-256 (RFC 5869), extract and expand. `length` in bytes, at most 8,160. */
  hkdf(key: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): MaybeAsync<Uint8Array>;
  /** HMAC-SHA-256 of `data` under a secret of any length from 1 byte that others chose, such as HubSpot's app secret. */
  hmac(secret: Uint8Array, data: Uint8Array): MaybeAsync<Uint8Array>;
  /** 32 bytes. Without a key: never for values that can be guessed. */
  sha256(data: Uint8Array): MaybeAsync<Uint8Array>;
}

/** A key for AES-256-GCM. */
export interface AeadKey {
  /** Ciphertext followed by the tag of 16 bytes. `iv`: 12 bytes, never used twice under one key. */
  seal(iv: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): MaybeAsync<Uint8Array>;
  /** The plaintext, or `undefined` when the tag does not fit key, IV, ciphertext and AAD (also when it is cut short). */
  open(iv: Uint8Array, sealed: Uint8Array, aad: Uint8Array): MaybeAsync<Uint8Array | undefined>;
}

/** A key for HMAC-SHA-256. */
export interface MacKey {
  /** HMAC-SHA-256 of `data`: 32 bytes. */
  sign(data: Uint8Array): MaybeAsync<Uint8Array>;
}
