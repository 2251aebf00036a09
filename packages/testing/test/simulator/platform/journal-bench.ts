import type { SimulatorOptions } from "../../../src/simulator.ts";
import { type Answer, type Bench, bench } from "../helpers.ts";

export const JOURNAL = "/webhooks-journal/journal/2026-09";
export const SUBSCRIPTIONS = "/webhooks-journal/subscriptions/2026-09";

const SCOPES = ["read", "subscriptions.read", "subscriptions.write", "snapshots.read", "snapshots.write"].map(
  (name) => `developer.webhooks_journal.${name}`,
);

const APP = {
  appId: 7,
  clientId: "c7",
  clientSecret: "s7",
  redirectUris: ["https://app.example/cb"],
  scopes: ["oauth"],
};

export const CONTACTS: Record<string, unknown> = {
  subscriptionType: "OBJECT",
  objectTypeId: "0-1",
  portalId: 62515,
  actions: ["CREATE", "UPDATE", "DELETE", "MERGE", "RESTORE"],
  properties: [],
  objectIds: [],
};

export interface JournalBench extends Omit<Bench, "call"> {
  /** With the app's own token. */
  call(route: string, body?: unknown): Promise<Answer>;
  subscribe(body?: Record<string, unknown>): Promise<Answer["body"]>;
  /** The content of a file. */
  open(url: string): Promise<Answer["body"]>;
  /** The events of one file, a moment later. */
  events(path?: string): Promise<Answer["body"]>;
}

/** A bench with the token of an app that is installed in its portals. */
export async function journalBench(options: SimulatorOptions = {}): Promise<JournalBench> {
  const portals = options.portals ?? [{ id: 62515, tokens: [{ token: "p" }, { token: "seven", appId: 7 }] }];
  const made = bench({ apps: [APP], ...options, portals });
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "c7",
    client_secret: "s7",
    scope: SCOPES.join(" "),
  });
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const token = (await made.call("POST /oauth/2026-09/token", form.toString(), type)).body.access_token;
  const authorization = { authorization: `Bearer ${token}` };
  const call = (route: string, body?: unknown) => made.call(route, body, authorization);
  const subscribe = async (body: Record<string, unknown> = CONTACTS) =>
    (await call(`POST ${SUBSCRIPTIONS}`, body)).body;
  const open = async (url: string): Promise<Answer["body"]> => (await made.sim.fetch(url)).json();
  const events = async (path = `${JOURNAL}/earliest`) => {
    await made.clock.advance(1_000);
    const { status, body } = await call(`GET ${path}`);
    return status === 204 ? [] : (await open(body.url)).journalEvents;
  };
  return { ...made, call, subscribe, open, events };
}
