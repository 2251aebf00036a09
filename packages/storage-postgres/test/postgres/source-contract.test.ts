import { describeContract, localSourceCases } from "@hubspoke/testing/contracts";
import { describe, it } from "vitest";
import { awkwardHost, countedHost, harnessFor, outboxHost, partitionedHost, updatedAtHost } from "./host-table.ts";

for (const [name, host] of Object.entries({
  "kyselySource by outbox": outboxHost,
  "kyselySource by outbox, awkward names": awkwardHost,
  "kyselySource by outbox, a table in parts": partitionedHost,
  "kyselySource by updated_at": updatedAtHost,
  "kyselySource by updated_at and a counter": countedHost,
}))
  describeContract(localSourceCases, harnessFor(`${name}, on Postgres`, host), { describe, it });
