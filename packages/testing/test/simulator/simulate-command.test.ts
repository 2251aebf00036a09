import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { closest } from "../../src/bin/closest.ts";
import { simulate } from "../../src/simulator.ts";

const BIN = fileURLToPath(new URL("../../src/bin/simulate.ts", import.meta.url));
const run = (...flags: string[]) => promisify(execFile)(process.execPath, [BIN, ...flags]);

describe("simulate", () => {
  it("explains itself", async () => {
    const { stdout } = await run("--help");
    expect((await run("-h")).stdout).toBe(stdout);
    for (const flag of ["--port", "--contacts", "--seed", "--webhook-url", "--app-secret-env", "--host"]) {
      expect(stdout).toContain(flag);
    }
  });

  it.each([
    [["--prot", "1"], "Unknown flag --prot: did you mean --port?"],
    [["--zzzzzz"], "Unknown flag --zzzzzz: --help lists them all"],
    [["--port", "many"], '--port needs a whole number, got "many"'],
    [["--port", "99999999"], '--port goes from 0 (any that is free) to 65535, got "99999999"'],
    [["--state", "no/such/folder/state.json"], "--state: there is no folder no/such/folder; make it first"],
    [["--webhook-url", "nowhere"], '--webhook-url needs a URL, got "nowhere"'],
    [
      ["--fault", "boom"],
      '--fault: Not a fault: "boom" is no effect: use a status, 429:DAILY, truncate:40, drip:50/1s, delay:30s, reset, hang, timeout, html',
    ],
    [["--tier", "gold"], '--tier is one of free, starter, professional, enterprise, add-on, got "gold"'],
    [["--latency", "soon"], '--latency: "soon" is not a time such as 250, 30s, 5m or 2h'],
    [["--lag-spike", "10m"], '--lag-spike needs every/lasts/lag, got "10m"'],
    [
      ["--webhook-faults", "lost=1"],
      '--webhook-faults knows lose=, duplicate=, repeatIds=, delay= and reorder, onePortalPerRequest, freshIdsOnRetry, prefixedSourceId, not "lost=1"',
    ],
    [["--oauth-app", "{}"], "--oauth-app: clientId must be a text"],
    [["--oauth-app", '{"clientId":"c"}'], "--oauth-app: redirectUris must be an array of texts"],
    [
      ["--oauth-app", '{"clientId":"c","redirectUris":["http://localhost/cb"],"scope":"oauth"}'],
      "--oauth-app: scope is not known",
    ],
    [["--app-secret-env", "NO_SUCH_VARIABLE"], "--app-secret-env names NO_SUCH_VARIABLE, which is not set"],
  ])("refuses %j with a reason", async (flags, message) => {
    await expect(run(...flags)).rejects.toMatchObject({ code: 1, stderr: `${message}\n` });
  });

  it("says what it serves as one line of JSON, for programs; a secret it was given is not in it", async () => {
    const said: string[] = [];
    const io = {
      env: { SIM_SECRET: "hush" },
      print: (text: string) => void said.push(text),
      complain: (text: string) => void said.push(text),
      stopped: Promise.resolve(),
    };
    expect(await simulate(["--json", "--port", "0", "--contacts", "3"], io)).toBe(0);
    expect(await simulate(["--json", "--port", "0", "--app-secret-env", "SIM_SECRET"], io)).toBe(0);
    expect(said.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        url: expect.stringMatching(/^http:/),
        portalId: 62515,
        contacts: 3,
        token: "pat-sim-62515",
        appSecret: expect.any(String),
      },
      { url: expect.stringMatching(/^http:/), portalId: 62515, contacts: 1_000, token: "pat-sim-62515" },
    ]);
  });

  it("serves until told to stop, with its secret from the environment", async () => {
    const child = spawn(process.execPath, [BIN, "--port", "0", "--contacts", "25", "--app-secret-env", "SIM_SECRET"], {
      env: { ...process.env, SIM_SECRET: "hush" },
    });
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    let printed = "";
    for await (const chunk of child.stdout) {
      printed += String(chunk);
      if (printed.includes("stop with")) break;
    }
    expect(printed).not.toContain("hush");
    const url = /http:\/\/\S+/.exec(printed)?.[0];
    const contacts = await fetch(`${url}/_simulator/contacts`);
    expect(await contacts.json()).toHaveLength(25);
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
  });
});

describe("as a function", () => {
  it("takes every flag, stands still with a virtual clock, and goes on from the state it left", async () => {
    const folder = mkdtempSync(join(tmpdir(), "simulate-"));
    const flags = [
      ...["--port", "0", "--contacts", "12", "--edits", "1", "--tier", "free", "--limit", "50", "--virtual-clock"],
      ...["--search-lag", "5s", "--lag-spike", "10m/1m/30s", "--clock-skew=-2000", "--other-calls", "1"],
      ...["--fault", "GET /crm/owners/** 502 times=2", "--fault", "POST 503 skip=1"],
      ...["--webhook-faults", "lose=0.1,reorder,delay=0-5s", "--webhook-storm", "3"],
      ...["--knobs", '{"mergeCreatesNewId":false}', "--state", join(folder, "state.json")],
    ];
    const first = await started(flags);
    const token = { authorization: "Bearer pat-sim-62515" };
    const owners = (url: string) => fetch(`${url}/crm/owners/2026-09`, { headers: token });
    expect((await owners(first.url)).status).toBe(502);
    const { now } = await (await control(first.url, "/clock")).json();
    await control(first.url, "/clock/advance", { ms: 60_000 });
    expect(await (await control(first.url, "/contacts")).json()).toHaveLength(12);
    expect(await first.stop()).toBe(0);

    const second = await started(flags);
    const statuses = [(await owners(second.url)).status, (await owners(second.url)).status];
    expect(statuses).toEqual([502, 200]);
    expect(await (await control(second.url, "/clock")).json()).toEqual({ now: now + 60_000 });
    expect(second.printed).toContain("12 contacts");
    expect(await second.stop()).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it("serves apps that are installed by OAuth", async () => {
    const redirect = "http://localhost:3000/callback";
    const app = { clientId: "client-9", redirectUris: [redirect], scopes: ["oauth", "crm.objects.owners.read"] };
    const { url, printed, stop } = await started(["--port", "0", "--oauth-app", JSON.stringify(app)]);
    const secret = /client client-9, secret (\S+)/.exec(printed)?.[1] ?? "";
    const asked = new URLSearchParams({ client_id: app.clientId, redirect_uri: redirect, scope: app.scopes.join(" ") });
    const page = await fetch(`${url}/oauth/authorize?${asked}`, { redirect: "manual" });
    const code = new URL(page.headers.get("location") ?? "").searchParams.get("code") ?? "";
    const form = { grant_type: "authorization_code", client_id: app.clientId, client_secret: secret, code };
    const body = new URLSearchParams({ ...form, redirect_uri: redirect });
    const tokens = await (await fetch(`${url}/oauth/2026-09/token`, { method: "POST", body })).json();
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    expect((await fetch(`${url}/crm/owners/2026-09`, { headers })).status).toBe(200);
    expect(await stop()).toBe(0);
  });

  it("says of a port that is taken how to get another", async () => {
    const first = await started(["--port", "0", "--contacts", "1"]);
    const second = await started(["--port", new URL(first.url).port, "--contacts", "1"]);
    expect(second.printed).toContain("the port is taken; name another one, or 0 for any that is free");
    expect(await second.stop()).toBe(1);
    expect(await first.stop()).toBe(0);
  });

  it("complains, and does not throw", async () => {
    const said: string[] = [];
    const io = {
      env: {},
      print: () => {},
      complain: (text: string) => void said.push(text),
      stopped: Promise.resolve(),
    };
    expect(await simulate(["--seed", "x"], io)).toBe(1);
    expect(said).toEqual(['--seed needs a whole number, got "x"\n']);
  });
});

function control(url: string, path: string, body?: object): Promise<Response> {
  return fetch(`${url}/_simulator${path}`, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
}

async function started(flags: readonly string[]) {
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let tell = (_: string) => {};
  const said = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const ended = simulate(flags, { env: {}, print: tell, complain: tell, stopped });
  const printed = await said;
  return {
    printed,
    url: /http:\/\/\S+/.exec(printed)?.[0] ?? printed,
    stop: () => {
      stop();
      return ended;
    },
  };
}

it("suggests the nearest word only when it is near", () => {
  expect(closest("contact", ["contacts", "port"])).toBe("contacts");
  expect(closest("sed", ["seed", "help"])).toBe("seed");
  expect(closest("verbose", ["seed", "help"])).toBeUndefined();
});
