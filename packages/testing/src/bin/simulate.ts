#!/usr/bin/env node
import { parseArgs } from "node:util";
import { createHubSpotSimulator } from "../simulator.ts";
import { closest } from "./closest.ts";

const HELP = `A HubSpot on this machine, for any HubSpot client in any language.

Usage: simulate [flags]

  --port <n>               where to listen; default 4010
  --host <address>         default 127.0.0.1; anything else also switches the control API off
  --contacts <n>           how many people the account has; default 1000
  --seed <n>               same seed and same calls, same answers; default 1
  --token <text>           the access token; default pat-sim-62515
  --limit <n>              calls per rolling 10 seconds; default 190
  --latency <ms>           how long answers take, e.g. 40 or 20-80; default 0
  --search-lag <ms>        how long changes take to reach search, e.g. 2000 or 0-30000; default 0
  --webhook-url <url>      deliver webhooks here soon after changes
  --public-webhook-url <url>   the address the receiver knows itself by, which signatures cover
  --app-secret-env <NAME>  the environment variable that holds the app secret; default: a generated one, printed
  --help                   this text

Control API (no token, no limits): GET /_simulator lists what it can do.
`;

const FLAGS = {
  port: { type: "string", default: "4010" },
  host: { type: "string", default: "127.0.0.1" },
  contacts: { type: "string", default: "1000" },
  seed: { type: "string", default: "1" },
  token: { type: "string", default: "pat-sim-62515" },
  limit: { type: "string", default: "190" },
  latency: { type: "string", default: "0" },
  "search-lag": { type: "string", default: "0" },
  "webhook-url": { type: "string" },
  "public-webhook-url": { type: "string" },
  "app-secret-env": { type: "string" },
  help: { type: "boolean", default: false },
} as const;

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(argv: readonly string[]): Promise<void> {
  refuseUnknown(argv);
  const { values } = parseArgs({ args: [...argv], options: FLAGS, allowPositionals: false });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const secret = secretFrom(values["app-secret-env"]);
  const simulator = createHubSpotSimulator({
    seed: whole("seed", values.seed),
    portals: [{ id: 62515, tokens: [{ token: values.token }] }],
    limits: { tenSecondly: whole("limit", values.limit) },
    latency: duration("latency", values.latency),
    searchLag: duration("search-lag", values["search-lag"]),
    ...(secret === undefined ? {} : { appSecret: secret }),
  });
  const contacts = whole("contacts", values.contacts);
  simulator.seedContacts(contacts);
  const webhookUrl = values["webhook-url"];
  const publicUrl = values["public-webhook-url"];
  const server = await simulator.listen({
    port: whole("port", values.port),
    host: values.host,
    ...(webhookUrl === undefined ? {} : { webhookUrl: address("webhook-url", webhookUrl) }),
    ...(publicUrl === undefined ? {} : { webhookPublicUrl: address("public-webhook-url", publicUrl) }),
  });
  const lines = [
    `HubSpot simulator   ${server.url}`,
    `portal              62515, ${contacts} contacts`,
    `access token        ${simulator.token}`,
    `app secret          ${secret === undefined ? simulator.appSecret : `from ${values["app-secret-env"]}`}`,
    `webhooks            ${webhookUrl ?? "not delivered (--webhook-url)"}`,
    "stop with Ctrl+C",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void server.close();
    });
  }
}

function refuseUnknown(argv: readonly string[]): void {
  for (const argument of argv) {
    const flag = /^--([^=]+)/.exec(argument)?.[1];
    if (flag === undefined || flag in FLAGS) continue;
    const suggestion = closest(flag, Object.keys(FLAGS));
    const hint = suggestion === undefined ? "--help lists them all" : `did you mean --${suggestion}?`;
    throw new Error(`Unknown flag --${flag}: ${hint}`);
  }
}

function whole(flag: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`--${flag} needs a whole number, got "${text}"`);
}

function duration(flag: string, text: string): number | { min: number; max: number } {
  const [min, max] = text.split("-");
  if (max === undefined) return whole(flag, text);
  return { min: whole(flag, min ?? ""), max: whole(flag, max) };
}

function address(flag: string, text: string): string {
  if (URL.canParse(text)) return text;
  throw new Error(`--${flag} needs a URL, got "${text}"`);
}

/** The secret comes by environment, so that it stands in no process list and no shell history. */
function secretFrom(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const secret = process.env[name];
  if (secret) return secret;
  throw new Error(`--app-secret-env names ${name}, which is not set`);
}
