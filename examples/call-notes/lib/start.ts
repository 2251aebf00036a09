import { join } from "node:path";
import { freePort } from "@hubspoke/example-kit/free-port";
import { type Simulated, simulatedOAuthHubSpot } from "@hubspoke/example-kit/simulated-hubspot";
import { type RunningWorker, runWorker, varsOf, type WorkerOptions } from "@hubspoke/example-kit/workerd";

const folder = join(import.meta.dirname, "..");

export interface StartOptions
  extends Partial<Pick<WorkerOptions, "entry" | "outbound">>,
    Pick<WorkerOptions, "persist"> {
  /** 0: any that is free. */
  readonly port: number;
  /** Variables and secrets of a deployment. Without HUBSPOT_CLIENT_ID there is a simulated HubSpot. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A simulated one that runs already, for a product that is started again. */
  readonly hubspot?: Simulated;
}

export interface CallNotes extends RunningWorker {
  readonly url: string;
  /** Null when a real HubSpot is behind it. */
  readonly hubspot: Simulated | null;
  /** `kill`, and the simulated HubSpot. */
  close(): Promise<void>;
}

/** The Worker with a D1 database, its page and a HubSpot beside it, on this machine. */
export async function start(options: StartOptions): Promise<CallNotes> {
  const { env = process.env, entry = join(folder, "worker.ts") } = options;
  const port = options.port === 0 ? await freePort() : options.port;
  // HubSpot takes http for the name localhost alone.
  const url = `http://localhost:${port}`;
  const vars = varsOf(folder);
  const scopes = (vars.HUBSPOT_SCOPES ?? "").split(" ");
  const app = { name: "call-notes", redirectUri: `${url}/api/hubspot/oauth/callback`, scopes };
  const real = env.HUBSPOT_CLIENT_ID !== undefined;
  const hubspot = options.hubspot ?? (real ? null : await simulatedOAuthHubSpot(app));
  // Of everything in a shell's environment, what a deployment has.
  const ours = /^(?:HUBSPOT_|HUBSPOKE_|RECORDING_HOSTS$|LOGIN_PASSWORD$|TEST_)/;
  const named = Object.entries(env).filter((one): one is [string, string] => one[1] !== undefined && ours.test(one[0]));
  const bindings = { ...vars, ...Object.fromEntries(named), ...hubspot?.env };
  const worker = await runWorker({ ...options, folder, entry, port, bindings });
  return {
    ...worker,
    url,
    hubspot,
    async close() {
      await worker.kill();
      await hubspot?.close();
    },
  };
}
