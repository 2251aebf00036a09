import crypto, { randomFillSync } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import type { Chance } from "./random.ts";

/** Whose bytes they are while a world lives. */
let source: Chance | null = null;

/**
 * Makes the runtime's CSPRNG repeat itself while `work` runs: row ids, lease tokens and IVs come from it and nothing
 * can inject them, but a trace must be the same on every machine. Only a test process may do this.
 */
export async function withSecretBytesOf<T>(random: Chance, work: () => Promise<T>): Promise<T> {
  takeOver();
  source = random;
  try {
    return await work();
  } finally {
    source = null;
  }
}

/** Once for all worlds: it is the telling of every module that takes long. */
function takeOver(): void {
  if (crypto.randomFillSync !== real) return;
  crypto.randomFillSync = filled as typeof randomFillSync;
  syncBuiltinESMExports();
}

const real = randomFillSync;

function filled(buffer: Uint8Array, ...where: number[]): Uint8Array {
  if (source === null) return real(buffer, ...where);
  for (let i = 0; i < buffer.length; i += 4) {
    const word = source.int(4_294_967_296);
    for (let b = 0; b < 4; b++) buffer[i + b] = word >>> (8 * b);
  }
  return buffer;
}
