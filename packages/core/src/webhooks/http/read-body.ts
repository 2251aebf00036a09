import type { Clock } from "../../ports/clock.ts";
import { concatBytes } from "../../util/bytes.ts";

export type BodyRead =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: "consumed" | "too-large" | "incomplete" };

export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/**
 * The body's bytes as the platform gives them, read once and at most `maxBytes` of them: a body that lies about its
 * length, or never ends, costs no more memory than the cap and no more time than the timeout. Nothing is inflated.
 */
export async function readBody(request: Request, limits: BodyLimits, clock: Clock): Promise<BodyRead> {
  if (request.bodyUsed || request.body?.locked === true) return failed("consumed");
  if (Number(request.headers.get("content-length")) > limits.maxBytes) return failed("too-large");
  if (request.body === null) return { ok: true, bytes: new Uint8Array(0) };

  const reader = request.body.getReader();
  const timer = new AbortController();
  const late = clock.sleep(limits.timeoutMs, timer.signal).then(
    () => "late" as const,
    () => "stopped" as const, // aborted below, when the body is here and nobody waits for this any more
  );
  const give = (reason: "too-large" | "incomplete") => {
    // Tells the sender's side to stop. The answer does not wait for it, and a stream that already broke may refuse.
    void Promise.allSettled([reader.cancel()]);
    return failed(reason);
  };
  try {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const next = await Promise.race([reader.read(), late]);
      if (typeof next === "string") return give("incomplete");
      if (next.done) return { ok: true, bytes: chunks.length === 1 ? chunks[0]! : concatBytes(...chunks) };
      length += next.value.byteLength;
      if (length > limits.maxBytes) return give("too-large");
      chunks.push(next.value);
    }
  } catch {
    return failed("incomplete"); // the sender went away or its encoding broke; both are the sender's to repeat
  } finally {
    // With a reason of its own: without one an exception with a stack is made for every body.
    timer.abort("read");
  }
}

function failed(reason: "consumed" | "too-large" | "incomplete"): BodyRead {
  return { ok: false, reason };
}
