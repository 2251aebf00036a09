import { createHubSpoke, type Hubspoke, privateApp } from "@hubspoke/core";
import type { LocalSource, Storage } from "@hubspoke/core/ports";
import { field, type SyncHandle } from "@hubspoke/core/sync";
import { withRedis } from "@hubspoke/redis";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { Redis } from "ioredis";
import { type Crm, openCrm } from "./crm.ts";

/** What every process of a fleet is told: ids and addresses. */
export interface FleetPlan {
  readonly postgres: string;
  /** Of Hubspoke's own tables. */
  readonly schema: string;
  /** Of the product's tables. */
  readonly crmSchema: string;
  /** Of pg-boss' tables. */
  readonly bossSchema: string;
  readonly redis: string;
  readonly redisPrefix: string;
  readonly hubspot: string;
  readonly token: string;
  readonly secret: string;
  /** Of claims, passes and intents: what a killed process held is free after so long. Absent: the default. */
  readonly leaseMs?: number;
  /** Calls in ten seconds for the whole fleet; absent: what HubSpot says. */
  readonly rateLimit?: number;
}

export const tenant = "acme";
export const publicUrl = "https://app.example.com/hubspot/webhooks";
export interface Member {
  readonly hubspoke: Hubspoke;
  readonly storage: Storage;
  readonly crm: Crm;
  readonly redis: Redis;
  readonly sync: ReturnType<SyncHandle["for"]>;
  /** Notes each of its runs in the product's tables, once a second. */
  readonly pulse: { start(): Promise<unknown> };
  close(): Promise<void>;
}

/** The instance every process of the fleet makes: rows on Postgres, budget and locks on Redis. */
export async function member(
  plan: FleetPlan,
  around: { storage(given: Storage): Storage; local(given: LocalSource): LocalSource } = {
    storage: (given) => given,
    local: (given) => given,
  },
): Promise<Member> {
  const { postgres: url, schema } = plan;
  const crm = openCrm(url, plan.crmSchema);
  const redis = new Redis(plan.redis, { maxRetriesPerRequest: 1 });
  const rows = postgresStorage({ url, schema, maxConnections: 6 });
  const storage = around.storage(withRedis(rows, { redis, prefix: plan.redisPrefix }));
  const hubspoke = createHubSpoke({
    auth: privateApp(plan.token),
    storage,
    keys: { current: "k1", keys: { k1: "11".repeat(32) } },
    webhooks: { publicUrl, secrets: plan.secret },
    baseUrl: plan.hubspot,
    telemetry: false,
    rateLimit: plan.rateLimit,
    ...(plan.leaseMs === undefined ? {} : { syncSettings: { leaseMs: plan.leaseMs, marginMs: 1_000 } }),
  });
  const leads = hubspoke.sync({
    name: "leads",
    object: "contacts",
    local: around.local(crm.source()),
    match: ["email"],
    fields: {
      email: field("email", { owner: "hubspot" }),
      first: field("firstname", { owner: "hubspot" }),
      last: field("lastname", { owner: "local" }),
    },
    // Only what events tell: a search would find what a lost event did not.
    poll: { localMs: 500, remoteMs: false },
  });
  const pulse = hubspoke.schedule({ name: "pulse", every: { ms: 1_000 }, run: ({ dueAt }) => crm.beat(dueAt) });
  return {
    hubspoke,
    storage,
    crm,
    redis,
    sync: leads.for(tenant),
    pulse: pulse.for(tenant),
    async close() {
      await hubspoke.close();
      await crm.close();
      redis.disconnect();
    },
  };
}
