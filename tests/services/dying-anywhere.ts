import type { Storage, Transport } from "@hubspoke/core/ports";
import type { Disturb } from "./bed.ts";

/**
 * A process that dies at its await number `at`, whichever that is: a call to HubSpot or to the database, before it is made
 * or after it had its effect. What it held stays held; nothing of it ever runs again.
 */
export function dyingAnywhere(
  storage: Storage,
  at: number,
  when: "before" | "after",
): { readonly storage: Storage; readonly disturb: Disturb; readonly arm: () => void; readonly died: () => boolean } {
  let [count, armed, dead] = [0, false, false];
  const never = (): Promise<never> => new Promise(() => undefined);

  async function pass<T>(work: () => Promise<T>): Promise<T> {
    if (dead) return never();
    if (!armed || count++ !== at) {
      const result = await work();
      return dead ? never() : result;
    }
    if (when === "after") await work();
    dead = true;
    return never();
  }

  const watched = (store: object): object =>
    new Proxy(store, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return (...args: unknown[]) => pass(async () => (method as (...a: unknown[]) => unknown).apply(target, args));
      },
    });
  return {
    storage: new Proxy(storage, {
      get(target, name) {
        const part: unknown = Reflect.get(target, name);
        return typeof part === "object" && part !== null && name !== "capabilities" ? watched(part) : part;
      },
    }),
    disturb: (send: Parameters<Disturb>[0]): ReturnType<Transport["send"]> => pass(send),
    arm: () => {
      armed = true;
    },
    died: () => dead,
  };
}
