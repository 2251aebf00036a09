import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type CrmSchema, configFromEnv, createHubSpoke, type Hubspoke } from "@hubspoke/core";
import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import type { Use } from "../needs/uses.ts";
import type { Io } from "./io.ts";

/** What `hubspoke.config.ts` exports: the instance the product itself uses, so that both see one set-up. */
export interface HubspokeConfig {
  /** With its syncs declared. The command closes it when it has finished. */
  readonly hubspoke: Hubspoke;
  /** Default for `--tenant`. Default `"default"`. */
  readonly tenant?: string;
  /** What `hubspoke schema plan|apply` compare the account with. */
  readonly schema?: CrmSchema;
  /**
   * What your own code calls in HubSpot besides what is declared, for the scopes of `doctor` and `app`: words such as
   * `"activities"`, or routes such as `"POST /crm/objects/{version}/deals/search"`.
   */
  readonly uses?: readonly Use[];
  /** What `hubspoke app` adds to the app's files beyond what the instance declares. */
  readonly app?: AppConfig;
}

/** For `hubspoke app`. */
export interface AppConfig {
  /** Properties whose changes handlers want to be told of, besides those of syncs: `{ contacts: ["lifecyclestage"] }`. */
  readonly properties?: Readonly<Record<string, readonly string[]>>;
}

/** Gives the object its type, whether it is made at once, later, or with a promise. */
export function defineConfig(
  config: HubspokeConfig | (() => HubspokeConfig | Promise<HubspokeConfig>),
): () => Promise<HubspokeConfig> {
  return async () => (typeof config === "function" ? config() : config);
}

const names = ["hubspoke.config.ts", "hubspoke.config.mts", "hubspoke.config.js", "hubspoke.config.mjs"];

/**
 * The set-up: the named file, else `hubspoke.config.ts` (or .mts, .js, .mjs) in the folder, else the environment with a
 * SQLite file at `HUBSPOKE_DB`. Throws CONFIG_INVALID or ENV_UNKNOWN saying what to do; a config file's own error, with
 * its message only.
 */
export async function loadConfig(io: Io, named: string | undefined): Promise<HubspokeConfig> {
  const file =
    named === undefined ? names.map((name) => resolve(io.cwd, name)).find(existsSync) : resolve(io.cwd, named);
  if (file === undefined) return fromEnvironment(io);
  if (!existsSync(file)) throw invalid(`there is no ${named}`);
  return checked(await exported(file));
}

async function exported(file: string): Promise<unknown> {
  try {
    const { default: value } = (await import(pathToFileURL(file).href)) as { default?: unknown };
    return typeof value === "function" ? await (value as () => unknown)() : value;
  } catch (error) {
    if (isHubspokeError(error)) throw error;
    throw invalid(`the config file cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checked(value: unknown): HubspokeConfig {
  if (isConfig(value)) return value;
  throw invalid(
    "the config file must export defineConfig({ hubspoke }) as its default, hubspoke being what createHubSpoke returned",
  );
}

function isConfig(value: unknown): value is HubspokeConfig {
  const hubspoke = (value as Partial<HubspokeConfig> | null | undefined)?.hubspoke;
  return typeof hubspoke?.worker === "function" && typeof hubspoke.close === "function";
}

function fromEnvironment(io: Io): HubspokeConfig {
  const { auth, keys, ...rest } = configFromEnv(io.env);
  if (auth === undefined || keys === undefined) {
    throw invalid(
      `there is no hubspoke.config.ts here, and the environment does not say enough: set ${[
        ...(auth === undefined ? ["HUBSPOT_ACCESS_TOKEN"] : []),
        ...(keys === undefined ? ["HUBSPOKE_KEY (32 bytes: openssl rand -base64 32)"] : []),
      ].join(" and ")}`,
    );
  }
  const path = resolve(io.cwd, io.env.HUBSPOKE_DB ?? "hubspoke.db");
  return { hubspoke: createHubSpoke({ ...rest, auth, keys, storage: sqliteStorage({ path }) }) };
}

function invalid(message: string): HubspokeError<"CONFIG_INVALID"> {
  return new HubspokeError("CONFIG_INVALID", message);
}
