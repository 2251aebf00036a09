import { describe, expect, it } from "vitest";
import { dying, hour, type Shop, shop } from "./services/bed.ts";

const tenant = "acme";

function company(s: Shop): string {
  return s.simulator.portal().objects("companies").create({ name: "Acme" }).id;
}

const trunkCreated = (id: string) => ({
  type: "trunk_created",
  to: [{ object: "companies", id }],
  at: "2026-11-20T10:00:00Z",
  properties: { trunk_id: "trunk_789", trunk_name: "<Production>" },
});

const notes = (s: Shop) => s.simulator.portal().objects("notes").list();

describe("an event", () => {
  it("is a note by default: escaped, once, at its time", async () => {
    const s = shop();
    const event = trunkCreated(company(s));
    const options = { tenant, idempotencyKey: "trunk_789" };
    expect(await s.drive(s.hubspoke.events.send(event, options))).toMatchObject({ outcome: "sent", sink: "note" });
    expect(await s.drive(s.hubspoke.events.send(event, options))).toMatchObject({ outcome: "existing" });
    await s.drive(s.hubspoke.outbox.enqueue("event", event, options));
    await s.work();
    expect(notes(s)).toHaveLength(1);
    expect(notes(s)[0]?.properties.hs_note_body).toBe(
      "<strong>Trunk created</strong><br>Trunk id: trunk_789<br>Trunk name: &lt;Production&gt;",
    );
    expect(Date.parse(notes(s)[0]?.properties.hs_timestamp ?? "")).toBe(Date.parse("2026-11-20T10:00:00Z"));
  });

  it("is an app event where the app may, once each on every record it concerns", async () => {
    const s = shop({ events: { sinks: ["app", "note"], appTypes: { trunk_created: "trunk_made" } } });
    s.simulator.configure({
      platform: { appEventTypes: [{ projectName: "warp", developerSymbol: "trunk_made", objectType: "companies" }] },
    });
    const [one, two] = [company(s), company(s)];
    const event = { ...trunkCreated(one), to: [one, two].map((id) => ({ object: "companies", id })) };
    const options = { tenant, idempotencyKey: "1" };
    expect(await s.drive(s.hubspoke.events.send(event, options))).toMatchObject({ outcome: "sent", sink: "app" });
    expect(await s.drive(s.hubspoke.events.send(event, options))).toMatchObject({ outcome: "existing", sink: "app" });
    expect(s.simulator.portal().timeline.map(({ type, objectId }) => [type, objectId])).toEqual([
      ["trunk_made", one],
      ["trunk_made", two],
    ]);
    expect(notes(s)).toHaveLength(0);
  });

  it("goes on to a note where the app is not approved, and asks again after an hour", async () => {
    const s = shop({ events: { sinks: ["app", "note"] } });
    const refused = { status: 403, body: { status: "error", category: "MISSING_SCOPES", message: "no" } };
    s.simulator.faults.add({ route: "/integrators/timeline/**", effect: refused, times: Number.POSITIVE_INFINITY });
    const event = trunkCreated(company(s));
    const send = (idempotencyKey: string) => s.drive(s.hubspoke.events.send(event, { tenant, idempotencyKey }));
    expect(await send("1")).toMatchObject({ sink: "note" });
    expect(await send("2")).toMatchObject({ sink: "note" });
    expect(s.simulator.faults.injected, "asked once").toBe(1);
    await s.clock.advance(hour);
    await send("3");
    expect(s.simulator.faults.injected).toBe(2);
  });

  it("is a legacy timeline event where there is a template, and a note where there is none", async () => {
    const s = shop({ events: { sinks: ["legacy", "note"], templates: { trunk_created: "1" } } });
    const made = await s.simulator.fetch(
      "https://api.hubapi.com/integrators/timeline/v3/1/event-templates?hapikey=developer-sim",
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          name: "Trunk created",
          objectType: "COMPANY",
          headerTemplate: "Trunk {{trunk_id}}",
          tokens: ["trunk_id", "trunk_name"].map((name) => ({ name, label: name, type: "string" })),
        }),
      },
    );
    const { id } = (await made.json()) as { id: string };
    const legacy = s.process({ events: { sinks: ["legacy", "note"], templates: { trunk_created: id } } });
    const event = trunkCreated(company(s));
    const options = { tenant, idempotencyKey: "1" };
    expect(await s.drive(legacy.hubspoke.events.send(event, options))).toMatchObject({
      outcome: "sent",
      sink: "legacy",
    });
    expect(await s.drive(legacy.hubspoke.events.send(event, options))).toMatchObject({
      outcome: "existing",
      sink: "legacy",
    });
    const other = { ...event, type: "trunk_deleted" };
    expect(await s.drive(legacy.hubspoke.events.send(other, { tenant, idempotencyKey: "2" }))).toMatchObject({
      sink: "note",
    });
    expect(s.simulator.portal().timeline).toHaveLength(1);
  });

  it.each(["note", "app"] as const)("happens once wherever a process died (%s)", async (sink) => {
    let deaths = 0;
    for (const when of ["before", "after"] as const) {
      for (let at = 0; at < 20; at++) {
        const s = shop({ events: { sinks: [sink] } });
        const id = s.simulator.portal().contacts.create({ email: "ann@example.com" }).id;
        const event = { ...trunkCreated(id), to: [{ object: "contacts", id }] };
        const kill = dying(at, when);
        const victim = s.process({}, kill.disturb);
        await s.drive(victim.hubspoke.outbox.enqueue("event", event, { tenant, idempotencyKey: "1" }));
        void victim.hubspoke.worker().tick();
        await s.clock.advance(60_000);
        if (!kill.died()) break;
        deaths++;
        await s.clock.advance(hour);
        await s.work();
        expect(sink === "note" ? notes(s) : s.simulator.portal().timeline, `${when} ${at}`).toHaveLength(1);
        expect(await s.hubspoke.outbox.find(tenant, "event", "1")).toMatchObject({ state: "done" });
      }
    }
    expect(deaths).toBeGreaterThan(3);
  });

  it("that no sink takes says so, and sinks that are none are refused", async () => {
    const s = shop({ events: { sinks: ["legacy"] } });
    const event = trunkCreated(company(s));
    await expect(s.drive(s.hubspoke.events.send(event, { tenant, idempotencyKey: "1" }))).rejects.toThrow('add "note"');
    expect(() => shop({ events: { sinks: ["fax" as "note"] } })).toThrow("events.sinks");
    expect(() => shop({ events: { sinks: [] } })).toThrow("events.sinks");
  });
});
