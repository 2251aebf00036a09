import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { type Ran, run as runWith, type World, world } from "./cli.fixture.ts";
import { leadsWorld } from "./leads.fixture.ts";

const finding = (ran: Ran, name: string): unknown => ran.json().findings.find((one) => one.name === name);

/** The command with an answer of its own for the webhook address. */
function withWebhooks({ env, folder }: World, answer: () => Promise<Response>): Promise<Ran> {
  const argv = ["--json", "doctor", "--webhook-url", "https://app.example.com/hubspot/webhooks"];
  return runWith(argv, { env, cwd: folder, fetch: answer });
}

describe("hubspoke doctor", () => {
  it("finds everything well", async () => {
    const { run } = await world();
    const answer = await run("--json", "doctor");
    expect(answer.code).toBe(0);
    expect(answer.json().findings.map(({ name }) => name)).toEqual([
      "schema",
      "token",
      "portal",
      "keys",
      "key ring",
      "clock",
      "scopes",
      "limits",
    ]);
  });

  it("says what is not well, and prints no secret", async () => {
    const { run, env } = await world();
    env.HUBSPOT_ACCESS_TOKEN = "pat-na1-00000000-0000-0000-0000-000000000000";
    const answer = await run("doctor");
    expect(answer.code).toBe(1);
    expect(answer.out).toMatch(/FAILED {2}token +AUTH_INVALID: (?!AUTH_INVALID)/);
    expect(answer.out + answer.err).not.toContain(env.HUBSPOT_ACCESS_TOKEN);
    expect(answer.out + answer.err).not.toContain(env.HUBSPOKE_KEY);
  });

  it("says once what several looks stumble over", async () => {
    const { run, env } = await world();
    env.HUBSPOKE_DB = "no/such/folder/hubspoke.db";
    const { code, out } = await run("doctor");
    expect(code).toBe(1);
    expect(out.match(/does not exist; create it/g)).toHaveLength(1);
    expect(out).toMatch(/FAILED {2}token +STORE_PATH_INVALID: as schema says/);
  });

  it("names the scopes that the declared syncs and schema need and the token lacks", async () => {
    const token = { token: "pat-sim-62515", scopes: ["crm.objects.contacts.read"] };
    const simulated = { portals: [{ id: 62515, tokens: [token] }] };
    const plain = await world(simulated);
    expect((await plain.run("doctor")).code).toBe(0);
    const schema = { group: { name: "own", label: "Own" }, objects: { companies: { properties: [] } } };
    const there = await leadsWorld({}, { schema }, simulated);
    const answer = await there.run("--json", "doctor");
    expect(answer.code).toBe(1);
    expect(finding(answer, "scopes")).toMatchObject({
      code: "AUTH_SCOPE_MISSING",
      detail: expect.stringContaining("crm.objects.contacts.write crm.schemas.companies.write"),
    });
  });

  it("names the scopes that services need, and those the product says it uses", async () => {
    const token = { token: "pat-sim-62515", scopes: ["crm.objects.contacts.read", "crm.objects.contacts.write"] };
    const simulated = { portals: [{ id: 62515, tokens: [token] }] };
    const tickets = { fromAlert: () => null };
    const uses = ["activities", "files", "GET /crm/unheard-of/{version}"] as const;
    const there = await leadsWorld({ tickets, events: { sinks: ["app"] } }, { uses }, simulated, (hubspoke) => {
      hubspoke.on("deal.creation", () => undefined);
    });
    const answer = await there.run("--json", "doctor");
    expect(answer.code).toBe(1);
    expect(finding(answer, "scopes")).toMatchObject({
      code: "AUTH_SCOPE_MISSING",
      detail: expect.stringContaining(
        "lacks crm.objects.deals.read crm.schemas.contacts.write files tickets timeline:",
      ),
    });
    expect(finding(answer, "scopes")).toMatchObject({
      detail: expect.stringContaining("GET /crm/unheard-of/{version}"),
    });
  });

  it("notices a clock that differs from HubSpot's", async () => {
    const { env, folder } = await world();
    const ahead = { env, cwd: folder, now: () => Date.now() + 3_600_000 };
    const answer = await runWith(["--json", "doctor"], ahead);
    expect(answer.code).toBe(1);
    expect(finding(answer, "clock")).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/(1 h|59 min|60 min).* ahead of/),
    });
  });

  it("asks the webhook address, which must refuse what is not signed", async () => {
    const there = await world();
    const well = await withWebhooks(there, async () => new Response(null, { status: 401 }));
    expect(well.code).toBe(0);
    expect(finding(well, "webhooks")).toMatchObject({ ok: true });
    const open = await withWebhooks(there, async () => new Response(null, { status: 200 }));
    expect(open.code).toBe(1);
    expect(finding(open, "webhooks")).toMatchObject({ detail: expect.stringContaining("answered 200 instead of 401") });
    const off = await withWebhooks(there, async () => new Response(null, { status: 404 }));
    expect(finding(off, "webhooks")).toMatchObject({
      ok: false,
      detail: expect.stringContaining("HUBSPOT_WEBHOOK_URL"),
    });
    const none = await there.run("--json", "doctor", "--webhook-url", "app.example.com/webhooks");
    expect(finding(none, "webhooks")).toMatchObject({ ok: false, code: "INPUT_INVALID" });
    const silent = await withWebhooks(there, () => Promise.reject(new TypeError("fetch failed")));
    expect(finding(silent, "webhooks")).toMatchObject({ code: "NETWORK_FAILED" });
  });

  it("notices rows whose key is not on the ring", async () => {
    const there = await world();
    there.simulator.portal().contacts.create({ firstname: "Ada", phone: "(902) 555-1234" });
    await there.run("lookup", "902 555 1234");
    Object.assign(there.env, { HUBSPOKE_KEY: Buffer.alloc(32, 8).toString("base64"), HUBSPOKE_KEY_ID: "k2" });
    const answer = await there.run("--json", "doctor");
    expect(answer.code).toBe(1);
    expect(finding(answer, "key ring")).toMatchObject({ code: "KEY_UNKNOWN" });
  });

  it("notices a schema that is newer than the library", async () => {
    const there = await world();
    await there.run("migrate");
    const db = new DatabaseSync(join(there.folder, "hubspoke.db"));
    db.exec("insert into hubspoke_schema (version, name) values (9999, 'later')");
    db.close();
    expect(finding(await there.run("--json", "doctor"), "schema")).toMatchObject({ code: "SCHEMA_NEWER" });
  });
});
