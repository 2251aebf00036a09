import type { Storage } from "@hubspoke/core/ports";
import { d1Storage } from "@hubspoke/storage-d1";
import { describeContract, type Harness, storageCases } from "@hubspoke/testing/contracts";
import { afterAll, describe, expect, it } from "vitest";
import { beyondLimits, type CountedD1, countedD1 } from "./counted-d1.ts";
import { miniflareD1 } from "./miniflare-d1.ts";

const databases = miniflareD1(storageCases.length);
const bindings: CountedD1[] = [];
afterAll(() => databases.dispose());

const harness: Harness<Storage> = {
  name: "D1 in Miniflare",
  capabilities: d1Storage({} as never).capabilities,
  async space() {
    const binding = databases.next();
    return {
      open: async () => {
        const counted = countedD1(await binding());
        bindings.push(counted);
        return d1Storage(counted);
      },
      close: (store) => store.close(),
      remove: async () => {},
    };
  },
};

describeContract(storageCases, harness, { describe, it });

it("nothing the contract made the store say is beyond D1's limits", () => {
  const sent = bindings.flatMap((one) => one.sent);
  expect(sent.length).toBeGreaterThan(1_000);
  expect([...new Set(beyondLimits(sent))]).toEqual([]);
});
