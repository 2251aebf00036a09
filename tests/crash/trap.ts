/** The call over which a process kills itself, by `kill -9`: no handler of its own, nothing of Node's, runs after it. */
export interface Trap {
  call: string;
  afterEffect: boolean;
}

/** The same port, whose calls may spring the trap. Nested objects (the stores of a storage) are wrapped too. */
export function trapped<T extends object>(port: T, name: string, trap: Trap): T {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      const path = `${name}.${String(key)}`;
      if (typeof value === "object" && value !== null && key !== "capabilities") return trapped(value, path, trap);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (trap.call !== path) return Reflect.apply(value, target, args);
        return sprung(async () => Reflect.apply(value, target, args) as unknown, trap);
      };
    },
  });
}

async function sprung(work: () => Promise<unknown>, { afterEffect }: Trap): Promise<never> {
  if (afterEffect) await work();
  process.kill(process.pid, "SIGKILL");
  return new Promise<never>(() => {});
}
