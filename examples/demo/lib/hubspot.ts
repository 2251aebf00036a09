import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { tracked } from "./children.ts";

export interface SimulatedContact {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly archivedAt: string | null;
}

export interface Stats {
  readonly calls: number;
  readonly rateLimited: number;
  readonly maxInTenSeconds: number;
  readonly byRoute: Readonly<Record<string, number>>;
}

/** A simulated HubSpot in a process of its own, and its control API. */
export interface SimulatedHubSpot {
  readonly url: string;
  readonly token: string;
  stats(): Promise<Stats>;
  contacts(): Promise<readonly SimulatedContact[]>;
  /** Edits a contact as a person in HubSpot would. */
  edit(id: string, properties: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
}

const command = fileURLToPath(new URL("../../../packages/testing/src/bin/simulate.ts", import.meta.url));

export async function startHubSpot(options: {
  readonly contacts: number;
  readonly webhookUrl: string;
  readonly webhookSecret: string;
}): Promise<SimulatedHubSpot> {
  const flags = ["--port", "0", "--contacts", String(options.contacts), "--seed", "1", "--latency", "30-60"];
  const webhooks = ["--webhook-url", options.webhookUrl, "--app-secret-env", "DEMO_APP_SECRET"];
  const child = tracked(
    spawn(process.execPath, [...process.execArgv, command, ...flags, ...webhooks], {
      env: { ...process.env, DEMO_APP_SECRET: options.webhookSecret },
      stdio: ["ignore", "pipe", "inherit"],
    }),
  );
  const { url, token } = await readAddress(child);
  const control = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await fetch(`${url}/_simulator${path}`, init);
    if (!response.ok) throw new Error(`the simulator answered ${response.status} to ${path}`);
    return response;
  };
  return {
    url,
    token,
    stats: async () => (await control("/stats")).json() as Promise<Stats>,
    contacts: async () => (await control("/contacts")).json() as Promise<readonly SimulatedContact[]>,
    async edit(id, properties) {
      await control(`/contacts/${id}`, { method: "POST", body: JSON.stringify({ properties }) });
    },
    async stop() {
      const gone = once(child, "exit");
      child.kill();
      await gone;
    },
  };
}

async function readAddress(child: ChildProcess): Promise<{ url: string; token: string }> {
  const found = new Map<string, string>();
  if (child.stdout === null) throw new Error("the simulator has no output");
  for await (const text of createInterface({ input: child.stdout })) {
    const match = /^(HubSpot simulator|access token)\s+(\S+)/.exec(text);
    if (match?.[1] !== undefined && match[2] !== undefined) found.set(match[1], match[2]);
    const url = found.get("HubSpot simulator");
    const token = found.get("access token");
    if (url !== undefined && token !== undefined) return { url, token };
  }
  throw new Error("the simulator stopped before it told its address");
}
