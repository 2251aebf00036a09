import { createVirtualClock } from "../simulator/base/clock.ts";
import { createHubSpotSimulator } from "../simulator/create-simulator.ts";
import { parseFault } from "../simulator/faults/parse.ts";
import type { SimulatorOptions } from "../simulator/options.ts";
import { DEFAULT_DEVELOPER_KEY } from "../simulator/platform/options.ts";
import type { SimulatorState } from "../simulator/saved-state.ts";
import type { HubSpotSimulator, ListenOptions } from "../simulator/simulator-api.ts";
import {
  address,
  duration,
  knobs,
  lagSpike,
  named,
  port,
  rate,
  signed,
  tier,
  webhookFaults,
  whole,
} from "./flag-values.ts";
import { type Flags, helpText, readFlags } from "./flags.ts";
import { oauthApps } from "./oauth-app-flag.ts";

/** What a command may touch, so that another command, or a test, can run it. */
export interface SimulateIo {
  /** `process.env`, or a test's own; nothing else is read of the environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Normal output. */
  readonly print: (text: string) => void;
  /** Why it could not. */
  readonly complain: (text: string) => void;
  /** Settles when it is to stop. */
  readonly stopped: Promise<unknown>;
}

/** Everything a reader needs is printed before this line. */
const LAST_LINE = "stop with Ctrl+C";

/**
 * The `simulate` command: serves a simulator until it is told to stop.
 * @returns the exit code: 0, or 1 after a complaint
 */
export async function simulate(argv: readonly string[], io: SimulateIo): Promise<number> {
  try {
    const flags = await readFlags(argv);
    if (flags.help) io.print(helpText());
    else await serve(flags, io);
    return 0;
  } catch (error) {
    io.complain(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function serve(flags: Flags, io: SimulateIo): Promise<void> {
  const secret = secretFrom(flags["app-secret-env"], io);
  const simulator = createHubSpotSimulator({
    ...optionsOf(flags),
    ...(secret === undefined ? {} : { appSecret: secret }),
  });
  const isLoaded = flags.state !== undefined && (await load(simulator, flags.state, flags["virtual-clock"]));
  if (!isLoaded) simulator.seedContacts(whole("contacts", flags.contacts), { edits: whole("edits", flags.edits) });
  simulator.webhookStorm(whole("webhook-storm", flags["webhook-storm"]));
  const server = await simulator.listen(listenOptionsOf(flags));
  const lines = [
    `HubSpot simulator   ${server.url}`,
    `portal              62515, ${simulator.portal().contacts.size} contacts`,
    `access token        ${simulator.token}`,
    `developer key       ${DEFAULT_DEVELOPER_KEY} (?hapikey=, for app definitions)`,
    `app secret          ${secret === undefined ? simulator.appSecret : `from ${flags["app-secret-env"]}`}`,
    ...oauthApps(flags["oauth-app"] ?? []).map(
      ({ appId, clientId, clientSecret }) => `OAuth app ${appId}         client ${clientId}, secret ${clientSecret}`,
    ),
    `webhooks            ${flags["webhook-url"] ?? "not delivered (--webhook-url)"}`,
    LAST_LINE,
  ];
  const facts = {
    url: server.url,
    portalId: 62515,
    contacts: simulator.portal().contacts.size,
    token: simulator.token,
    // One that the environment gave is the caller's own, and is not repeated.
    ...(secret === undefined ? { appSecret: simulator.appSecret } : {}),
  };
  io.print(flags.json ? `${JSON.stringify(facts)}\n` : `${lines.join("\n")}\n`);
  await io.stopped;
  await server.close();
  if (flags.state !== undefined) await save(simulator, flags.state);
}

function optionsOf(flags: Flags): SimulatorOptions {
  const limits = { ...tier(flags.tier), ...(flags.limit ? { tenSecondly: whole("limit", flags.limit) } : {}) };
  return {
    ...(flags.knobs ? knobs(flags.knobs) : {}),
    seed: whole("seed", flags.seed),
    apps: oauthApps(flags["oauth-app"] ?? []),
    portals: [{ id: 62515, tokens: [{ token: flags.token }] }],
    limits,
    latency: duration("latency", flags.latency),
    searchLag: duration("search-lag", flags["search-lag"]),
    clockSkew: signed("clock-skew", flags["clock-skew"]),
    otherProgram: {
      callsPerSecond: rate("other-calls", flags["other-calls"]),
      searchesPerSecond: rate("other-searches", flags["other-searches"]),
    },
    faults: (flags.fault ?? []).map((text) => named("fault", () => parseFault(text))),
    ...(flags["lag-spike"] ? { lagSpike: lagSpike(flags["lag-spike"]) } : {}),
    ...(flags["webhook-faults"] ? { webhookFaults: webhookFaults(flags["webhook-faults"]) } : {}),
    ...(flags["virtual-clock"] ? { clock: createVirtualClock() } : {}),
  };
}

function listenOptionsOf(flags: Flags): ListenOptions {
  const { "webhook-url": webhookUrl, "public-webhook-url": publicUrl } = flags;
  return {
    port: port(flags.port),
    host: flags.host,
    ...(flags.control ? { control: true } : {}),
    ...(webhookUrl === undefined ? {} : { webhookUrl: address("webhook-url", webhookUrl) }),
    ...(publicUrl === undefined ? {} : { webhookPublicUrl: address("public-webhook-url", publicUrl) }),
  };
}

/** The secret comes by environment, so that it stands in no process list and no shell history. */
function secretFrom(name: string | undefined, { env }: SimulateIo): string | undefined {
  if (name === undefined) return undefined;
  const secret = env[name];
  if (secret) return secret;
  throw new Error(`--app-secret-env names ${name}, which is not set`);
}

async function load(simulator: HubSpotSimulator, file: string, isVirtual: boolean): Promise<boolean> {
  const { existsSync, readFileSync } = await import("node:fs");
  const { dirname } = await import("node:path");
  // At the end, when the state is saved, it is too late to say so.
  if (!existsSync(dirname(file))) throw new Error(`--state: there is no folder ${dirname(file)}; make it first`);
  if (!existsSync(file)) return false;
  const state = named("state", () => JSON.parse(readFileSync(file, "utf8")) as SimulatorState);
  named("state", () => simulator.restoreState(state));
  // A clock that stands still goes on from where it stood.
  if (isVirtual) await simulator.advanceClock(Math.max(0, state.now - simulator.now()));
  return true;
}

async function save(simulator: HubSpotSimulator, file: string): Promise<void> {
  const { writeFileSync } = await import("node:fs");
  writeFileSync(file, JSON.stringify(simulator.saveState()));
}
