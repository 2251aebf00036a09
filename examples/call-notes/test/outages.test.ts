import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fault } from "@hubspoke/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CallNotes, start } from "../lib/start.ts";
import { reportOf, signedIn, tell, type Visitor, type Webhook } from "./visitor.ts";

const entry = join(import.meta.dirname, "clocked.worker.ts");
const phone = "+19025550123";
const forever = Number.POSITIVE_INFINITY;
let folder: string;
let product: CallNotes;
let ada: Visitor;
let webhook: Webhook;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "call-notes-"));
  product = await start({ port: 0, persist: folder, env: {}, entry });
  product.hubspot!.simulator.portal(100).contacts.create({ firstname: "Grace", phone: "(902) 555-0123" });
  ada = await signedIn(product, "acme", "Ada");
  webhook = await ada.webhook();
  expect((await ada.connect(100)).status).toBe(200);
});
afterEach(async () => {
  await product.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Kills workerd and starts it again on the same D1, some time later by its clock. */
async function again(minutes: number, more: Record<string, string> = {}): Promise<void> {
  await product.kill();
  const port = Number(new URL(product.url).port);
  const env = { TEST_AHEAD_MS: String(minutes * 60_000), ...more };
  product = await start({ port, persist: folder, env, entry, hubspot: product.hubspot! });
}

const call = (id: string) => reportOf({ id, phone, summary: `About ${id}` });
const notes = () => product.hubspot!.simulator.portal(100).objects("notes").list();
const log = async () => (await ada.ask("GET", "/hubspot/sync-logs")).body;
const states = async () => (await log()).logs.map((one: { status: string }) => one.status);
const written = async (...ids: readonly string[]): Promise<void> => {
  await product.cron();
  expect(await states()).toEqual(ids.map(() => "success"));
  const bodies = notes().map(({ properties }) => properties.hs_note_body);
  expect(bodies.toSorted()).toEqual(ids.map((id) => `Call summary:<br>About ${id}`).toSorted());
};

const outages: readonly (readonly [string, Omit<Fault, "times">, string])[] = [
  ["down", { effect: { status: 503 } }, "HUBSPOT_UNAVAILABLE"],
  ["limited", { effect: { policy: "TEN_SECONDLY_ROLLING" } }, "RATE_LIMITED"],
  ["cut off", { effect: "reset" }, "NETWORK_FAILED"],
];

test.each(outages)(
  "HubSpot is %s: calls are accepted, the log says why they wait, and each is written once when it is over",
  async (_name, fault, code) => {
    const over = product.hubspot!.simulator.faults.add({ ...fault, times: forever });
    for (const id of ["c1", "c2"]) expect(await tell(webhook, call(id))).toMatchObject({ status: 202 });
    await expect.poll(log, { timeout: 20_000 }).toMatchObject({ waiting: { total: 2, error_message: code } });
    expect((await ada.ask("GET", "/hubspot/status")).body).toMatchObject({ connected: true });
    over();
    await again(20);
    await written("c2", "c1");
  },
);

test("HubSpot's answer is cut off after it wrote: what was written is found, and nothing is written twice", async () => {
  const notesOf = { method: "POST", route: "/crm/objects/*/notes", phase: "after", effect: "reset" } as const;
  product.hubspot!.simulator.faults.add({ ...notesOf, times: forever });
  for (const id of ["c1", "c2"]) await tell(webhook, call(id));
  await expect.poll(states, { timeout: 20_000 }).toEqual(["success", "success"]);
  await written("c2", "c1");
});

test("a call that could not be kept is not accepted, and is taken when it is told again", async () => {
  await again(0, { TEST_FULL: "yes" });
  expect((await tell(webhook, call("c1"))).status).toBeGreaterThanOrEqual(500);
  expect(await states()).toEqual([]);
  await again(0);
  expect(await tell(webhook, call("c1"))).toMatchObject({ status: 202, body: { taken: "new" } });
  await expect.poll(states, { timeout: 20_000 }).toEqual(["success"]);
});

test("workerd is killed while HubSpot hangs: the calls it had accepted are written by the next", async () => {
  const over = product.hubspot!.simulator.faults.add({ effect: "hang", times: forever });
  for (const id of ["c1", "c2", "c3"]) expect(await tell(webhook, call(id))).toMatchObject({ status: 202 });
  expect(await states()).toEqual(["waiting", "waiting", "waiting"]);
  over();
  await again(10);
  await written("c3", "c2", "c1");
});

test("workerd is killed after the note went out and before it was known: there is one note", async () => {
  const hang = {
    method: "POST",
    route: "/crm/objects/*/notes",
    phase: "after",
    effect: "hang",
    times: forever,
  } as const;
  const over = product.hubspot!.simulator.faults.add(hang);
  await tell(webhook, call("c1"));
  await expect.poll(notes, { timeout: 20_000 }).toHaveLength(1);
  await product.kill();
  over();
  await again(10);
  await written("c1");
});

test("a token that has run out is refreshed before anybody meets its end", async () => {
  await again(40);
  expect(await tell(webhook, call("c1"), Date.now() + 40 * 60_000)).toMatchObject({ status: 202 });
  await expect.poll(states, { timeout: 20_000 }).toEqual(["success"]);
  const refused = product.hubspot!.simulator.calls.filter(({ status }) => status === 401);
  expect(refused).toEqual([]);
});

test("somebody takes the app out of HubSpot: the page says so, calls wait, and are written when it is connected again", async () => {
  const { faults } = product.hubspot!.simulator;
  // A token that is seconds old is not taken for a dead one.
  await again(2);
  const told = async () => (await log()).alerts.map(({ name }: { name: string }) => name);
  const gone = { status: 400, body: { status: "BAD_REFRESH_TOKEN", message: "missing or unknown refresh token" } };
  faults.add({ route: "/oauth/**", effect: gone, times: forever });
  faults.add({ route: "/crm/**", effect: { status: 401 }, times: forever });
  expect(await tell(webhook, call("c1"))).toMatchObject({ status: 202 });
  await expect
    .poll(log, { timeout: 20_000 })
    .toMatchObject({ waiting: { error_message: expect.stringMatching(/^AUTH_/) } });
  await expect.poll(async () => (await ada.ask("GET", "/hubspot/status")).body).toMatchObject({ connected: false });
  expect(await told()).toContain("auth.disconnected");
  // Tried in vain a few times, it is by now not soon to be tried again.
  for (const minutes of [5, 20, 60]) {
    await again(minutes);
    await product.cron();
  }
  faults.clear();
  expect((await ada.connect(100)).status).toBe(200);
  await expect.poll(told).not.toContain("auth.disconnected");
  // No minute passes: what waited for the connection is woken by it.
  const tried = async () => {
    await product.cron();
    return states();
  };
  await expect.poll(tried, { timeout: 8_000 }).toEqual(["success"]);
  await written("c1");
  expect(await told()).toEqual([]);
});

test("numbers, summaries, tokens and secrets are nowhere in the database's files", async () => {
  await tell(
    webhook,
    reportOf({ id: "c1", phone, summary: "Canary summary", recordingUrl: "https://canary.example.com/1.mp3" }),
  );
  await expect.poll(states, { timeout: 20_000 }).toEqual(["success"]);
  product.hubspot!.simulator.faults.add({ effect: { status: 503 }, times: forever });
  await tell(webhook, reportOf({ id: "c2", phone, summary: "Canary summary" }));
  await product.kill();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const bytes = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1")).join("\n");
  expect(bytes).toContain("c1");
  for (const canary of ["9025550123", "555-0123", "Canary", "canary.example", webhook.secret, "call-notes-secret"]) {
    expect(bytes, canary).not.toContain(canary);
  }
});
