import type { MaybeAsync } from "../util/maybe-async.ts";

/** A root key: 32 bytes under an id of 1–32 characters of `A–Z a–z 0–9 _ -`. */
export interface RootKey {
  /** Stands in every sealed value: a key may be replaced under another id, never under the same. */
  readonly id: string;
  /** 32 bytes. KEY_LENGTH_INVALID for anything else. */
  readonly key: Uint8Array;
}

/**
 * Where root keys come from when they are not in the configuration (a KMS, a secret manager).
 *
 * Duties: an id means the same bytes for ever; every id that sealed a row still stored stays readable by `byId`;
 * `current` is asked at every seal, so answer it from memory and refresh on your own schedule. A failure is a
 * throw or a rejection, which surfaces as `KEY_PROVIDER_FAILED`: nothing is then sealed, opened or guessed.
 *
 * Rotation: add the new id everywhere (`byId`, `ids`), make it `current`, let the worker re-seal, then retire the
 * old id. In a fleet, all machines must know an id before any machine makes it current.
 */
export interface KeyProvider {
  /** The key that new values are sealed and indexed under. */
  current(): MaybeAsync<RootKey>;
  /** The key of that id, or `undefined` when it was never known or is retired. */
  byId(id: string): MaybeAsync<RootKey | undefined>;
  /** Every id still readable, the current one included: look-ups by blind index ask under each. */
  ids(): MaybeAsync<readonly string[]>;
}
