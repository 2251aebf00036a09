import { memoryStorage } from "@hubspoke/core/memory";
import type { Storage } from "@hubspoke/core/ports";
import { withRedis } from "@hubspoke/redis";
import {
  type ContractCase,
  describeContract,
  type Harness,
  leaseCases,
  rateBudgetCases,
} from "@hubspoke/testing/contracts";
import { describe, it } from "vitest";
import { connect, freshPrefix, removeAll } from "./server.ts";

type Shared = Pick<Storage, "leases" | "rateBudgets">;

/** Each handle has its own connection and its own storage: what they share, they share through Redis. */
const harness: Harness<Shared & { readonly end: () => Promise<void> }> = {
  name: "Redis",
  capabilities: { ...memoryStorage().capabilities, shared: true },
  async space() {
    const prefix = freshPrefix();
    return {
      async open() {
        const redis = await connect();
        const { leases, rateBudgets } = withRedis(memoryStorage(), { redis, prefix });
        return { leases, rateBudgets, end: async () => void (await redis.quit()) };
      },
      close: ({ end }) => end(),
      async remove() {
        const redis = await connect();
        await removeAll(redis, prefix);
        await redis.quit();
      },
    };
  },
};

const cases: readonly ContractCase<Shared>[] = [...leaseCases, ...rateBudgetCases];

describeContract(cases, harness, { describe, it });
