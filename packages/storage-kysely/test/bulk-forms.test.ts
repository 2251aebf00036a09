import { describeContract, storageCases } from "@hubspoke/testing/contracts";
import { describe, it } from "vitest";
import { plainHarness } from "./fixtures/plain-harness.ts";

// The same store under each way of sending many rows: a mistake in splitting shows as a broken duty.

describeContract(storageCases, plainHarness("multi-row VALUES, 999 parameters", { bulk: { form: "values" } }), {
  describe,
  it,
});

describeContract(
  storageCases,
  plainHarness("json_each in portions of a few rows", { bulk: { form: "json_each", maxBytes: 3_000 } }),
  { describe, it },
);
