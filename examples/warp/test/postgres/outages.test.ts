import { aheadClock } from "@hubspoke/example-kit/ahead-clock";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { start } from "../../lib/start.ts";
import { accountOf, type Bed, bed, ownTables, speed, verified } from "./bed.ts";

let it: Bed;
let acme: Awaited<ReturnType<Bed["customer"]>>;

beforeAll(async () => {
  it = await bed({ maxAttempts: 1, timeouts: { headersMs: 700 } });
  acme = await it.customer("Acme Corp");
});
afterAll(() => it?.close());

const outages = [
  ["down", "503", "HUBSPOT_UNAVAILABLE"],
  ["limited", "429:TEN_SECONDLY_ROLLING", "RATE_LIMITED"],
  ["revoked", "401", "AUTH_INVALID"],
  ["hanging", "hang", "TIMEOUT"],
  ["cut off", "reset", "NETWORK_FAILED"],
  ["failing after it did what was asked", "503 after", "HUBSPOT_UNAVAILABLE"],
] as const;

test.each(outages)("HubSpot is %s: WARP goes on, says so, and catches up by itself", async (name, fault, code) => {
  const trunks = it.warp.hubspoke.syncs().find((one) => one.name === "trunks")!;
  const objects = (type: string) => it.hubspot.portal().objects(type);
  const before = { notes: objects("notes").size, companies: objects("companies").size };
  const over = it.hubspot.faults.add(`/** ${fault} times=always`);
  const outage = `Outage ${name}`;

  // What the platform does is done: a trunk is made, and usage, an event and a ticket are taken.
  const made = await it.send("POST", "/trunks", { customer_id: acme.ban, name: outage });
  expect(made.status).toBe(201);
  const event = { key: outage, customer_id: acme.ban, type: "article_viewed", properties: { article: outage } };
  expect((await it.send("POST", "/events", event)).status).toBe(202);
  const data = { trunk_id: made.body.trunk_id, current_asr: 0.2, threshold: 0.5, period: "last_hour" };
  const ticket = { trigger: "asr_below_threshold", customer_id: acme.ban, data };
  expect((await it.send("POST", "/support/auto-ticket", ticket)).body).toEqual({ ticket: "opened" });
  // Sales go on as well: they win a deal and change a customer.
  const deal = objects("deals").create({ dealname: outage, pipeline: "default", dealstage: "closedwon" });
  objects("companies").update(acme.company, { industry: outage });

  // The page says so at once, and what waits.
  await it.soon(async () => (await it.overview()).hubspot.trouble?.code, code);
  await it.soon(async () => (await it.overview()).outbox.waiting > 0, true);
  expect(await verified(it.warp)).toContain("changes wait");
  expect(await it.one("select count(*)::int from trunks where name = $1", outage)).toBe(1);

  over();
  const trunk = () => it.records(trunks.definition.object).filter((one) => one.name === outage).length;
  await it.later(trunk, 1, "the trunk is in HubSpot, once");
  await it.later(() => it.one("select industry from customers where ban = $1", acme.ban), outage);
  await it.later(async () => (await it.warp.flow.get(deal.id, "warp"))?.state, "done");
  await it.later(async () => (await it.overview()).outbox, { waiting: 0, failed: 0, failures: [] });
  expect(objects("companies").size - before.companies, "one company for the deal").toBe(1);
  const told = () => it.records("notes").filter(({ hs_note_body: body }) => body?.includes(outage));
  await it.later(() => told().filter(({ hs_note_body: body }) => body?.includes("Article viewed")).length, 1);
  expect(it.records("tickets").filter(({ warp_trunk_id: id }) => id === made.body.trunk_id)).toHaveLength(1);
  await it.later(async () => (await it.overview()).hubspot.trouble, null);
  const equal = async () => (await trunks.for("warp").reconcile()).equal;
  await it.soon(equal, true, "both sides are proved equal");
});

test("with HubSpot down from the start on the page works, and HubSpot is set up when it is back", async () => {
  const clock = aheadClock(speed);
  const { simulator, env, close } = await accountOf(undefined, clock);
  simulator.faults.add("/** 503 times=always");
  const tables = await ownTables();
  const warp = await start({
    port: 0,
    schema: tables.schema,
    env: { ...env, DATABASE_URL: tables.url },
    options: { clock, maxAttempts: 1 },
  });
  try {
    expect(await verified(warp)).toContain("HubSpot is not connected; changes wait");
    await vi.waitFor(() => expect(warp.setup.status()?.steps[0]?.errorCode).toBe("HUBSPOT_UNAVAILABLE"), {
      timeout: 20_000,
    });
    await warp.data.rows("insert into customers (name) values ('Before')");
    const headers = { authorization: `Bearer ${warp.keys.read}` };
    const answer = await fetch(`${warp.url}/api/v1/dashboard`, { headers });
    expect(await answer.json()).toMatchObject({ simulated: false, customers: [{ name: "Before", linked: false }] });
    simulator.faults.clear();
    const names = () =>
      simulator
        .portal()
        .objects("companies")
        .list()
        .map(({ properties }) => properties.name);
    await vi.waitFor(() => expect(names()).toEqual(["Before"]), { timeout: 60_000 });
  } finally {
    await warp.close();
    await close();
    await tables.drop();
  }
});
