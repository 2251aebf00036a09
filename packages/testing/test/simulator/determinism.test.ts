import { expect, it } from "vitest";
import type { SimulatorOptions } from "../../src/simulator.ts";
import { bench, CONTACTS } from "./helpers.ts";

/** Everything a client could see of a busy minute, as one text. */
async function transcript(options: SimulatorOptions): Promise<string> {
  const { sim, clock } = bench({ searchLag: { min: 0, max: 3_000 }, latency: { min: 5, max: 90 }, ...options });
  sim.seedContacts(60);
  sim.faults.add({ rate: 0.1, times: Number.POSITIVE_INFINITY, effect: { status: 500 } });
  const seen: string[] = [];
  const ids = sim
    .portal()
    .contacts.list()
    .map((contact) => contact.id);
  const calls = [
    ["POST", CONTACTS, { properties: { email: "ann@acme.example" } }],
    ["POST", `${CONTACTS}/batch/read`, { inputs: ids.slice(0, 30).map((id) => ({ id })) }],
    ["POST", `${CONTACTS}/merge`, { primaryObjectId: ids[0], objectIdToMerge: ids[1] }],
    ["PATCH", `${CONTACTS}/${ids[4]}`, { properties: { phone: "902.555.1234" } }],
    ["POST", `${CONTACTS}/search`, { query: "a", limit: 50 }],
    ["GET", `${CONTACTS}/${ids[0]}?propertiesWithHistory=firstname,phone`, undefined],
    ["GET", `${CONTACTS}/nope`, undefined],
  ] as const;
  for (const [method, path, body] of [...calls, ...calls, ...calls]) {
    const pending = sim.fetch(`https://api.hubapi.com${path}`, {
      method,
      headers: { authorization: `Bearer ${sim.token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    do await clock.advance(10);
    while (clock.sleepers > 0);
    const response = await pending;
    seen.push(`${clock.now()} ${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`);
  }
  await sim.deliverWebhooks({
    handler: async (request) => {
      seen.push(JSON.stringify([...request.headers]), await request.text());
      return new Response(null, { status: 204 });
    },
  });
  return seen.join("\n");
}

it("answers the same bytes for the same seed and calls, other bytes for another seed", async () => {
  const first = await transcript({ seed: 7 });
  expect(await transcript({ seed: 7 })).toBe(first);
  expect(await transcript({ seed: 8 })).not.toBe(first);
});

it("starts again from the same state after a reset", async () => {
  const { sim, call } = bench({ seed: 3 });
  const run = async () => {
    const ids = sim.seedContacts(5);
    return JSON.stringify([
      ids,
      (await call(`POST ${CONTACTS}/batch/read`, { inputs: ids.map((id) => ({ id })) })).body,
    ]);
  };
  const first = await run();
  sim.reset();
  expect(sim.calls).toEqual([]);
  expect(await run()).toBe(first);
});
