import type { HubSpotClient } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import { missingScopes } from "@hubspoke/core/oauth";
import type { Io } from "../base/io.ts";
import { duration } from "../base/progress.ts";
import type { Session } from "../base/session.ts";
import { neededScopes } from "../needs/needed-scopes.ts";
import { setUpOf } from "../needs/set-up.ts";
import type { Finding } from "./finding.ts";

type Seen = Omit<Finding, "name">;

/** Webhooks are refused when their time is five minutes off (hubspot-facts §5.4); this leaves room for a slow answer. */
const skewLimitMs = 60_000;
const timeoutMs = 10_000;

/** What the token may do, against what the set-up declares. */
export async function seeScopes(session: Session, client: HubSpotClient): Promise<Seen> {
  const { scopes } = await client.tokenInfo();
  const { scopes: needed, unknown } = neededScopes(setUpOf(session));
  const missing = missingScopes(scopes, needed);
  const unsure = unknown.map(({ method, template }) => `; the scope of ${method} ${template} is not known`).join("");
  if (missing.length === 0) return { ok: true, detail: `${needed.join(" ")}, among ${scopes.length} granted${unsure}` };
  const detail = `the token lacks ${missing.join(" ")}: add them to the app and renew the token${unsure}`;
  return { ok: false, detail, code: "AUTH_SCOPE_MISSING" };
}

/** HubSpot's clock against ours, by the `Date` of an answer, which is whole seconds. */
export async function seeClock(client: HubSpotClient, { now }: Io): Promise<Seen> {
  const before = now();
  const { headers } = await client.response("GET /account-info/{version}/details");
  const ours = (before + now()) / 2;
  const theirs = Date.parse(headers.date ?? "");
  if (Number.isNaN(theirs)) return { ok: true, detail: "HubSpot's answer says no time" };
  const off = ours - theirs;
  if (Math.abs(off) <= skewLimitMs) return { ok: true, detail: "within a minute of HubSpot's" };
  const which = off > 0 ? "ahead of" : "behind";
  return {
    ok: false,
    detail: `this clock is ${duration(Math.abs(off))} ${which} HubSpot's: webhooks are refused by their time; set it by NTP`,
    code: "WEBHOOK_TIMESTAMP_INVALID",
  };
}

/** Asks the public address for what only Hubspoke's webhook route answers so: an unsigned body is 401. */
export async function seeWebhooks({ fetch, signal }: Io, url: string): Promise<Seen> {
  if (!/^https?:/.test(url) || !URL.canParse(url)) {
    return { ok: false, detail: "the webhook address is no address: it begins with https://", code: "INPUT_INVALID" };
  }
  const init: RequestInit = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "[]",
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  };
  const status = await fetch(url, init).then(
    async (answer) => {
      await answer.body?.cancel();
      return answer.status;
    },
    (error: unknown) => {
      throw new HubspokeError("NETWORK_FAILED", "the webhook address does not answer from here", { unsafe: error });
    },
  );
  if (status === 401) return { ok: true, detail: "answers, and refuses what is not signed" };
  const off = status === 404 ? "the route is off (HUBSPOT_WEBHOOK_SECRET and HUBSPOT_WEBHOOK_URL turn it on), or " : "";
  const detail = `an unsigned POST was answered ${status} instead of 401: ${off}another route, a proxy or a redirect is in between`;
  return { ok: false, detail, code: "WEBHOOK_SIGNATURE_INVALID" };
}

/** Whether every row opens. Reads the sealed tables of every tenant. */
export async function seeKeys({ hubspoke }: Session): Promise<Seen> {
  const { current, keys, missing } = await hubspoke.keys.status();
  if (missing.length > 0) {
    return { ok: false, detail: `rows need ${missing.join(", ")}: put them back on the ring`, code: "KEY_UNKNOWN" };
  }
  const old = keys
    .filter((key) => !key.current)
    .map(({ id, mayRetire }) => `${id} ${mayRetire ? "may retire" : "in use"}`);
  return { ok: true, detail: [`${current} is current`, ...old].join(", ") };
}
