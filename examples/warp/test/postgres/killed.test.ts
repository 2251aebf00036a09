import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, onTestFailed, test, vi } from "vitest";
import { type Account, accountOf, ownTables } from "./bed.ts";

let account: Account;
let tables: Awaited<ReturnType<typeof ownTables>>;
let sql: Client;
let port: number;
let ahead = 0;
let child: ChildProcess;
const readKey = "reads-the-overview";
const hooks = () => `http://localhost:${port}/api/v1/webhooks/hubspot`;

beforeAll(async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  port = (probe.address() as AddressInfo).port;
  probe.close();
  account = await accountOf(hooks());
  tables = await ownTables();
});
afterAll(async () => {
  child?.kill("SIGKILL");
  await sql?.end();
  await account?.close();
  await tables?.drop();
});

/** Another process, when the leases of the one before have lapsed. */
async function begin(): Promise<void> {
  ahead += 600_000;
  account.simulator.configure({ clockSkew: ahead });
  const env = {
    ...process.env,
    ...account.env,
    DATABASE_URL: tables.url,
    WARP_SCHEMA: tables.schema,
    PORT: String(port),
    WARP_AHEAD: String(ahead),
    WARP_READ_KEY: readKey,
  };
  const script = join(import.meta.dirname, "killed.ts");
  child = spawn(process.execPath, ["--conditions=@hubspoke/source", script], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout!, "data");
}

async function kill(): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

const all = (type: string) => account.simulator.portal().objects(type).list();
const deliver = () => account.simulator.deliverWebhooks({ url: hooks(), publicUrl: hooks() });
const one = async (text: string) =>
  Object.values(
    ((await sql.query(`set search_path to ${tables.schema}; ${text}`)) as never as { rows: object[] }[])[1]!.rows[0] ??
      {},
  )[0];

test("killed by kill -9 wherever it happens to be, WARP loses nothing and does nothing twice", async () => {
  await begin();
  sql = new Client({ connectionString: tables.url });
  await sql.connect();
  const fared = async () => {
    const headers = { authorization: `Bearer ${readKey}` };
    const { hubspot, setups, syncs, flows, outbox } = (await (
      await fetch(`http://localhost:${port}/api/v1/sync/overview`, { headers })
    ).json()) as Record<string, unknown>;
    return JSON.stringify({ hubspot, setups, syncs, flows, outbox });
  };
  onTestFailed(async () => console.log(child.exitCode === null ? await fared() : `ended with ${child.exitCode}`));
  const wait = (look: () => unknown, wanted: unknown, why: string) =>
    vi.waitFor(async () => expect(await look(), why).toEqual(wanted), { timeout: 90_000, interval: 200 });
  await wait(() => all("companies").length >= 0 && one("select count(*)::int from customers"), 0, "begun");
  const custom = "2-1000001";
  await wait(() => account.simulator.calls.some(({ path }) => path.includes(`/${custom}`)), true, "set up");

  const deals: string[] = [];
  const kills = [1, 2, 3, 5, 8, 13];
  for (const [i, calls] of kills.entries()) {
    const { objects } = account.simulator.portal();
    deals.push(objects("deals").create({ dealname: `Deal ${i}`, pipeline: "default", dealstage: "closedwon" }).id);
    const seen = account.simulator.calls.length;
    await deliver();
    // In the middle of whatever it does so many calls later.
    await vi.waitFor(() => expect(account.simulator.calls.length - seen).toBeGreaterThanOrEqual(calls), {
      timeout: 60_000,
      interval: 1,
    });
    await kill();
    // The platform's own writers know nothing of WARP's death.
    await one(`insert into customers (name, deal_id) values ('Direct ${i}', 'direct-${i}') returning 1`);
    await begin();
    await deliver();
  }
  const names = [...kills.keys()].flatMap((i) => [`Deal ${i}`, `Direct ${i}`]).sort();
  await wait(
    () =>
      all("companies")
        .map(({ properties }) => properties.name)
        .sort(),
    names,
    "one company each",
  );
  await wait(
    () => one("select count(*)::int from customers where status = 'active' and hubspot_id is not null"),
    names.length,
    "customers",
  );
  await wait(
    () =>
      all(custom)
        .map(({ properties }) => properties.name)
        .sort(),
    deals.map((_, i) => `Deal ${i} SIP Trunk`),
    "trunks",
  );
  expect(await one("select count(*)::int from mails")).toBe(deals.length);
  expect(await one("select count(distinct ban)::int from customers")).toBe(names.length);
  const told = (what: string) =>
    all("notes").filter(({ properties }) => properties.hs_note_body?.includes(what)).length;
  await wait(
    () => [told("Onboarded"), told("Account created"), told("Trunk created")],
    [deals.length, names.length, deals.length],
    "notes",
  );
  await kill();
}, 500_000);
