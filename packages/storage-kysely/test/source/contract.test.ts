import {
  brokenLocalSources,
  ContractViolation,
  describeContract,
  localSourceCases,
  runCase,
} from "@hubspoke/testing/contracts";
import { describe, expect, it } from "vitest";
import { harnessFor } from "./host-table.fixture.ts";
import { hosts, outboxHost } from "./hosts.fixture.ts";

for (const [name, host] of Object.entries(hosts))
  describeContract(localSourceCases, harnessFor(name, host), { describe, it });

describe("the suite itself", () => {
  it("has a name for each duty", () => {
    const ids = localSourceCases.map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  for (const broken of brokenLocalSources) {
    it(`notices a source that ${broken.name}`, async () => {
      const found = localSourceCases.find((one) => one.id === broken.caughtBy);
      if (found === undefined) throw new Error(`no case ${broken.caughtBy}`);
      const harness = harnessFor(broken.name, outboxHost, (under) => ({ ...under, source: broken.wrap(under.source) }));
      await expect(runCase(found, harness)).rejects.toThrow(ContractViolation);
    });
  }
});
