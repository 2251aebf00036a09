import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStorage } from "@hubspoke/core/memory";
import type { Alert, Storage } from "@hubspoke/core/ports";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import type { HubSpotSimulator } from "@hubspoke/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { app, connect, hubspot, oauthProcess, refreshes, served } from "./oauth/bed.ts";

/** Further than a token lives. */
const later = 31 * 60_000;
/** Beyond that by more than any refresh lease. */
const muchLater = later + 60_000;

async function database(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "hubspoke-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, "store.db");
}

async function connected(path: string, simulator: HubSpotSimulator): Promise<void> {
  const storage = sqliteStorage({ path });
  await connect(oauthProcess({ storage, fetch: simulator.fetch }), simulator, "acme");
  await storage.close();
}

function child(
  path: string,
  url: string,
  aheadMs: number,
): { readonly process: ChildProcess; readonly said: Promise<string> } {
  const script = new URL("./oauth/get-token.ts", import.meta.url).pathname;
  const args = ["--conditions=@hubspoke/source", "--no-warnings", script, path, url, String(aheadMs)];
  const started = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const said = new Promise<string>((resolve) => {
    let text = "";
    started.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    started.on("close", () => resolve(text));
  });
  return { process: started, said };
}

describe("one expiry (R14)", () => {
  it("over 50 connections to one database is one refresh, and everybody has its token", async () => {
    const simulator = hubspot();
    const path = await database();
    await connected(path, simulator);
    const stores = Array.from({ length: 50 }, () => sqliteStorage({ path }));
    const alerts: Alert[] = [];
    const slow = async (url: string, init: RequestInit): Promise<Response> => {
      const answer = await simulator.fetch(url, init);
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      return answer;
    };
    const tokens = await Promise.all(
      stores.map(async (storage) => {
        const oauth = oauthProcess({ storage, fetch: slow, aheadMs: later, alerts });
        return (await oauth.get("acme")).token.reveal();
      }),
    );
    await Promise.all(stores.map((storage) => storage.close()));
    expect(new Set(tokens).size).toBe(1);
    expect(refreshes(simulator)).toBe(1);
    expect(alerts).toEqual([]);
  });

  it("over real processes is one refresh", async () => {
    const simulator = hubspot();
    const path = await database();
    await connected(path, simulator);
    const server = await served(simulator);
    const said = await Promise.all(Array.from({ length: 8 }, () => child(path, server.url, later).said));
    await server.close();
    expect(new Set(said).size).toBe(1);
    expect(said[0]).toMatch(/^C-/);
    expect(refreshes(simulator)).toBe(1);
  });

  it("whose holder is killed in mid-call is served by the next process, and nothing is disconnected", async () => {
    const simulator = hubspot();
    const path = await database();
    await connected(path, simulator);
    const server = await served(simulator, true);
    const killed = child(path, server.url, later);
    await server.arrived;
    killed.process.kill("SIGKILL");
    await killed.said;
    const said = await Promise.all([child(path, server.url, muchLater).said, child(path, server.url, muchLater).said]);
    await server.close();
    expect(new Set(said).size).toBe(1);
    expect(said[0]).toMatch(/^C-/);
    const storage = sqliteStorage({ path });
    expect((await storage.tenants.get("acme"))?.status).toBe("active");
    await storage.close();
  });
});

it("twenty want a token and the process that holds the lease is killed in mid-call: one other refreshes, all have it", async () => {
  const simulator = hubspot();
  const path = await database();
  await connected(path, simulator);
  const server = await served(simulator, true);
  const holder = child(path, server.url, later);
  await server.arrived;
  const alerts: Alert[] = [];
  const stores = Array.from({ length: 19 }, () => sqliteStorage({ path }));
  // A third waits for the holder while it lives; for the clocks of the others its lease has run out already.
  const waiting = stores.map(async (storage, i) => {
    const aheadMs = i % 3 === 0 ? later : muchLater;
    return (await oauthProcess({ storage, fetch: simulator.fetch, aheadMs, alerts }).get("acme")).token.reveal();
  });
  holder.process.kill("SIGKILL");
  expect(await holder.said).toBe("");
  const said = await Promise.all(waiting);
  await server.close();
  expect(new Set(said).size).toBe(1);
  expect(said[0]).toMatch(/^C-/);
  expect([refreshes(simulator), alerts]).toEqual([1, []]);
  expect((await stores[0]?.tenants.get("acme"))?.status).toBe("active");
  await Promise.all(stores.map((storage) => storage.close()));
});

describe("against the simulator", () => {
  const start = (storage: Storage = memoryStorage()) => {
    const simulator = hubspot();
    return { simulator, storage, oauth: oauthProcess({ storage, fetch: simulator.fetch }) };
  };

  it("connects, calls, introspects, uninstalls and learns of it", async () => {
    const { simulator, oauth, storage } = start();
    expect(await connect(oauth, simulator, "acme")).toMatchObject({
      connected: true,
      portalId: "100",
      missingScopes: [],
    });
    const { token } = await oauth.get("acme");
    const headers = { authorization: `Bearer ${token.reveal()}` };
    const contacts = await simulator.fetch("https://api.hubapi.com/crm/objects/2026-09/contacts", { headers });
    expect(contacts.status).toBe(200);
    expect(await oauth.introspect("acme")).toMatchObject({
      active: true,
      portalId: "100",
      appId: "9",
      scopes: app.scopes,
    });
    expect(await oauth.disconnect("acme", { uninstall: true })).toMatchObject({ revoked: true, uninstalled: true });
    const after = await simulator.fetch("https://api.hubapi.com/crm/objects/2026-09/contacts", { headers });
    expect(after.status).toBe(401);
    expect(await storage.tokens.get("acme")).toBeNull();
  });

  it("an app that was uninstalled in HubSpot is disconnected, with one alert", async () => {
    const { simulator, storage, oauth } = start();
    await connect(oauth, simulator, "acme");
    const { token } = await oauth.get("acme");
    await simulator.fetch("https://api.hubapi.com/appinstalls/2026-09/external-install", {
      method: "DELETE",
      headers: { authorization: `Bearer ${token.reveal()}` },
    });
    const alerts: Alert[] = [];
    const processes = Array.from({ length: 10 }, () =>
      oauthProcess({ storage, fetch: simulator.fetch, aheadMs: later, alerts }),
    );
    const outcomes = await Promise.allSettled(processes.map((one) => one.get("acme")));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "AUTH_DISCONNECTED" } });
    }
    expect(alerts.map((alert) => alert.name)).toEqual(["auth.disconnected"]);
  });

  it("a second account with the same record ids is refused: nothing is written, its grant is revoked", async () => {
    const { simulator, storage, oauth } = start();
    await connect(oauth, simulator, "acme", 100);
    await oauth.disconnect("acme");
    await expect(connect(oauth, simulator, "acme", 200)).rejects.toMatchObject({
      code: "PORTAL_MISMATCH",
      expectedPortalId: "100",
      actualPortalId: "200",
      message: expect.stringContaining("tenants.rebind()"),
    });
    expect(await storage.tokens.get("acme")).toBeNull();
    expect(simulator.calls.at(-1)?.path).toBe("/oauth/2026-09/token/revoke");
    expect(await connect(oauth, simulator, "acme", 100)).toMatchObject({ connected: true, portalId: "100" });
  });
});
