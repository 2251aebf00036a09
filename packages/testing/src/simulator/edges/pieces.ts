import type { SimClock } from "../base/clock.ts";
import type { WireResponse } from "../base/wire.ts";

const encoder = new TextEncoder();

/** The bytes of a body that comes slowly, or breaks off: as many as arrive, when they arrive. */
export async function* piecesOf(response: WireResponse, clock: SimClock): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const whole = typeof response.body === "string" ? encoder.encode(response.body) : response.body;
  const bytes = whole.slice(0, response.truncateAt);
  const size = Math.max(1, response.drip?.bytes ?? bytes.length);
  for (let at = 0; at < bytes.length; at += size) {
    if (response.drip !== undefined) await clock.sleep(response.drip.everyMs);
    yield bytes.slice(at, at + size);
  }
}
