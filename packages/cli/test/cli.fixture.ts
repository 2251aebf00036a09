import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHubSpotSimulator, type HubSpotSimulator, type SimulatorOptions } from "@hubspoke/testing";
import { onTestFinished } from "vitest";
import type { Io } from "../src/base/io.ts";
import { main } from "../src/main.ts";

/** As much of the answers as tests look into. */
export interface Answered {
  readonly contacts: readonly unknown[];
  readonly findings: readonly { readonly name: string }[];
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** `out` as one JSON document. */
  json(): Answered;
}

export interface World {
  readonly simulator: HubSpotSimulator;
  readonly folder: string;
  readonly env: Record<string, string>;
  run(...argv: string[]): Promise<Ran>;
}

/** A folder of its own, a simulator behind a real port, and an environment that names both. */
export async function world(options: SimulatorOptions = {}): Promise<World> {
  const simulator = createHubSpotSimulator({ seed: 1, ...options });
  simulator.seedContacts(20);
  const server = await simulator.listen({ port: 0 });
  const folder = mkdtempSync(join(tmpdir(), "hubspoke-cli-"));
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const env = {
    HUBSPOT_ACCESS_TOKEN: simulator.token,
    HUBSPOT_API_BASE_URL: server.url,
    HUBSPOKE_KEY: Buffer.alloc(32, 7).toString("base64"),
    HUBSPOKE_DEFAULT_REGION: "CA",
  };
  return { simulator, folder, env, run: (...argv) => run(argv, { env, cwd: folder }) };
}

export async function run(argv: readonly string[], given: Partial<Io>): Promise<Ran> {
  let out = "";
  let err = "";
  const io: Io = {
    env: {},
    cwd: tmpdir(),
    input: async () => "",
    print: (text) => {
      out += text;
    },
    complain: (text) => {
      err += text;
    },
    isTerminal: false,
    signal: new AbortController().signal,
    now: Date.now,
    fetch,
    sleep: async () => {},
    ...given,
  };
  const code = await main(argv, io);
  return { code, out, err, json: () => JSON.parse(out) as Answered };
}
