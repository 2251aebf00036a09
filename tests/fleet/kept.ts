import { Client } from "pg";
import type { World } from "./world.ts";

/** Everything that stands in Redis under the fleet's prefix and in pg-boss' tables, as text. */
export async function keptOutside({ plan, front }: Pick<World, "plan" | "front">): Promise<string> {
  return [...(await inRedis(plan.redisPrefix, front.redis)), ...(await inBoss(plan.postgres, plan.bossSchema))].join(
    "\n",
  );
}

async function inRedis(prefix: string, redis: World["front"]["redis"]): Promise<string[]> {
  const keys = await redis.keys(`${prefix}*`);
  return Promise.all(keys.map(async (key) => `${key} ${JSON.stringify(await redis.hgetall(key))}`));
}

async function inBoss(url: string, schema: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      "select quote_ident(table_name) as name from information_schema.tables where table_schema = $1 and table_type = 'BASE TABLE'",
      [schema],
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ text: string }>(`select t::text as text from ${schema}.${name} t`);
      texts.push(...rows.map(({ text }) => text));
    }
    return texts;
  } finally {
    await client.end();
  }
}

/** The jobs that failed to the end, by name. */
export async function deadLetters({ plan }: Pick<World, "plan">): Promise<string[]> {
  const client = new Client({ connectionString: plan.postgres });
  await client.connect();
  try {
    const { rows } = await client.query<{ data: unknown }>(
      `select data from ${plan.bossSchema}.job where name = 'hubspoke.dead-letters'`,
    );
    return rows.map(({ data }) => JSON.stringify(data));
  } finally {
    await client.end();
  }
}
