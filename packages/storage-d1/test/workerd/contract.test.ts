import { d1Storage } from "@hubspoke/storage-d1";
import { type ContractCase, describeContract, storageCases } from "@hubspoke/testing/contracts";
import { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle, compatibilityDate } from "./bundle.ts";
import type { Verdict } from "./contract.worker.ts";

// Inside workerd, where the store runs in production: the binding Miniflare gives to Node takes three round trips
// for a query, and the suite seven times as long.

let miniflare: Miniflare;
beforeAll(async () => {
  miniflare = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.mjs", contents: await bundle("./contract.worker.ts") }],
    compatibilityDate,
    d1Databases: { ONE: "hubspoke", OTHER: "hubspoke" },
  });
  await miniflare.ready;
});
afterAll(() => miniflare?.dispose());

const verdicts: Verdict[] = [];

const inWorkerd = storageCases.map(
  (one): ContractCase<undefined> => ({
    ...one,
    async run() {
      const response = await miniflare.dispatchFetch(`http://worker/${one.id}`);
      const verdict = (await response.json()) as Verdict;
      verdicts.push(verdict);
      expect(verdict.violation).toBe(null);
    },
  }),
);

describeContract(
  inWorkerd,
  {
    name: "D1, in workerd,",
    capabilities: d1Storage({} as never).capabilities,
    space: async () => ({ open: async () => undefined, close: async () => {}, remove: async () => {} }),
  },
  { describe, it },
);

it("nothing the contract made the store say is beyond D1's limits", () => {
  expect(verdicts.map(({ queries }) => queries).reduce((a, b) => a + b, 0)).toBeGreaterThan(1_000);
  expect([...new Set(verdicts.flatMap(({ beyond }) => beyond))]).toEqual([]);
});
