import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { describeContract, storageCases } from "@hubspoke/testing/contracts";
import { sqliteHarness } from "./sqlite-harness.ts";

describeContract(
  storageCases,
  sqliteHarness("sqlite file in WAL mode", (path) => sqliteStorage({ path })),
);
