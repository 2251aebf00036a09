import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createVirtualClock, type SimulatorOptions } from "../../src/simulator.ts";
import { bench, CONTACTS } from "./helpers.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function controlled(options: SimulatorOptions = {}) {
  const { sim } = bench({ clock: createVirtualClock(), ...options });
  const server = await sim.listen();
  open.push(server);
  const control = async (route: string, body?: unknown) => {
    const [method = "GET", path = ""] = route.split(" ");
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${server.url}/_simulator${path}`, init);
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  const status = async () =>
    (await fetch(`${server.url}${CONTACTS}`, { headers: { authorization: `Bearer ${sim.token}` } })).status;
  return { sim, control, status };
}

describe("the control API", () => {
  it("lists itself", async () => {
    const { control } = await controlled();
    const { body } = await control("GET /");
    for (const action of ["POST /reset", "POST /seed", "POST /clock/advance", "PUT /state", "POST /objects/{type}"]) {
      expect(body.actions).toContain(action);
    }
  });

  it("answers neither other host names nor pages of other sites, unless it is there for anyone", async () => {
    const { sim } = bench();
    const ask = async (port: string, headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ host: "127.0.0.1", port, path: "/_simulator/reset", method: "POST", headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on("error", reject)
          .end();
      });
    const local = await sim.listen();
    const anyone = await sim.listen({ control: true });
    open.push(local, anyone);
    const { port } = new URL(local.url);
    sim.portal().contacts.create({});
    for (const host of [
      "rebound.example",
      `rebound.example:${port}`,
      "127.0.0.1.rebound.example",
      "127.0.0.1@x.example",
    ]) {
      expect([host, await ask(port, { host })]).toEqual([host, 403]);
      expect(await ask(new URL(anyone.url).port, { host })).toBe(204);
    }
    for (const origin of ["https://page.example", "null"]) {
      expect([origin, await ask(port, { origin })]).toEqual([origin, 403]);
    }
    sim.portal().contacts.create({});
    expect(await ask(port, { host: "rebound.example" })).toBe(403);
    expect(sim.portal().contacts.size).toBe(1);
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, "localhost"]) {
      expect([host, await ask(port, { host, origin: "http://localhost:3000" })]).toEqual([host, 204]);
    }
  });

  it("moves the clock, if it is virtual", async () => {
    const { control } = await controlled();
    const { now } = (await control("GET /clock")).body;
    expect((await control("POST /clock/advance", { ms: 5_000 })).body).toEqual({ now: now + 5_000 });
    expect((await control("POST /clock/advance", { ms: "x" })).body.code).toBe("BAD_CONTROL_BODY");
    const real = await controlled({ clock: { now: () => Date.now(), sleep: async () => {} } });
    expect((await real.control("POST /clock/advance", { ms: 1 })).body.code).toBe("CLOCK_IS_REAL");
  });

  it("arms faults by line or by field, shows them, and clears them", async () => {
    const { control, status } = await controlled();
    expect((await control("POST /faults", { text: "GET 503 times=2" })).status).toBe(204);
    expect(await status()).toBe(503);
    expect((await control("GET /faults")).body).toEqual({
      injected: 1,
      active: [{ method: "GET", effect: { status: 503 }, times: 2, left: 1 }],
    });
    await control("DELETE /faults");
    expect(await status()).toBe(200);
    expect((await control("POST /faults", { text: "boom" })).body.code).toBe("BAD_FAULT");
    expect((await control("POST /faults", { effect: "reset", oops: 1 })).body.code).toBe("BAD_FAULT");
  });

  it("turns knobs, and refuses those that do not exist", async () => {
    const { control, status } = await controlled();
    expect((await control("POST /configure", { limits: { tenSecondly: 0 } })).status).toBe(204);
    expect(await status()).toBe(429);
    const refused = await control("POST /configure", { limit: 1 });
    expect([refused.status, refused.body.code]).toEqual([400, "UNKNOWN_KNOB"]);
  });

  it("refuses knobs and faults that would break what comes after", async () => {
    const { control, sim } = await controlled();
    const refusal = async (route: string, body: unknown) => {
      const { status, body: answer } = await control(route, body);
      return [status, answer.code, answer.message];
    };
    const knob = (body: unknown) => refusal("POST /configure", body);
    expect(await knob({ latency: "soon" })).toEqual([400, "BAD_DURATION", expect.stringContaining('"soon"')]);
    expect(await knob({ latency: -1 })).toEqual([400, "BAD_KNOB", expect.stringContaining("latency must be a time")]);
    expect(await knob({ limits: { daily: "9" } })).toEqual([
      400,
      "BAD_KNOB",
      'limits.daily must be a number from 0, not "9"',
    ]);
    expect(await knob({ limits: { hourly: 9 } })).toEqual([
      400,
      "UNKNOWN_KNOB",
      expect.stringContaining('"limits.hourly" is none of tenSecondly'),
    ]);
    expect(await knob({ requiredProperties: { contacts: 5 } })).toEqual([
      400,
      "BAD_KNOB",
      "requiredProperties.contacts must be a list of objects, not 5",
    ]);
    expect((await knob({ otherProgram: { callsPerSecond: 1e9 } }))[1]).toBe("BAD_KNOB");
    expect((await knob({ platform: { appEventTypes: {} } }))[1]).toBe("BAD_KNOB");
    expect(await knob({ webhookFaults: { lose: 2 } })).toEqual([400, "BAD_KNOB", expect.stringContaining("a share")]);
    expect(await knob({ constructor: 1 })).toEqual([400, "UNKNOWN_KNOB", expect.anything()]);
    const fault = (body: unknown) => refusal("POST /faults", body);
    for (const effect of ["explode", { status: "x" }, { status: 999 }, { policy: "HOURLY" }, { drip: {} }, {}, null]) {
      expect((await fault({ effect })).slice(0, 2)).toEqual([400, "BAD_FAULT"]);
    }
    expect((await fault({ effect: "reset", rate: "often" })).slice(0, 2)).toEqual([400, "BAD_FAULT"]);
    expect((await fault({ effect: "reset", times: "often" })).slice(0, 2)).toEqual([400, "BAD_FAULT"]);
    for (const part of [{ route: {} }, { method: {} }, { routePattern: "(" }, { bodyPattern: 5 }, { every: 0 }]) {
      expect((await fault({ effect: "reset", ...part })).slice(0, 2)).toEqual([400, "BAD_FAULT"]);
    }
    for (const effect of [{ delayMs: {} }, { delayMs: "1s" }, { drip: { bytes: 0, everyMs: 1 } }]) {
      expect((await fault({ effect })).slice(0, 2)).toEqual([400, "BAD_FAULT"]);
    }
    expect(sim.faults.active).toEqual([]);
    for (const target of [{ url: "nowhere" }, { url: {} }, { publicUrl: "" }]) {
      expect((await refusal("POST /webhooks/deliver", target)).slice(0, 2)).toEqual([400, "BAD_CONTROL_BODY"]);
    }
    expect((await control("POST /configure", { latency: "1-2", limits: { daily: "Infinity" } })).status).toBe(204);
    expect((await control("POST /configure", { latency: null, mergeCreatesNewId: null })).status).toBe(204);
    const [a, b] = [sim.portal().contacts.create({}), sim.portal().contacts.create({})];
    expect(sim.portal().contacts.merge(a.id, b.id).id).not.toBe(a.id);
  });

  it("refuses amounts that would take all memory, or are none", async () => {
    const { control } = await controlled();
    for (const wrong of [-1, 1.5, 1e12, "5", null]) {
      expect((await control("POST /seed", { contacts: wrong })).body.code).toBe("BAD_CONTROL_BODY");
      expect((await control("POST /seed", { contacts: 1, edits: wrong })).body.code).toBe("BAD_CONTROL_BODY");
      expect((await control("POST /webhooks/storm", { events: wrong })).body.code).toBe("BAD_CONTROL_BODY");
      expect((await control("POST /quota/eat", { calls: wrong })).body.code).toBe("BAD_CONTROL_BODY");
    }
    expect((await control("GET /calls?last=some")).body.code).toBe("BAD_CONTROL_BODY");
  });

  it("tells of as many calls as asked for", async () => {
    const { control, status } = await controlled();
    for (let i = 0; i < 3; i++) await status();
    const told = async (last: number) => (await control(`GET /calls?last=${last}`)).body.length;
    expect([await told(0), await told(2), await told(9)]).toEqual([0, 2, 3]);
  });

  it("eats quota, raises storms, and tells of calls", async () => {
    const { control, status } = await controlled();
    await control("POST /seed", { contacts: 20, edits: 1 });
    await control("POST /quota/eat", { calls: 189 });
    expect([await status(), await status()]).toEqual([200, 429]);
    expect((await control("GET /calls?status=429")).body).toMatchObject([{ method: "GET", path: CONTACTS }]);
    expect((await control("GET /calls?method=POST")).body).toEqual([]);
    expect((await control("POST /webhooks/storm", { events: 50 })).body).toEqual({ pending: 50 });
  });

  it("edits records of any type, as a user would", async () => {
    const { control, sim } = await controlled();
    const made = (await control("POST /objects/companies", { properties: { name: "Acme" } })).body;
    await control(`POST /objects/companies/${made.id}`, { properties: { name: "Acme Ltd" } });
    expect((await control(`GET /objects/companies/${made.id}`)).body.properties.name).toBe("Acme Ltd");
    expect((await control(`GET /objects/companies/${made.id}/history/name`)).body).toHaveLength(2);
    expect((await control(`DELETE /objects/companies/${made.id}`)).status).toBe(204);
    expect(sim.portal().objects("companies").get(made.id)?.archivedAt).toBeDefined();
    expect((await control(`POST /objects/companies/${made.id}/restore`)).status).toBe(204);
    const other = (await control("POST /objects/companies", { name: "Other" })).body;
    const merged = (await control(`POST /objects/companies/${made.id}/merge/${other.id}`)).body;
    expect((await control("GET /objects/companies")).body).toMatchObject([{ id: merged.id }]);
    const person = (await control("POST /contacts", { firstname: "Ann" })).body;
    expect((await control(`POST /contacts/${person.id}/erase`)).status).toBe(204);
    expect((await control(`GET /contacts/${person.id}`)).body.code).toBe("UNKNOWN_RECORD");
    expect((await control("GET /objects/shoes")).body.code).toBe("UNKNOWN_TYPE");
    expect((await control("GET /contacts?portal=9")).body.code).toBe("UNKNOWN_PORTAL");
  });

  it("saves and restores", async () => {
    const { control, sim } = await controlled();
    await control("POST /seed", { contacts: 5 });
    const state = (await control("GET /state")).body;
    await control("POST /reset");
    expect(sim.portal().contacts.size).toBe(0);
    expect((await control("PUT /state", state)).status).toBe(204);
    expect(sim.portal().contacts.size).toBe(5);
    expect((await control("PUT /state", { format: 1 })).body.code).toBe("STATE_FORMAT");
    expect((await control("PUT /state", { format: 2 })).body.code).toBe("STATE_INCOMPLETE");
    expect(sim.portal().contacts.size).toBe(5);
  });
});
