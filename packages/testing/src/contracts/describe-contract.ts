import { describe, expect, it } from "vitest";
import type { ContractCase, Harness } from "./contract.ts";
import { ruledOut, runCase } from "./run-case.ts";

/**
 * Binds a suite to vitest. A case is skipped only when the store's capabilities rule it out, and then only when the
 * harness declares it with a reason: a store that loses a capability fails here instead of being tested less.
 */
export function describeContract<S>(cases: readonly ContractCase<S>[], harness: Harness<S>): void {
  const skipped = ruledOut(cases, harness);
  const declared = harness.skips ?? [];
  describe(`${harness.name} keeps the contract`, () => {
    it("skips exactly what it declares, with reasons", () => {
      expect(declared.map((skip) => skip.id).sort()).toEqual([...skipped].sort());
      for (const { id, reason } of declared) expect(reason, id).not.toBe("");
    });
    for (const one of cases) {
      if (!skipped.includes(one.id)) it(one.id, () => runCase(one, harness));
    }
  });
}
