import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { HubSpotSimulator, SimulatorOptions, WebhookEvent } from "../../../src/simulator.ts";
import { type Answer, type Bench, bench } from "../helpers.ts";

export const HOOKS = "/app-webhooks/2026-09/1";
export const KEY = "hapikey=developer-sim";
export const TARGET = "https://app.example/hooks";

export interface HookBench extends Bench {
  /** An active subscription of app 1. */
  subscribe(body: Record<string, unknown>): Promise<Answer["body"]>;
  configure(targetUrl?: string): Promise<Answer>;
}

export function hookBench(options: SimulatorOptions = {}): HookBench {
  const made = bench(options);
  const subscribe = async (body: Record<string, unknown>) =>
    (await made.call(`POST ${HOOKS}/subscriptions`, { active: true, ...body })).body;
  const configure = (targetUrl = TARGET) => made.call(`PUT ${HOOKS}/settings`, { targetUrl });
  return { ...made, subscribe, configure };
}

export async function receive(
  sim: HubSpotSimulator,
  status = 200,
): Promise<{ events: WebhookEvent[]; requests: Request[] }> {
  const requests: Request[] = [];
  const handler = (request: Request) => {
    requests.push(request.clone());
    return new Response(null, { status });
  };
  await sim.deliverWebhooks({ handler });
  const bodies = await Promise.all(requests.map(async (request) => (await request.clone().json()) as WebhookEvent[]));
  return { events: bodies.flat(), requests };
}

/** A server that keeps the first body it gets. */
export async function receiver(): Promise<{ url: string; received: Promise<string>; close: () => Promise<void> }> {
  let resolve: (body: string) => void = () => {};
  const received = new Promise<string>((done) => {
    resolve = done;
  });
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      response.end();
      resolve(body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/hooks`, received, close };
}
