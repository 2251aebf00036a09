import { memoryStorage } from "@hubspoke/core/memory";
import { ContractViolation, runCase, storageCases } from "@hubspoke/testing/contracts";
import { describe, expect, it } from "vitest";
import { brokenStores } from "../../src/contracts/broken/broken-stores.ts";
import { memoryHarness } from "./memory-harness.ts";

/** A suite that a wrong store passes proves nothing: each fault must be caught by the case that is named for it. */
describe("the contract suite catches a store that", () => {
  for (const { name, caughtBy, plant } of brokenStores) {
    it(`${name} (${caughtBy})`, async () => {
      const named = storageCases.find((one) => one.id === caughtBy);
      if (named === undefined) throw new Error(`no case is called ${caughtBy}`);
      const verdict = runCase(
        named,
        memoryHarness(name, () => plant(memoryStorage())),
      );
      await expect(verdict).rejects.toBeInstanceOf(ContractViolation);
    });
  }
});

describe("the suite itself", () => {
  it("has at least fifteen broken stores", () => {
    expect(brokenStores.length).toBeGreaterThanOrEqual(15);
  });

  it("names every case once", () => {
    const ids = storageCases.map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
