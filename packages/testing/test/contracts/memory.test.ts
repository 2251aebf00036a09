import { describeContract, storageCases } from "@hubspoke/testing/contracts";
import { describe, it } from "vitest";
import { memoryHarness } from "./memory-harness.ts";

const oneHandle = "memory is not shared between handles";
const noColumns = "memory has no columns that could refuse a value";
const oneProcess = "memory does not outlive its process";

describeContract(
  storageCases,
  {
    ...memoryHarness("memory"),
    skips: [
      ...[
        "cache",
        "inbox",
        "leases",
        "links",
        "tokens",
        "flags",
        "suppression",
        "rate-budgets",
        "outbox",
        "workflows",
        "engagement",
        "mappings",
      ].map((port) => ({
        id: `${port}.peer`,
        reason: oneHandle,
      })),
      ...[
        "storage",
        "tenants",
        "inbox",
        "work",
        "intents",
        "cursors",
        "tokens",
        "oauth-states",
        "suppression",
        "outbox",
        "flows",
        "schedules",
      ].map((port) => ({ id: `${port}.durable`, reason: oneProcess })),
      ...["inbox", "outbox", "cache", "audit", "links"].map((port) => ({
        id: `${port}.batch.atomic-late`,
        reason: noColumns,
      })),
    ],
  },
  { describe, it },
);
