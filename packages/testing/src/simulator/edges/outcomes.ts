/** The effect happens whether or not the caller still waits, as with a real server. */
export function untilAborted<T>(outcome: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return outcome;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const listenNoMore = () => signal.removeEventListener("abort", abort);
    outcome.then(
      (value) => {
        listenNoMore();
        resolve(value);
      },
      (error: unknown) => {
        listenNoMore();
        reject(error);
      },
    );
  });
}

/** Nothing ever comes. */
export function silence(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

export function connectionReset(): TypeError {
  const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", errno: -104, syscall: "read" });
  return new TypeError("fetch failed", { cause });
}
