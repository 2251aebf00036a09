/** Calls `fire` after `ms`, unless the function it answers is called before. Tests bring their own. */
export type Timer = (ms: number, fire: () => void) => () => void;

export const systemTimer: Timer = (ms, fire) => {
  const handle = setTimeout(fire, ms);
  return () => clearTimeout(handle);
};

/** The database did not answer in time: what it was asked to do may have happened. */
export class NoAnswer extends Error {
  override readonly name: string = "NoAnswer";
}

/** A promise that rejects when the time is up, and never otherwise. */
export function deadline(timer: Timer, ms: number): { readonly passed: Promise<never>; stop(): void } {
  let stop = (): void => {};
  const passed = new Promise<never>((_resolve, reject) => {
    stop = timer(ms, () => reject(new NoAnswer()));
  });
  return { passed, stop };
}
