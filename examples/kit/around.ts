import { configFromEnv, type HubspokeOptions } from "@hubspoke/core";
import type { Keep } from "./opened.ts";
import { type FoundPostgres, findPostgres } from "./postgres.ts";
import type { Simulated } from "./simulated-hubspot.ts";

/** What the environment, or the simulated HubSpot, decides. */
export type Surroundings = Omit<HubspokeOptions, "storage">;

/** What a product on Postgres is started with. */
export interface StartOptions {
  /** 0: any that is free. */
  readonly port: number;
  /**
   * The product's schema, by default its name; Hubspoke's tables are in `<schema>_hubspoke`. With a simulated HubSpot both
   * have `_simulated` after it and begin anew: what was kept for a real account is never met, let alone dropped.
   */
  readonly schema?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** Over what the environment says. */
  readonly options?: Partial<Surroundings>;
}

/** What a product on Postgres was started amid. */
export interface Around {
  /** Null when a real HubSpot is behind it. */
  readonly hubspot: Simulated | null;
  readonly postgres: FoundPostgres;
  /** The product's own. */
  readonly schemaName: string;
  readonly surroundings: Surroundings;
}

/** Whether the environment names an account of HubSpot's. */
export const hasHubSpot = (env: NodeJS.ProcessEnv): boolean =>
  [env.HUBSPOT_ACCESS_TOKEN, env.HUBSPOT_API_KEY, env.HUBSPOT_READ_TOKEN, env.HUBSPOT_WRITE_TOKEN].some(
    (token) => token !== undefined,
  );

/** The HubSpot of the environment or a simulated one, and a Postgres with a schema of the product's for it. */
export async function around(
  keep: Keep,
  name: string,
  { schema, env = process.env, options }: StartOptions,
  simulate: () => Promise<Simulated>,
): Promise<Around> {
  const hubspot = hasHubSpot(env) ? null : keep(await simulate());
  return {
    hubspot,
    postgres: keep(await findPostgres(env)),
    // Two HubSpots never meet in one schema: their ids are other people's.
    schemaName: `${schema ?? name}${hubspot === null ? "" : "_simulated"}`,
    surroundings: { ...(configFromEnv(hubspot?.env ?? env) as Surroundings), ...options },
  };
}
