/**
 * Hostile envelopes against the sealer, and its IVs against each other: `--envelopes 1000000 --ivs 10000000 --seed 1`.
 * Every envelope must end in one of three typed errors, and no IV may come twice. Prints what it did; 1 is a finding.
 */
import { parseArgs } from "node:util";
import { cipher, createKeyRing, createSealer } from "../packages/core/src/crypto.ts";
import { isHubspokeError } from "../packages/core/src/errors.ts";

const typed: ReadonlySet<string> = new Set(["ENVELOPE_MALFORMED", "DECRYPTION_FAILED", "KEY_UNKNOWN"]);
const place = { tenant: "acme", table: "contact_cache", column: "sealed", rowId: "r1" };
const ring = createKeyRing({ current: "k1", keys: { k1: "11".repeat(32), k2: "22".repeat(32) } }, cipher);
const sealer = createSealer({ ring, cipher });
/** Format, length of the key's id, the id: the IV follows. */
const ivAt = 4;

/** Numbers from a seed, so that a finding can be had again (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Make = (below: (limit: number) => number, real: Uint8Array) => Uint8Array;

const noise = (below: (limit: number) => number, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => below(256));

/** Ways to be no envelope of this place. */
const hostile: readonly Make[] = [
  (below) => noise(below, below(120)),
  (below) => Uint8Array.from([1, 2, 0x6b, 0x31 + below(3), ...noise(below, below(90))]),
  (below) => Uint8Array.from([below(4), below(256), ...noise(below, below(300))]),
  (below, real) => real.subarray(0, below(real.length)),
  (below, real) => Uint8Array.from([...real, ...noise(below, 1 + below(20))]),
  (below, real) => {
    const changed = real.slice();
    for (let flips = 1 + below(3), i = 0; i < flips; i++) {
      const at = below(changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 + below(255));
    }
    return changed.every((byte, i) => byte === real[i]) ? changed.subarray(1) : changed;
  },
  (below, real) => {
    const swapped = real.slice();
    swapped.copyWithin(ivAt, ivAt + 1 + below(16));
    return swapped.every((byte, i) => byte === real[i]) ? swapped.subarray(1) : swapped;
  },
];

async function fuzz(count: number, seed: number): Promise<Record<string, number>> {
  const below = numbers(seed);
  const real = await sealer.seal(place, "Ada Lovelace, +19025551234");
  const elsewhere = await sealer.seal({ ...place, tenant: "bolt" }, "Grace Hopper");
  const seen: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const make = hostile[below(hostile.length)] as Make;
    const envelope = i % 50 === 0 ? elsewhere : make(below, real);
    let outcome = "opened";
    try {
      await sealer.open(place, envelope);
    } catch (error) {
      outcome = isHubspokeError(error) ? error.code : `not ours: ${String(error)}`;
    }
    seen[outcome] = (seen[outcome] ?? 0) + 1;
    if (!typed.has(outcome)) throw new Error(`envelope ${i} of seed ${seed}: ${outcome}`);
  }
  return seen;
}

/** The first eight bytes of each, sorted: two alike among ten million are a repeat but for one run in 400,000. */
async function repeats(count: number): Promise<number> {
  const heads = new BigUint64Array(count);
  const view = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < count; i++) {
    const envelope = await sealer.seal(place, "x");
    for (let byte = 0; byte < 8; byte++) view.setUint8(byte, envelope[ivAt + byte] ?? 0);
    heads[i] = view.getBigUint64(0);
  }
  heads.sort();
  let same = 0;
  for (let i = 1; i < count; i++) if (heads[i] === heads[i - 1]) same++;
  return same;
}

const { values } = parseArgs({
  options: {
    envelopes: { type: "string", default: "1000000" },
    ivs: { type: "string", default: "10000000" },
    seed: { type: "string", default: "1" },
  },
});
const started = performance.now();
const outcomes = await fuzz(Number(values.envelopes), Number(values.seed));
console.log(`${values.envelopes} envelopes, seed ${values.seed}: ${JSON.stringify(outcomes)}`);
const same = await repeats(Number(values.ivs));
console.log(`${values.ivs} IVs: ${same} repeats; ${((performance.now() - started) / 1_000).toFixed(0)} s in all`);
process.exitCode = same === 0 ? 0 : 1;
