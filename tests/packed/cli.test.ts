/** The installed command, as a stranger runs it: a process of its own, against the simulator it brings. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run as runTool, tool } from "../../scripts/workspace.ts";
import { type Command, command, leadsConfig, type Ran } from "./command.ts";
import { type Consumer, createConsumer } from "./consumer.ts";

let consumer: Consumer;
let installed: Command;
let env: Record<string, string>;
const hubspoke = (...argv: string[]): Promise<Ran> => installed.run(...argv);

beforeAll(async () => {
  consumer = createConsumer();
  installed = await command(consumer, 5);
  env = installed.env;
}, 120_000);

afterAll(async () => {
  await installed?.stop();
  consumer?.remove();
});

const parsed = (ran: Ran): Record<string, unknown> & { readonly contacts: readonly unknown[] } => JSON.parse(ran.out);

describe("the installed command", () => {
  it("checks a set-up, and finds it well", async () => {
    const ran = await hubspoke("doctor", "--json");
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(parsed(ran)).toMatchObject({ ok: true, portalId: "62515" });
  });

  it("migrates, searches, looks up and says by its exit code that nobody is there", async () => {
    expect((await hubspoke("migrate")).code).toBe(0);
    const searched = parsed(await hubspoke("search", "a", "--json"));
    expect(searched.contacts.length).toBeGreaterThan(0);
    expect(await hubspoke("lookup", "+1 902 555 0000")).toMatchObject({ code: 1, out: "Nobody has this number.\n" });
    expect(await hubspoke("lookup", "nonsense")).toMatchObject({ code: 2, out: "" });
  });

  it("is its own help, and refuses what it does not know", async () => {
    const help = await hubspoke("--help");
    expect(help.code).toBe(0);
    for (const command of [
      "doctor",
      "lookup",
      "sync",
      "conflicts",
      "privacy",
      "keys",
      "schema",
      "pull-types",
      "simulate",
    ]) {
      expect(help.out).toContain(command);
    }
    expect(await hubspoke("dcotor")).toMatchObject({ code: 2, err: expect.stringContaining("doctor") });
  });

  it("pulls types that a strict project compiles with", async () => {
    expect(await hubspoke("pull-types", "--out", "typescript/pulled.ts")).toMatchObject({ code: 0 });
    writeFileSync(
      join(consumer.path, "typescript/uses-pulled.ts"),
      `import type { ContactProperties, HubSpotClient } from "@hubspoke/core";
       import { pipelines } from "./pulled.js";
       declare module "@hubspoke/core" { interface ContactProperties { own_score: number } }
       export const won: "Closed Won" = pipelines.deals.default.stages.closedwon;
       export const score = async (hs: HubSpotClient): Promise<number | null | undefined> =>
         (await hs.contacts.get("1", { properties: ["own_score"] }))?.properties.own_score;
       export const has: keyof ContactProperties = "own_score";`,
    );
    writeFileSync(
      join(consumer.path, "typescript/tsconfig.pulled.json"),
      JSON.stringify({ extends: "./tsconfig.nodenext.json", include: [], files: ["pulled.ts", "uses-pulled.ts"] }),
    );
    const compiled = runTool(
      [process.execPath, tool("typescript/bin/tsc"), "-p", "typescript/tsconfig.pulled.json"],
      consumer.path,
    );
    expect(compiled).toEqual({ ok: true, output: "" });
    expect(readFileSync(join(consumer.path, "typescript/pulled.ts"), "utf8")).toContain("account 62515");
  });

  it("syncs a table of the product's own, from hubspoke.config.ts", async () => {
    writeFileSync(join(consumer.path, "hubspoke.config.ts"), leadsConfig);
    const plan = await hubspoke("sync", "plan", "--json");
    expect(plan).toMatchObject({ code: 0 });
    expect(parsed(plan)).toMatchObject({ sync: "leads", equal: false });
    expect(await hubspoke("sync", "backfill")).toMatchObject({
      code: 0,
      out: expect.stringContaining("backfill done"),
    });
    expect(await hubspoke("sync", "reconcile")).toMatchObject({
      out: expect.stringContaining("both sides were equal"),
    });
    expect(parsed(await hubspoke("sync", "status", "--json"))).toMatchObject([{ sync: "leads", on: true, linked: 5 }]);
    expect(await hubspoke("conflicts", "list")).toMatchObject({ code: 0, out: "None.\n" });
    expect(await hubspoke("quarantine", "list")).toMatchObject({ code: 0, out: "None.\n" });
    expect(await hubspoke("sync", "run", "--once")).toMatchObject({ code: 0 });
  });

  it("makes the account as the set-up declares it", async () => {
    const plan = await hubspoke("schema", "plan", "--check");
    expect(plan).toMatchObject({ code: 1, out: expect.stringContaining("+ property contacts.crm_tier  enumeration") });
    expect(await hubspoke("schema", "apply")).toMatchObject({ code: 0 });
    expect(parsed(await hubspoke("schema", "plan", "--check", "--json"))).toMatchObject({ inSync: true, actions: [] });
  });

  it("posts signed webhooks to this machine, and follows the account without a tunnel", async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(String(request.headers["x-hubspot-signature-v3"]));
      request.resume().on("end", () => response.writeHead(204).end());
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const to = ["--to", `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, "--secret-env", "APP_SECRET"];
    env.APP_SECRET = "the-app-secret";
    try {
      const event = ["contact.creation", "--object", "7", "--portal", "62515"];
      expect(await hubspoke("webhooks", "send", ...event, ...to)).toMatchObject({
        code: 0,
        out: "Accepted with 204.\n",
      });
      const contacts = `${env.HUBSPOT_API_BASE_URL}/crm/objects/2026-09/contacts`;
      const headers = { authorization: `Bearer ${env.HUBSPOT_ACCESS_TOKEN}`, "content-type": "application/json" };
      await fetch(contacts, { method: "POST", headers, body: '{"properties":{"email":"new@example.com"}}' });
      const tailed = parsed(await hubspoke("webhooks", "tail", "--once", "--since", "60", "--json", ...to));
      expect(tailed).toMatchObject({ source: "search", refused: 0 });
      expect(seen.length).toBeGreaterThan(1);
      expect(await hubspoke("webhooks", "replay")).toMatchObject({ code: 0, out: "0 will be handled again.\n" });
    } finally {
      delete env.APP_SECRET;
      server.close();
    }
  });

  it("writes a project that compiles, tests and answers with the packages as published", async () => {
    const cwd = join(consumer.path, "app");
    expect(await hubspoke("init", "app", "--target", "express")).toMatchObject({ code: 0 });
    expect(runTool([process.execPath, tool("typescript/bin/tsc"), "-p", "."], cwd)).toEqual({ ok: true, output: "" });
    expect(runTool([process.execPath, "--test", "test/lookup.test.ts"], cwd)).toMatchObject({ ok: true });
    await answers(cwd);
  });

  it("rotates a key, and says which may retire", async () => {
    const old = { ...env };
    Object.assign(env, {
      HUBSPOKE_KEY: Buffer.alloc(32, 8).toString("base64"),
      HUBSPOKE_KEY_ID: "k2",
      HUBSPOKE_OLD_KEYS: `k1:${old.HUBSPOKE_KEY}`,
    });
    // Links of the sync above were hashed under k1.
    expect(await hubspoke("keys", "rotate")).toMatchObject({ code: 1, out: expect.stringContaining("links 5") });
    const status = parsed(await hubspoke("keys", "status", "--json"));
    expect(status).toMatchObject({ current: "k2", missing: [] });
    for (const name of Object.keys(env)) delete env[name];
    Object.assign(env, old);
  });

  it("prints no secret, whatever goes wrong", async () => {
    const token = env.HUBSPOT_ACCESS_TOKEN!;
    env.HUBSPOT_ACCESS_TOKEN = "pat-na1-11111111-2222-3333-4444-555555555555";
    const ran = await hubspoke("doctor");
    expect(ran.code).toBe(1);
    expect(ran.out + ran.err).not.toContain(env.HUBSPOT_ACCESS_TOKEN);
    expect(ran.out + ran.err).not.toContain(env.HUBSPOKE_KEY);
    env.HUBSPOT_ACCESS_TOKEN = token;
  });
});

/** Starts the project's server and asks it, as a stranger and as somebody with a session. */
async function answers(cwd: string): Promise<void> {
  const started = { ...env, PATH: process.env.PATH ?? "", PORT: "0", APP_TOKEN: "let-me-in" };
  const server = spawn(process.execPath, ["src/server.ts"], { cwd, env: started });
  try {
    let url = "";
    for await (const line of createInterface({ input: server.stdout })) {
      url = /^listening on (.+)$/.exec(line)?.[1] ?? "";
      if (url !== "") break;
    }
    const asked = `${url}/hubspot/contacts/lookup/+19025550000`;
    expect((await fetch(asked)).status).toBe(403);
    expect((await fetch(asked, { headers: { authorization: "Bearer let-me-in" } })).status).toBe(200);
  } finally {
    server.kill("SIGTERM");
    await once(server, "exit");
  }
}
