import type { HubspokeError } from "../errors/hubspoke-error.ts";
import { Secret } from "../model/secret.ts";
import type { Credential } from "../ports/credentials.ts";
import { BudgetKeys } from "./budget-keys.ts";
import { Budgets } from "./budgets.ts";
import type { Answer, Call } from "./call.ts";
import type { CallEvent } from "./call-event.ts";
import { type FakeTransport, fakeTransport, type Handler, type Reply } from "./fake-hubspot.fixture.ts";
import { Pipeline, type PipelineOptions } from "./pipeline.ts";
import { type TestClock, testClock } from "./virtual-clock.fixture.ts";

export const token: string = "pat-na1-canary-token";
export const credential: Credential = { token: new Secret(token), budgetKey: "app" };
export const read: Call = {
  tenant: "acme",
  method: "GET",
  template: "/crm/objects/{version}/contacts/{id}",
  params: { id: "501" },
  lane: "interactive",
  use: "read",
  effect: "read",
};
export const create: Call = {
  ...read,
  method: "POST",
  template: "/crm/objects/{version}/contacts",
  body: { properties: {} },
  use: "write",
  effect: "create",
};
export const update: Call = { ...read, method: "PATCH", body: { properties: {} }, use: "write", effect: "update" };

export interface PipelineTest {
  readonly clock: TestClock;
  readonly transport: FakeTransport;
  readonly pipeline: Pipeline;
  readonly events: CallEvent[];
  readonly budgets: Budgets;
  /** Makes the call and lets time pass until it ends. */
  readonly send: (call: Call) => Promise<Answer>;
}

export function setup(handler: Handler, options: Partial<PipelineOptions> = {}): PipelineTest {
  const clock: TestClock = testClock();
  const transport = fakeTransport(handler);
  const events: CallEvent[] = [];
  const budgets = new Budgets(clock);
  const pipeline = new Pipeline({
    transport,
    clock,
    random: () => 0.5,
    credentials: { get: async () => credential },
    budgets,
    budgetKeys: new BudgetKeys((text) => text),
    checkPortal: () => "1",
    baseUrl: "https://api.hubapi.com",
    version: "2026-09",
    timeouts: { connectMs: 1, headersMs: 2, bodyMs: 3 },
    maxAttempts: 4,
    maxWaitMs: 60_000,
    onCall: (event) => events.push(event),
    ...options,
  });
  return { clock, transport, pipeline, events, budgets, send: (call: Call) => clock.run(pipeline.send(call)) };
}

/** Answers in turn; the last one for ever. */
export function inTurn(...replies: (Reply | (() => HubspokeError))[]): Handler {
  let next = 0;
  return () => {
    const reply = replies[Math.min(next++, replies.length - 1)] as (typeof replies)[number];
    return typeof reply === "function" ? reply() : reply;
  };
}
