import { describeContract, storageCases } from "@hubspoke/testing/contracts";
import type { Pool } from "pg";
import { afterAll, beforeAll, describe, it } from "vitest";
import { postgresHarness, warmPool } from "./database.ts";

const pools: Pool[] = [];
beforeAll(async () => {
  pools.push(await warmPool(), await warmPool());
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
});

describeContract(storageCases, postgresHarness("Postgres, two warmed pools of 20", pools), { describe, it });
