import { memoryStorage } from "@hubspoke/core/memory";
import type { Storage } from "@hubspoke/core/ports";
import type { Harness } from "@hubspoke/testing/contracts";

/** A harness over a store that lives in this process; `make` may wrap the memory store in something broken. */
export function memoryHarness(name: string, make: () => Storage = memoryStorage): Harness<Storage> {
  return {
    name,
    capabilities: memoryStorage().capabilities,
    space: async () => ({ open: async () => make(), close: (store) => store.close(), remove: async () => {} }),
  };
}
