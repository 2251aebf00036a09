import { randomUUID } from "node:crypto";
import { createHubSpotSimulator, type HubSpotSimulator, type SimulatorOptions } from "@hubspoke/testing";
import { Client } from "pg";
import { type FleetPlan, type Member, member } from "./plan.ts";
import { startWorker, type WorkerProcess } from "./process.ts";

export interface Servers {
  readonly postgres: string;
  readonly redis: string;
}

/** One batch write as HubSpot received it. */
export interface Written {
  readonly at: number;
  readonly inputs: readonly { readonly properties: Readonly<Record<string, string>> }[];
}

/** A HubSpot, three schemas and a Redis prefix of one's own, and the process that serves the product's pages. */
export interface World {
  readonly simulator: HubSpotSimulator;
  readonly plan: FleetPlan;
  /** Enqueues, receives webhooks, looks: it runs no jobs. */
  readonly front: Member;
  readonly workers: WorkerProcess[];
  onWrite: ((written: Written) => void) | null;
  /** Starts processes until there are so many, told the plan with this change. */
  grow(processes: number, change?: Partial<FleetPlan>): Promise<void>;
  shrink(): Promise<void>;
  /** What minutes would do: leases of jobs and events that the dead held are over. Not while a process is at work on one. */
  outwaitTheDead(): Promise<void>;
  /** Kills what lives and leaves nothing on either server. */
  end(): Promise<void>;
}

const writing = /\/batch\/(?:create|update|upsert)$/;

export async function world(
  { postgres, redis }: Servers,
  options: SimulatorOptions = {},
  more: Pick<FleetPlan, "leaseMs"> = {},
): Promise<World> {
  const name = `fleet_${randomUUID().slice(0, 8)}`;
  const simulator = createHubSpotSimulator({ seed: 1, ...options });
  const server = await simulator.listen();
  const plan: FleetPlan = {
    postgres,
    redis,
    schema: name,
    crmSchema: `${name}_crm`,
    bossSchema: `${name}_boss`,
    redisPrefix: `${name}:`,
    hubspot: server.url,
    token: simulator.token,
    secret: simulator.appSecret,
    ...more,
  };
  const front = await member(plan);
  const workers: WorkerProcess[] = [];
  const made: World = {
    simulator,
    plan,
    front,
    workers,
    onWrite: null,
    async grow(processes, change = {}) {
      const more = Array.from({ length: processes - workers.length }, () => startWorker({ ...plan, ...change }));
      workers.push(...(await Promise.all(more)));
    },
    async shrink() {
      for (const one of workers.splice(0)) if (one.alive) await one.kill();
    },
    async outwaitTheDead() {
      await onServer(plan.postgres, async (client) => {
        for (const table of ["hubspoke_outbox", "hubspoke_inbox"])
          await client.query(
            `update ${plan.schema}.${table} set due_at = 0 where lease is not null and due_at is not null`,
          );
      });
    },
    async end() {
      await made.shrink();
      const keys = await front.redis.keys(`${plan.redisPrefix}*`);
      if (keys.length > 0) await front.redis.del(keys);
      await front.close();
      await server.close();
      await dropSchemas(plan);
    },
  };
  simulator.faults.add({
    // Breaks nothing: it sees every write as it arrives, which takes its effect whoever is alive to hear the answer.
    effect: "reset",
    times: Number.POSITIVE_INFINITY,
    when: ({ path, body, at }) => {
      if (writing.test(path)) made.onWrite?.({ at, ...(JSON.parse(body) as Pick<Written, "inputs">) });
      return false;
    },
  });
  try {
    await front.crm.install();
    await front.hubspoke.migrate();
  } catch (error) {
    await made.end();
    throw error;
  }
  return made;
}

async function dropSchemas({ postgres, schema, crmSchema, bossSchema }: FleetPlan): Promise<void> {
  await onServer(postgres, async (client) => {
    for (const one of [schema, crmSchema, bossSchema]) await client.query(`drop schema if exists ${one} cascade`);
  });
}

async function onServer(url: string, run: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await run(client);
  } finally {
    await client.end();
  }
}
