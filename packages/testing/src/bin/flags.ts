import { SUBSCRIPTION_LIMITS } from "../simulator/limits/limiter.ts";
import { closest } from "./closest.ts";

interface Flag {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly default?: string | boolean;
  readonly multiple?: true;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly help: string;
}

const FLAGS = {
  port: { type: "string", default: "4010", value: "n", help: "where to listen" },
  host: { type: "string", default: "127.0.0.1", value: "address", help: "other than loopback it has no control API" },
  control: { type: "boolean", default: false, help: "answer the control API on any address" },
  contacts: { type: "string", default: "1000", value: "n", help: "how many people the account has" },
  edits: { type: "string", default: "0", value: "n", help: "how often each of them was edited" },
  seed: { type: "string", default: "1", value: "n", help: "same seed and same calls, same answers" },
  token: { type: "string", default: "pat-sim-62515", value: "text", help: "the access token" },
  tier: {
    type: "string",
    default: "professional",
    value: "name",
    help: `limits of ${Object.keys(SUBSCRIPTION_LIMITS).join(", ")}`,
  },
  limit: { type: "string", value: "n", help: "calls per rolling 10 seconds; default the tier's" },
  latency: { type: "string", default: "0", value: "time", help: "how long answers take: 40, 20-80, 120~0.5<2s" },
  "search-lag": { type: "string", default: "0", value: "time", help: "how long changes take to reach search" },
  "lag-spike": { type: "string", value: "every/lasts/lag", help: "another lag now and then, e.g. 10m/1m/30s" },
  "clock-skew": {
    type: "string",
    default: "0",
    value: "ms",
    help: "how far HubSpot's clock is ahead; --clock-skew=-500 for behind",
  },
  "virtual-clock": { type: "boolean", default: false, help: "time stands still until POST /_simulator/clock/advance" },
  fault: { type: "string", multiple: true, value: "text", help: 'e.g. "POST /crm/** 503 after rate=0.1"; repeatable' },
  "other-calls": { type: "string", default: "0", value: "n", help: "calls per second of another program" },
  "other-searches": { type: "string", default: "0", value: "n", help: "searches per second of another program" },
  "oauth-app": {
    type: "string",
    multiple: true,
    value: "json",
    help: 'installed by OAuth: {"clientId":"…","redirectUris":["…"],"scopes":["oauth"]}; repeatable',
  },
  "webhook-url": { type: "string", value: "url", help: "deliver webhooks here soon after changes" },
  "public-webhook-url": { type: "string", value: "url", help: "what the receiver calls itself; signatures cover it" },
  "webhook-faults": { type: "string", value: "list", help: "e.g. lose=0.1,duplicate=0.1,reorder,delay=0-5s" },
  "webhook-storm": { type: "string", default: "0", value: "n", help: "events of nothing new, at the start" },
  "app-secret-env": {
    type: "string",
    value: "NAME",
    help: "the variable that holds the app secret; default: one is made and printed",
  },
  state: { type: "string", value: "file", help: "go on from this state if it is there, and save it at the end" },
  knobs: { type: "string", value: "json", help: "any other knob" },
  json: { type: "boolean", default: false, help: "what is printed at the start as one line of JSON" },
  help: { type: "boolean", short: "h", default: false, help: "this text" },
} as const satisfies Readonly<Record<string, Flag>>;

/** What was given, or its default. */
export interface Flags {
  readonly port: string;
  readonly host: string;
  readonly control: boolean;
  readonly contacts: string;
  readonly edits: string;
  readonly seed: string;
  readonly token: string;
  readonly tier: string;
  readonly limit?: string;
  readonly latency: string;
  readonly "search-lag": string;
  readonly "lag-spike"?: string;
  readonly "clock-skew": string;
  readonly "virtual-clock": boolean;
  readonly fault?: string[];
  readonly "other-calls": string;
  readonly "other-searches": string;
  readonly "oauth-app"?: string[];
  readonly "webhook-url"?: string;
  readonly "public-webhook-url"?: string;
  readonly "webhook-faults"?: string;
  readonly "webhook-storm": string;
  readonly "app-secret-env"?: string;
  readonly state?: string;
  readonly knobs?: string;
  readonly json: boolean;
  readonly help: boolean;
}

export type FlagName = keyof Flags;

export async function readFlags(argv: readonly string[]): Promise<Flags> {
  refuseUnknown(argv);
  // Here and not at the top, because the simulator also runs where there is no Node.
  const { parseArgs } = await import("node:util");
  const { values } = parseArgs({ args: [...argv], options: FLAGS, allowPositionals: false });
  return values;
}

export function helpText(): string {
  const lines = (Object.entries(FLAGS) as [string, Flag][]).map(([name, { value, help, default: preset }]) => {
    const usage = value === undefined ? `--${name}` : `--${name} <${value}>`;
    const given = typeof preset === "string" ? `; default ${preset}` : "";
    return `  ${usage.padEnd(30)} ${help}${given}`;
  });
  return `A HubSpot on this machine, for any HubSpot client in any language.

Usage: simulate [flags]

${lines.join("\n")}

Times are milliseconds, or 30s, 5m, 2h; a range 20-80; or median~sigma<cap of a log-normal distribution.
Control API (no token, no limits): GET /_simulator lists what it can do.
`;
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
