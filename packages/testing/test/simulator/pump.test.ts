import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import type { SimulatorState, WebhookEvent } from "../../src/simulator.ts";
import { type Bench, bench } from "./helpers.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

interface Receiver {
  status: number;
  /** The attempts that came since somebody looked. */
  seen(): number[];
  readonly url: string;
}

async function receiver(): Promise<Receiver> {
  const attempts: number[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      attempts.push(...(JSON.parse(body) as WebhookEvent[]).map(({ attemptNumber }) => attemptNumber));
      response.statusCode = made.status;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  const made: Receiver = { status: 500, seen: () => attempts.splice(0), url };
  return made;
}

async function delivering(target: Receiver): Promise<Bench> {
  const made = bench({ subscriptions: ["contact.creation"] });
  open.push(await made.sim.listen({ webhookUrl: target.url }));
  return made;
}

it("a clock that is moved by hand stands still while a delivery is under way", async () => {
  const target = await receiver();
  const { sim, clock } = await delivering(target);
  sim.portal().contacts.create({});
  await clock.advance(500);
  expect(target.seen()).toEqual([0]);
  await clock.advance(70_000);
  expect(target.seen()).toEqual([1]);
  await clock.advance(86_400_000);
  expect(target.seen()).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(sim.pendingWebhooks).toEqual([]);
});

it("a reset forgets what would have been tried again, and a restored state goes on with it", async () => {
  const target = await receiver();
  const { sim, clock } = await delivering(target);
  sim.portal().contacts.create({});
  await clock.advance(500);
  expect(target.seen()).toEqual([0]);
  const state = JSON.parse(JSON.stringify(sim.saveState())) as SimulatorState;
  sim.reset();
  await clock.advance(86_400_000);
  expect(target.seen()).toEqual([]);
  target.status = 200;
  sim.restoreState(state);
  await clock.advance(500);
  expect(target.seen()).toEqual([1]);
  expect(sim.pendingWebhooks).toEqual([]);
});
