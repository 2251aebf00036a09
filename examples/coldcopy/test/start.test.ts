import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { approved, browser } from "@hubspoke/example-kit/visitor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ColdCopy, start, verifyLines } from "../lib/start.ts";

let folder: string;
const running: ColdCopy[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "coldcopy-"));
});
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

async function started(options: Partial<Parameters<typeof start>[0]> = {}): Promise<ColdCopy> {
  const product = await start({ folder, port: 0, env: {}, ...options });
  running.push(product);
  return product;
}

const hub = "/api/integrations/hubspot";
interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many routes, looked into by the assertions
  readonly body: any;
  readonly headers: Headers;
}

async function ask(
  { url }: ColdCopy,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const own = { "content-type": "application/json", "sec-fetch-site": "same-origin", ...headers };
  const body = method === "GET" ? {} : { body: "{}" };
  const answer = await fetch(url + path, { method, redirect: "manual", headers: own, ...body });
  const text = await answer.text();
  return { status: answer.status, body: /^[[{]/.test(text) ? JSON.parse(text) : text, headers: answer.headers };
}

/** Connects the first workspace to HubSpot's account 100. */
async function connect(product: ColdCopy): Promise<void> {
  const visit = browser(product.url);
  const { authUrl } = (await visit("GET", `${hub}/auth?returnTo=/`)).body;
  // A HubSpot that was there before knows the address of an earlier start.
  const { pathname, search } = new URL(await approved(authUrl, 100));
  expect((await visit("GET", pathname + search)).location).toContain("connected");
}

const setupOf = async (product: ColdCopy) => (await ask(product, "GET", `${hub}/sync/status`)).body.setup;
const people = (count: number) => Array.from({ length: count }, (_, i) => ({ email: `p${i}@example.com` }));

test("a start is answered while HubSpot is down, says what it waits for, and is done when HubSpot answers", async () => {
  const product = await started();
  const { simulator } = product.hubspot!;
  for (const person of people(3)) simulator.portal(100).contacts.create(person);
  expect(await setupOf(product)).toBeNull();
  await connect(product);
  const over = simulator.faults.add({ route: "/crm/**", effect: { status: 503 }, times: Number.POSITIVE_INFINITY });
  const { status, body } = await ask(product, "POST", `${hub}/sync/start`);
  expect([status, body.setup.ready]).toEqual([202, false]);
  await expect
    .poll(async () => (await setupOf(product)).steps[0], { timeout: 30_000 })
    .toMatchObject({ name: "schema", state: "failed", errorCode: "HUBSPOT_UNAVAILABLE" });
  over();
  await expect.poll(async () => (await setupOf(product)).ready, { timeout: 30_000 }).toBe(true);
  expect((await ask(product, "GET", "/api/leads")).body).toHaveLength(3);
}, 90_000);

test("a first start says that nobody is connected yet, and as a failure only what is one", async () => {
  const product = await started();
  const yet = "not connected to HubSpot; its page connects it";
  expect(await verifyLines(product)).toEqual([`acme: ${yet}`, `globex: ${yet}`]);
  await connect(product);
  expect((await verifyLines(product))[0]).toMatch(/^acme: ✓ .*100/);
  product.hubspot!.simulator.faults.add({ route: "/**", effect: { status: 503 }, times: Number.POSITIVE_INFINITY });
  expect((await verifyLines(product))[0]).toMatch(/^acme: ✗ /);
});

test("a start is answered while HubSpot hangs, and what the end of the process cut off is done by the next", async () => {
  const other = mkdtempSync(join(tmpdir(), "coldcopy-"));
  const hubspot = (await started({ folder: other })).hubspot!;
  for (const person of people(3)) hubspot.simulator.portal(100).contacts.create(person);
  const first = await start({ folder, port: 0, env: {}, hubspot });
  await connect(first);
  const over = hubspot.simulator.faults.add({ route: "/crm/**", effect: "hang", times: Number.POSITIVE_INFINITY });
  const begun = Date.now();
  expect((await ask(first, "POST", `${hub}/sync/start`)).status).toBe(202);
  const running = async () => (await setupOf(first)).steps[0];
  await expect.poll(running, { timeout: 5_000 }).toMatchObject({ name: "schema", state: "running" });
  expect((await ask(first, "GET", "/api/leads")).body).toEqual([]);
  expect(Date.now() - begun, "nobody waited for HubSpot").toBeLessThan(8_000);
  await first.close();
  over();
  const next = await started({ hubspot });
  await expect.poll(async () => (await setupOf(next)).ready, { timeout: 30_000 }).toBe(true);
  expect((await ask(next, "GET", "/api/leads")).body).toHaveLength(3);
  rmSync(other, { recursive: true, force: true });
}, 90_000);

test("whoever comes in is an administrator: others do not reach it without a password, and with one they need it", async () => {
  const open = { HOST: "0.0.0.0" };
  await expect(started({ env: open })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining("LOGIN_PASSWORD"),
  });
  const product = await started({ env: { ...open, LOGIN_PASSWORD: "correct horse" } });
  const basic = (password: string) => ({ authorization: `Basic ${btoa(`anybody:${password}`)}` });
  for (const path of ["/", "/api/leads", `${hub}/config`, "/hubspot/oauth/status", "/page.js"]) {
    const { status, headers } = await ask(product, "GET", path);
    expect([path, status, headers.get("www-authenticate")]).toEqual([path, 401, expect.stringContaining("Basic")]);
    expect((await ask(product, "GET", path, basic("guess"))).status).toBe(401);
    expect((await ask(product, "GET", path, basic("correct horse"))).status, path).toBe(200);
  }
  // HubSpot's webhooks come in by their signature.
  const hooks = await ask(product, "POST", `${hub}/webhooks`);
  expect([hooks.status, hooks.body.error.code]).toEqual([401, "WEBHOOK_SIGNATURE_INVALID"]);
});

test("without a password a name of somebody else's that leads here opens nothing", async () => {
  const product = await started();
  const { port } = new URL(product.url);
  const asked = (host: string) =>
    new Promise((resolve, reject) => {
      const options = { port, path: "/api/leads", headers: { host } };
      request(options, (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end();
    });
  expect([await asked(`evil.example:${port}`), await asked(`localhost:${port}`)]).toEqual([403, 200]);
});
