import { describe, expect, it } from "vitest";
import {
  createHubSpotSimulator,
  createVirtualClock,
  type HubSpotSimulator,
  type PlainRequest,
} from "../../src/simulator.ts";

const API = "https://api.hubapi.com";
const CONTACTS = `${API}/crm/objects/2026-09/contacts`;

/** Two of the same, so that one call leaves no mark on the other. */
function twins(): readonly [HubSpotSimulator, HubSpotSimulator] {
  const make = () => createHubSpotSimulator({ seed: 3, clock: createVirtualClock(1_000_000), latency: 0 });
  return [make(), make()];
}

const asking = (sim: HubSpotSimulator, rest: Partial<PlainRequest> & { readonly url: string }): PlainRequest => ({
  method: "GET",
  headers: { Authorization: `Bearer ${sim.token}`, "Content-Type": "application/json" },
  ...rest,
});

describe("exchange", () => {
  it.each([
    ["a record is made", { method: "post", url: CONTACTS, body: '{"properties":{"email":"Ä@x.com"}}' }],
    ["a list", { url: `${CONTACTS}?limit=2&properties=email` }],
    ["a body that is refused", { method: "POST", url: CONTACTS, body: "{" }],
    ["no such page", { url: `${API}/nowhere` }],
    ["no token", { url: CONTACTS, headers: {} }],
    ["an archived record: no body", { method: "DELETE", url: `${CONTACTS}/1` }],
  ] as const)("answers what fetch answers: %s", async (_, rest) => {
    const [one, other] = twins();
    const asked = asking(one, rest);
    const { method, headers = {}, body } = asked;
    const fetched = await other.fetch(asked.url, { method, headers, ...(body === undefined ? {} : { body }) });
    expect(await one.exchange(asked)).toEqual({
      status: fetched.status,
      headers: Object.fromEntries(fetched.headers),
      text: await fetched.text(),
    });
    expect(one.calls).toEqual(other.calls);
  });

  it("breaks where fetch breaks", async () => {
    const [sim] = twins();
    sim.faults.add({ effect: "reset" });
    await expect(sim.exchange(asking(sim, { url: CONTACTS }))).rejects.toThrow("fetch failed");
    sim.faults.add({ effect: { truncate: 5 } });
    await expect(sim.exchange(asking(sim, { url: CONTACTS }))).rejects.toThrow("terminated");
    expect((await sim.exchange(asking(sim, { url: CONTACTS }))).status).toBe(200);
  });

  it("ends the waiting when it is told to, and the effect stands", async () => {
    const clock = createVirtualClock(1_000_000);
    const sim = createHubSpotSimulator({ clock, latency: 50 });
    const stop = new AbortController();
    const body = '{"properties":{"email":"a@x.com"}}';
    const pending = sim.exchange(asking(sim, { method: "POST", url: CONTACTS, body, signal: stop.signal }));
    stop.abort(new Error("enough"));
    await expect(pending).rejects.toThrow("enough");
    await clock.advance(50);
    expect(sim.portal().contacts.findBy("email", "a@x.com")).toBeDefined();
    await expect(sim.exchange(asking(sim, { url: CONTACTS, signal: stop.signal }))).rejects.toThrow("enough");
  });

  it("never comes back from silence, but for its signal", async () => {
    const [sim] = twins();
    sim.faults.add({ effect: "timeout" });
    const stop = new AbortController();
    const pending = sim.exchange(asking(sim, { url: CONTACTS, signal: stop.signal }));
    stop.abort(new Error("enough"));
    await expect(pending).rejects.toThrow("enough");
  });

  it("lists records with the properties that are asked for", () => {
    const [sim] = twins();
    const { contacts } = sim.portal();
    const { id } = contacts.create({ email: "a@x.com", firstname: "A" });
    expect(contacts.list(["firstname", "lastname"])).toEqual([{ ...contacts.get(id), properties: { firstname: "A" } }]);
    expect(contacts.list()[0]?.properties).toMatchObject({ email: "a@x.com", firstname: "A", hs_object_id: id });
  });
});
