import type { Hubspoke } from "@hubspoke/core";
import { type OAuthApp, oauthApp } from "@hubspoke/core/oauth";
import type { Alert, Transport, TransportRequest, TransportResponse } from "@hubspoke/core/ports";
import type { HubSpotSimulator, OAuthAppOptions } from "@hubspoke/testing";
import type { Process } from "./process.ts";

/** What this product is to HubSpot where its account is connected by a login. */
export const app: OAuthApp = oauthApp({
  clientId: "client-1",
  clientSecret: "secret-1",
  redirectUri: "https://app.example.com/hubspot/oauth/callback",
  // The simulator hashes the verifier in a thread of its own, whose time is real.
  pkce: false,
  scopes: ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.schemas.contacts.read"],
});

export const installable: OAuthAppOptions = {
  appId: 9,
  clientId: app.clientId,
  clientSecret: app.clientSecret.reveal(),
  redirectUris: [app.redirectUri],
  scopes: app.scopes,
};

/** An admin logs in and agrees, or does so again. */
export async function logIn({ oauth }: Hubspoke, simulator: HubSpotSimulator, tenant: string): Promise<void> {
  if (oauth === undefined) return;
  const { authUrl, session } = await oauth.beginLogin({ tenant });
  const answer = await simulator.fetch(authUrl, { redirect: "manual" });
  const back = new URL(answer.headers.get("location") ?? "about:blank");
  const login = await oauth.takeLogin({ state: back.searchParams.get("state") ?? "", session });
  await oauth.finishLogin(login, { code: back.searchParams.get("code") ?? "" });
}

/** No token request takes longer, and the right to make one is held for longer (hubspot-facts §4 names no time). */
const longestRequestMs = 20_000;
const dead = '{"status":"BAD_REFRESH_TOKEN","error":"invalid_grant","message":"refresh token is invalid"}';

interface UnderWay {
  readonly process: Process;
  readonly since: number;
}

/**
 * The strict side of what HubSpot may do (hubspot-facts §4): each refresh gives a new refresh token, and once the access
 * token that came with it is used, the one before is worth nothing. Whoever dies before it kept them leaves the old one
 * as it was: nobody could do anything about that.
 */
export class Grants {
  /** HubSpot's own token by the one that workers know. */
  readonly #real = new Map<string, string>();
  /** By the access token that came of it: the refresh token that was given for it. */
  readonly #given = new Map<string, string>();
  readonly #used = new Set<string>();
  readonly #underWay = new Map<string, UnderWay>();
  readonly #problems: string[];
  readonly #now: () => number;

  constructor(problems: string[], now: () => number) {
    this.#problems = problems;
    this.#now = now;
  }

  /** HubSpot as it answers. */
  behind(transport: Transport): Transport {
    return {
      ...transport,
      send: async (request) => {
        const given = refreshTokenOf(request);
        if (given === null) {
          this.#present(request.headers.authorization);
          return transport.send(request);
        }
        if (this.#used.has(given)) return { status: 400, headers: {}, text: dead };
        const real = this.#real.get(given) ?? given;
        const response = await transport.send({ ...request, body: withRefreshToken(request, real) });
        return response.status < 300 ? this.#renewed(response, given, real) : response;
      },
    };
  }

  /** What one process asks, and what reaches it. */
  before(transport: Transport, process: Process): Transport {
    return {
      ...transport,
      send: async (request) => {
        const given = refreshTokenOf(request);
        if (given === null) return transport.send(request);
        this.#begin(given, process);
        try {
          return await transport.send(request);
        } finally {
          if (this.#underWay.get(given)?.process === process) this.#underWay.delete(given);
        }
      },
    };
  }

  /** Nobody uninstalled anything. */
  heard({ name }: Alert): void {
    if (name === "auth.disconnected") this.#problems.push("declared disconnected while it was connected");
  }

  #begin(given: string, process: Process): void {
    const other = this.#underWay.get(given);
    const works = other !== undefined && other.process !== process && other.process.runs;
    if (works && this.#now() - other.since < longestRequestMs)
      this.#problems.push(`${process.name} refreshes while ${other.process.name} does`);
    this.#underWay.set(given, { process, since: this.#now() });
  }

  #present(authorization: string | undefined): void {
    const given = this.#given.get(authorization?.slice("Bearer ".length) ?? "");
    if (given !== undefined) this.#used.add(given);
  }

  #renewed(response: TransportResponse, given: string, real: string): TransportResponse {
    const token = `${real.slice(0, 40)}-${this.#real.size + 1}`;
    this.#real.set(token, real);
    const body = JSON.parse(response.text) as Record<string, unknown>;
    this.#given.set(String(body.access_token), given);
    return { ...response, text: JSON.stringify({ ...body, refresh_token: token }) };
  }
}

function refreshTokenOf({ url, body }: TransportRequest): string | null {
  if (!url.includes("/oauth/") || typeof body !== "string") return null;
  const form = new URLSearchParams(body);
  return form.get("grant_type") === "refresh_token" ? form.get("refresh_token") : null;
}

function withRefreshToken({ body }: TransportRequest, token: string): string {
  const form = new URLSearchParams(body as string);
  form.set("refresh_token", token);
  return form.toString();
}
