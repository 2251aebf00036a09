import { holds, same } from "./check.ts";
import type { ContractCase, Harness } from "./contract.ts";
import { ruledOut, runCase } from "./run-case.ts";

/** What a suite needs of a test runner: `describe` and `it` of vitest, of `node:test`, of jest. */
export interface Runner {
  /** Called once for the suite. */
  describe(name: string, body: () => void): unknown;
  /** Called once for each case; skipped ones are none. */
  it(name: string, body: () => void | Promise<void>): unknown;
}

/**
 * Binds a suite to a test runner: `describeContract(storageCases, harness, { describe, it })`. A case is skipped only when
 * the store's capabilities rule it out, and then only when the harness declares it with a reason: a store that loses a
 * capability fails here instead of being tested less.
 */
export function describeContract<S>(cases: readonly ContractCase<S>[], harness: Harness<S>, runner: Runner): void {
  const { describe, it } = runner;
  const skipped = ruledOut(cases, harness);
  const declared = harness.skips ?? [];
  describe(`${harness.name} keeps the contract`, () => {
    it("skips exactly what it declares, with reasons", () => {
      same(
        declared.map((skip) => skip.id).sort(),
        [...skipped].sort(),
        "declared skips are what the capabilities rule out",
      );
      for (const { id, reason } of declared) holds(reason !== "", `the skip of ${id} has a reason`);
    });
    for (const one of cases) {
      if (!skipped.includes(one.id)) it(one.id, () => runCase(one, harness));
    }
  });
}
