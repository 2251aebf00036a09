import crypto, { randomFillSync } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import type { Chance } from "./random.ts";

/**
 * Makes the runtime's CSPRNG repeat itself while `work` runs: row ids, lease tokens and IVs come from it and nothing
 * can inject them, but a trace must be the same on every machine. Only a test process may do this.
 */
export async function withSecretBytesOf<T>(random: Chance, work: () => Promise<T>): Promise<T> {
  const real = randomFillSync;
  const repeatable = (buffer: Uint8Array): Uint8Array => {
    for (let i = 0; i < buffer.length; i += 4) {
      const word = random.int(4_294_967_296);
      for (let b = 0; b < 4; b++) buffer[i + b] = word >>> (8 * b);
    }
    return buffer;
  };
  crypto.randomFillSync = repeatable as typeof randomFillSync;
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    crypto.randomFillSync = real;
    syncBuiltinESMExports();
  }
}
