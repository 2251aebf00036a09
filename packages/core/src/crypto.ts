/** Subpath `@hubspoke/core/crypto`: sealing, blind indexes and the key ring, for stores and services built outside core. */

export { cipher } from "#platform";
export { type BlindIndex, createBlindIndex, type IndexedValue } from "./crypto/blind-index.ts";
export type { Binding } from "./crypto/envelope.ts";
export { createFieldHasher, type FieldHasher, type FieldOf } from "./crypto/field-hash.ts";
export type { KeyMaterial, KeyRingOptions } from "./crypto/key-material.ts";
export { createKeyRing, type KeyPurpose, type KeyRing } from "./crypto/key-ring.ts";
export { createSealer, type Sealer, type SealerOptions } from "./crypto/sealer.ts";
export type { AeadKey, Cipher, MacKey } from "./ports/cipher.ts";
export type { KeyProvider, RootKey } from "./ports/key-provider.ts";
export { equalBytes, equalText, toBase64Url } from "./util/bytes.ts";
export type { MaybeAsync } from "./util/maybe-async.ts";
