import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import {
  createHubSpotSimulator,
  createVirtualClock,
  type HubSpotSimulator,
  type SimulatorOptions,
} from "../../src/simulator.ts";
import { createAccount, NOBODY } from "./account.ts";
import { BEHAVIOURS } from "./all.ts";
import { askAll, type Finding, LIVE_ENV, liveSettings, refuseOtherAccounts } from "./live.ts";

const ALL = Object.values(BEHAVIOURS).flat();
const PLENTY = { tenSecondly: 100_000, searchPerSecond: 100_000, daily: 10_000_000 };

function account(options: SimulatorOptions = {}) {
  const clock = createVirtualClock();
  const sim = createHubSpotSimulator({ clock, limits: PLENTY, ...options });
  const asked = {
    fetch: sim.fetch,
    baseUrl: "https://api.hubapi.com",
    token: sim.token,
    tag: (n: number) => `hslt${n}`,
    wait: (ms: number) => clock.advance(ms),
    pace: 100,
  };
  return { sim, asked };
}

const ids = (findings: readonly Finding[], verdict: string) =>
  findings.filter((finding) => finding.verdict === verdict).map(({ id }) => id);

const types = ["contacts", "companies", "deals", "notes", "tickets"];
const everything = (sim: HubSpotSimulator) =>
  types.flatMap((type) =>
    sim
      .portal()
      .objects(type)
      .list()
      .map(({ id, properties }) => ({ id, properties })),
  );

describe("asking an account", () => {
  it("finds the simulator agreeing with itself, and leaves it as it was", async () => {
    const { sim, asked } = account();
    sim.seedContacts(30);
    sim.portal().objects("companies").create({ name: "Theirs" });
    const before = everything(sim);
    const findings = await askAll(ALL, asked);
    expect(findings.filter(({ verdict }) => verdict !== "agree")).toEqual([]);
    expect(findings.length).toBeGreaterThan(70);
    expect(findings.flatMap(({ left }) => left)).toEqual([]);
    expect(everything(sim)).toEqual(before);
  });

  it("finds exactly the five behaviours that were altered", async () => {
    const { sim, asked } = account({ mergeCreatesNewId: false, normalisation: { email: false } });
    const always = Number.POSITIVE_INFINITY;
    sim.faults.add({
      body: new RegExp(`^\\{"inputs":\\[\\{"id":"\\d+"\\},\\{"id":"${NOBODY}"\\}\\],"properties":\\[\\]`),
      times: always,
      effect: { status: 200, body: { status: "COMPLETE", results: [{}] } },
    });
    sim.faults.add({ body: '"limit":201', times: always, effect: { status: 200, body: { total: 0, results: [] } } });
    sim.faults.add({
      method: "GET",
      route: `/crm/objects/2026-09/contacts/${NOBODY}`,
      times: always,
      effect: { status: 404, body: { message: "resource not found", category: "OBJECT_NOT_FOUND" } },
    });
    const findings = await askAll(ALL, asked);
    expect(ids(findings, "differ").toSorted()).toEqual([
      "batch.read.missing",
      "contacts.email.normalised",
      "merge.new-id",
      "objects.unknown-id",
      "search.limit.page",
    ]);
    expect(ids(findings, "could not")).toEqual([]);
  });

  it("says what could not be asked, and why", async () => {
    const scopes = ["crm.objects.contacts.read", "crm.objects.contacts.write"];
    const { asked } = account({ portals: [{ id: 1, tokens: [{ token: "t", scopes }] }] });
    const findings = await askAll(ALL, asked);
    expect(ids(findings, "differ")).toEqual([]);
    expect(ids(findings, "could not")).toContain("associations.primary");
    expect(ids(findings, "agree")).toContain("contacts.create.conflict");
    expect(findings.find(({ id }) => id === "owners.list")?.reason).toBe(
      "the token lacks a scope, or the account a feature",
    );
    const limited = await askAll(ALL, account({ limits: { tenSecondly: 0, searchPerSecond: 0 } }).asked);
    expect(ids(limited, "differ")).toEqual([]);
  });

  it("tells what it could not remove", async () => {
    const { sim, asked } = account();
    sim.faults.add("DELETE 500 times=always");
    const [finding] = await askAll(
      ALL.filter(({ id }) => id === "objects.create"),
      asked,
    );
    expect(finding?.left).toEqual([expect.stringMatching(/^contacts\/\d+$/)]);
  });
});

describe("what it did not make", () => {
  it("is not changed, whatever a check tries", async () => {
    const { sim, asked } = account();
    const [theirs = ""] = sim.seedContacts(2);
    const mine = createAccount({ ...asked, tag: "mine" });
    const id = await mine.make("contacts", { firstname: "Mine" });
    const O = "/crm/objects/2026-09/contacts";
    const attempts: [string, unknown?][] = [
      [`PATCH ${O}/${theirs}`, { properties: { city: "X" } }],
      [`DELETE ${O}/${theirs}`],
      [`POST ${O}/batch/update`, { inputs: [{ id }, { id: theirs }] }],
      [`POST ${O}/batch/archive`, { inputs: [{ id: theirs }] }],
      [`POST ${O}/batch/upsert`, { inputs: [{ id: "somebody@acme.example", idProperty: "email" }] }],
      [`POST ${O}/merge`, { primaryObjectId: id, objectIdToMerge: theirs }],
      [`POST ${O}/gdpr-delete`, { objectId: "somebody@acme.example", idProperty: "email" }],
      [`PUT ${O}/${id}/associations/default/contacts/${theirs}`],
      [
        "POST /crm/associations/2026-09/contacts/contacts/batch/create",
        { inputs: [{ from: { id }, to: { id: theirs } }] },
      ],
      ["PATCH /crm/properties/2026-09/contacts/firstname", { label: "X" }],
      ["POST /crm/properties/2026-09/contacts/batch/archive", { inputs: [{ name: "firstname" }] }],
      ["DELETE /crm/associations/2026-09/contacts/companies/labels/12"],
      ["POST /crm/lists/2026-09", { name: "L" }],
      ["DELETE /appinstalls/2026-09/external-install"],
    ];
    const sent = sim.calls.length;
    for (const [route, body] of attempts) {
      await expect(mine.call(route, body), route).rejects.toThrow(/did not make|cannot be told/);
    }
    expect(sim.calls.length).toBe(sent);
    expect((await mine.call(`PATCH ${O}/${id}`, { properties: { city: "X" } })).status).toBe(200);
    expect(await mine.cleanUp()).toEqual([]);
  });
});

describe("which account", () => {
  it("is named by two variables, and no other is looked at", () => {
    const { token, portal, baseUrl } = LIVE_ENV;
    expect(() => liveSettings({ HUBSPOT_ACCESS_TOKEN: "x" })).toThrow(`Set ${token} to a token`);
    expect(() => liveSettings({ [token]: "x" })).toThrow(portal);
    expect(() => liveSettings({ [token]: "x", [portal]: "mine" })).toThrow("must be a number");
    expect(() => liveSettings({ [token]: "x", [portal]: "1", [baseUrl]: "http://evil.example" })).toThrow("https");
    expect(liveSettings({ [token]: "x", [portal]: "1" }).baseUrl).toBe("https://api.hubapi.com");
  });

  it("must be the one named, and a test account", async () => {
    const { sim } = account();
    const settings = { token: sim.token, portalId: 62515, baseUrl: "https://api.hubapi.com" };
    await refuseOtherAccounts(settings, sim.fetch);
    await expect(refuseOtherAccounts({ ...settings, portalId: 1 }, sim.fetch)).rejects.toThrow("another account");
    await expect(refuseOtherAccounts({ ...settings, token: "none" }, sim.fetch)).rejects.toThrow("401");
    sim.faults.add({ effect: { status: 200, body: { portalId: 62515, accountType: "STANDARD" } } });
    await expect(refuseOtherAccounts(settings, sim.fetch)).rejects.toThrow("no test account");
  });
});

describe("the command", () => {
  const script = fileURLToPath(new URL("../../../../scripts/test-live.ts", import.meta.url));
  const run = (env: Record<string, string>, ...args: string[]) =>
    promisify(execFile)(process.execPath, [script, ...args], { env: { PATH: process.env.PATH, ...env } }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: "" }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );

  it("refuses to run without its variables", async () => {
    const { code, stderr } = await run({ HUBSPOT_ACCESS_TOKEN: "pat" });
    expect([code, stderr]).toEqual([1, expect.stringContaining(LIVE_ENV.token)]);
  });

  it("reports, and prints nothing that is anybody's", async () => {
    const sim = createHubSpotSimulator({ normalisation: { email: false } });
    sim.seedContacts(5);
    const server = await sim.listen();
    const env = { [LIVE_ENV.token]: sim.token, [LIVE_ENV.portal]: "62515", [LIVE_ENV.baseUrl]: server.url };
    const { code, stdout, stderr } = await run(env, "--only", "contacts.email", "--only", "merge.alias");
    expect(stdout).toMatch(/^differ {6}contacts\.email\.normalised {2}/m);
    expect(stdout).toMatch(/^agree {7}merge\.alias/m);
    expect(stdout).toContain("1 agree, 1 differ, 0 could not be asked");
    expect(code).toBe(1);
    for (const secret of [sim.token, "@example.com", "hsl", "@"]) expect(stdout + stderr).not.toContain(secret);
    expect((await run(env, "--only", "nothing")).stderr).toContain("names no behaviour");
    await server.close();
  });
});
