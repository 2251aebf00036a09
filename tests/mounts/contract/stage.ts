import { createRequire } from "node:module";
import type { HandleOptions } from "@hubspoke/core/webhooks";
import { expressRouter } from "@hubspoke/express";
import { honoRouter } from "@hubspoke/hono";
import express from "express";
import { type Context, Hono } from "hono";
import { Agent, fetch, type RequestInit as UndiciInit } from "undici";
import { expect } from "vitest";
import { authorize, type Bed, bed } from "../bed.ts";
import { served } from "../legs.ts";
import { echoServices } from "./echo.ts";

export type Mount = "hubspot" | "limited" | "near" | "far" | "health" | "webhooks";
/** The same services, mounted several times: at `/hubspot` as a host would, at the others with what they are named after. */
const mounts: Readonly<Record<Mount, Omit<HandleOptions, "authorize">>> = {
  hubspot: {},
  limited: { perMinute: 1 },
  near: { addresses: ["127.0.0.0/8", "2001:db8::/32"] },
  far: { addresses: ["203.0.113.0/24"] },
  health: { routers: ["health"] },
  webhooks: { routers: ["webhooks"] },
};
const all = Object.entries(mounts) as readonly (readonly [Mount, Omit<HandleOptions, "authorize">])[];

export interface Staged extends Bed {
  readonly name: string;
  /** What services were asked since the last `forget`. */
  readonly asked: unknown[];
  send(path: string, init: RequestInit, mount?: Mount): Promise<Response>;
  close(): Promise<void>;
}

/** What every mount must agree on. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: unknown;
}

const requireOfHono = createRequire(new URL("../../../packages/hono/package.json", import.meta.url));
const { getRequestListener } = requireOfHono("@hono/node-server") as {
  getRequestListener: (fetch: Hono["fetch"]) => Parameters<typeof served>[0];
};
const { getConnInfo } = requireOfHono("@hono/node-server/conninfo") as {
  getConnInfo: (c: Context) => { readonly remote: { readonly address?: string } };
};

/** Fetch, Express and Hono over services of their own that behave alike. */
export async function stage(): Promise<readonly Staged[]> {
  const staged = async (name: string, start: (bed: Bed) => Promise<Pick<Staged, "send" | "close">>) => {
    const asked: unknown[] = [];
    const own = await bed(echoServices(asked));
    return { ...own, ...(await start(own)), asked, name };
  };
  return [
    await staged("Fetch", async ({ hubspoke }) => ({
      send: (path, init, mount = "hubspot") => {
        const options = { ...mounts[mount], basePath: `/${mount}`, ip: "127.0.0.1", authorize };
        return hubspoke.handle(new Request(`http://127.0.0.1:8080/${mount}${path}`, init), options);
      },
      close: async () => {},
    })),
    await staged("Express", async ({ hubspoke }) => {
      const app = express().disable("x-powered-by").disable("etag");
      for (const [name, options] of all) app.use(`/${name}`, expressRouter(hubspoke, { ...options, authorize }));
      return overHttp(await served(app));
    }),
    await staged("Hono", async ({ hubspoke }) => {
      const app = new Hono();
      const clientIp = (c: Context) => getConnInfo(c).remote.address;
      for (const [name, options] of all)
        app.route(`/${name}`, honoRouter(hubspoke, { ...options, authorize, clientIp }));
      return overHttp(await served(getRequestListener(app.fetch)));
    }),
  ];
}

/**
 * Each request over a connection of its own: a server that has answered before it had the whole body may close the
 * connection, and another request must not be on it.
 */
function overHttp({ url, close }: Awaited<ReturnType<typeof served>>): Pick<Staged, "send" | "close"> {
  return {
    async send(path, init, mount = "hubspot") {
      const dispatcher = new Agent();
      const response = await fetch(`${url}/${mount}${path}`, { ...(init as UndiciInit), dispatcher });
      void dispatcher.close();
      return response as unknown as Response;
    },
    close,
  };
}

export type Ask = (leg: Staged) => Promise<Response> | Response;

/** Asks every mount the same and says what all of them answered; they must not differ in anything. */
export async function agreed(
  legs: readonly Staged[],
  ask: Ask,
): Promise<Answer & { readonly asked: readonly unknown[] }> {
  const answers = [];
  for (const leg of legs) {
    leg.asked.length = 0;
    const answer = await read(await ask(leg));
    answers.push({ leg: leg.name, ...answer, asked: [...leg.asked] });
  }
  const [first, ...others] = answers;
  if (first === undefined) throw new Error("nobody was asked");
  for (const other of others) expect(other).toEqual({ ...first, leg: other.leg });
  const { leg: _, ...answer } = first;
  return answer;
}

/** Of the connection, or of the day: no business of a mount's. */
const ofTransport = new Set(["connection", "content-length", "date", "keep-alive", "transfer-encoding"]);

async function read(response: Response): Promise<Answer> {
  const text = unrepeatable(await response.text());
  const headers = [...response.headers].filter(([name]) => !ofTransport.has(name));
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true && text !== "";
  return {
    status: response.status,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, unrepeatable(value)])),
    text,
    json: isJson ? JSON.parse(text) : null,
  };
}

/** What is drawn by lot for each login and each page. */
function unrepeatable(text: string): string {
  return text
    .replace(/\b(state|code_challenge)=[\w-]{20,}/g, "$1=…")
    .replace(/(__Host-[\w-]+)=[\w-]+/g, "$1=…")
    .replace(/nonce(-|=")[\w-]+/g, "nonce$1…");
}
