import { type ErrorCode, errorCodes, HubspokeError } from "@hubspoke/core/errors";
import { signedWebhookRequest } from "@hubspoke/testing";
import type { Command } from "commander";
import type { Io } from "../../base/io.ts";

/** Where signed requests go, and what they are signed with. */
export interface TargetFlags {
  readonly to: string;
  readonly publicUrl?: string;
  readonly secretEnv: string;
}

export interface Target {
  /** Posts one delivery. Errors: NETWORK_FAILED. */
  post(events: readonly unknown[]): Promise<Delivered>;
}

export interface Delivered {
  readonly status: number;
  /** Why it was refused, where the receiver is a Hubspoke. */
  readonly code: ErrorCode | null;
}

/** HubSpot itself gives up after this long (hubspot-facts §5.3), but a developer may be stopped at a breakpoint. */
const timeoutMs = 30_000;

export function targetFlags(command: Command): Command {
  return command
    .requiredOption("--to <url>", "the address to post to")
    .option(
      "--public-url <url>",
      "the address the receiver believes it has, which is signed (default: HUBSPOT_WEBHOOK_URL, else --to)",
    )
    .option(
      "--secret-env <NAME>",
      "the environment variable that holds the app's client secret",
      "HUBSPOT_WEBHOOK_SECRET",
    );
}

/** Errors: INPUT_INVALID for an address that cannot be, CONFIG_INVALID where the variable holds no secret. */
export function targetOf(io: Io, { to, publicUrl, secretEnv }: TargetFlags, onlyHere: boolean): Target {
  const sendTo = addressOf("--to", to);
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(sendTo.hostname);
  if (!isHere && (onlyHere || sendTo.protocol !== "https:")) {
    const what = onlyHere
      ? "an address of this machine: copies hold your customers' data"
      : "https, or an address of this machine";
    throw new HubspokeError("INPUT_INVALID", `--to must be ${what}`);
  }
  const url = addressOf("--public-url", publicUrl ?? io.env.HUBSPOT_WEBHOOK_URL ?? to).href;
  const secret = io.env[secretEnv];
  if (secret === undefined || secret.trim() === "") {
    throw new HubspokeError(
      "CONFIG_INVALID",
      `${secretEnv} is not set: it holds the client secret that webhooks are signed with (--secret-env names another variable)`,
    );
  }
  return {
    async post(events) {
      const request = await signedWebhookRequest({ url, sendTo: sendTo.href, secret, events, timestamp: io.now() });
      const signal = AbortSignal.any([io.signal, AbortSignal.timeout(timeoutMs)]);
      try {
        const answer = await io.fetch(request, { redirect: "manual", signal });
        const { status } = answer;
        if (accepted(status)) await answer.body?.cancel();
        return { status, code: accepted(status) ? null : await codeOf(answer) };
      } catch (error) {
        throw new HubspokeError("NETWORK_FAILED", `${sendTo.origin} did not answer: is the receiver running?`, {
          unsafe: error,
        });
      }
    },
  };
}

function addressOf(option: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new HubspokeError(
    "INPUT_INVALID",
    `${option} must be an address such as http://localhost:3000/hubspot/webhooks`,
  );
}

/** Only a code of ours is repeated: what a stranger answers may hold anything. */
async function codeOf(answer: Response): Promise<ErrorCode | null> {
  const code = /"code":"([A-Z_]+)"/.exec(await answer.text())?.[1] ?? "";
  return Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : null;
}

export function accepted(status: number): boolean {
  return status >= 200 && status < 300;
}
