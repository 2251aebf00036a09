import type { ContractCase, Harness, World } from "./contract.ts";

export const defaultRacers = 20;
const now = 1_790_000_000_000;

/** Runs one case in a space of its own, which is removed when the case passed. Needs no test runner. */
export async function runCase<S>(one: ContractCase<S>, harness: Harness<S>): Promise<void> {
  const space = await harness.space();
  const open = new Set<S>();
  const handle = async (): Promise<S> => {
    const store = await space.open();
    open.add(store);
    return store;
  };
  const closeAll = async (): Promise<void> => {
    for (const store of open) await space.close(store);
    open.clear();
  };

  let main: Promise<S> | undefined;
  let peer: Promise<S> | undefined;
  const world: World<S> = {
    open: () => (main ??= handle()),
    peer: () => (peer ??= handle()),
    reopen: async () => {
      await closeAll();
      main = handle();
      return main;
    },
    racers: harness.racers ?? defaultRacers,
    now,
    capabilities: harness.capabilities,
  };
  try {
    await one.run(world);
  } finally {
    await closeAll();
  }
  await space.remove();
}

/** Cases the harness's capabilities rule out. */
export function ruledOut<S>(cases: readonly ContractCase<S>[], harness: Harness<S>): string[] {
  return cases.filter((one) => one.needs?.some((need) => !harness.capabilities[need])).map((one) => one.id);
}
