import { describe, expect, it } from "vitest";
import { admin, dying, hour, type Shop, shop } from "./services/bed.ts";

const tenant = "acme";
const email = "ann@example.com";
const day = 24 * hour;
const options = {
  engagement: {
    weights: { open: 1, click: 5, reply: 10 },
    halfLifeMs: 30 * day,
    levels: { high: 10 },
    property: "engagement_score",
  },
};

async function ready(s: Shop): Promise<string> {
  const group = { name: "ours", label: "Ours" };
  const contacts = { properties: [{ name: "engagement_score", type: "number" as const }] };
  await s.drive(s.hubspoke.schema({ group, objects: { contacts } }).apply(tenant));
  return s.simulator.portal().contacts.create({ email }).id;
}

const scoreInHubSpot = (s: Shop, id: string) => s.simulator.portal().contacts.get(id)?.properties.engagement_score;

describe("engagement", () => {
  it("counts each event once, fades, and is pushed when whole points change", async () => {
    const s = shop(options);
    const id = await ready(s);
    const record = (eventId: string, type: string) =>
      s.drive(s.hubspoke.engagement.record({ eventId, type, contact: { email } }, { tenant }));
    expect(await record("e1", "click")).toMatchObject({ outcome: "recorded", score: 5, level: null });
    expect(await record("e1", "click")).toMatchObject({ outcome: "seen", counts: { click: 1 } });
    expect(await record("e1", "open"), "another type of one id").toMatchObject({
      outcome: "recorded",
      counts: { click: 1, open: 1 },
    });
    await s.clock.advance(300_000);
    await s.work();
    expect(scoreInHubSpot(s, id)).toBe("6");
    const calls = () => s.simulator.calls.filter(({ path }) => path.endsWith("/batch/update")).length;
    const pushed = calls();
    await s.clock.advance(300_000);
    await s.work();
    expect(calls(), "nothing changed").toBe(pushed);
    await s.clock.advance(30 * day);
    await s.work();
    await s.clock.advance(300_000);
    await s.work();
    expect(scoreInHubSpot(s, id)).toBe("3");
    expect((await s.drive(s.hubspoke.engagement.score(id, tenant)))?.score).toBeCloseTo(3, 1);
    expect(await s.drive(s.hubspoke.engagement.score("999", tenant))).toBeNull();
  });

  it("that reaches a level is an event for triggers, once for each rise", async () => {
    const s = shop(options);
    await ready(s);
    const risen: unknown[] = [];
    s.hubspoke.workflows.on("risen", ({ event }) => void risen.push(event.data?.level));
    await s.drive(
      s.hubspoke.workflows.create(
        { name: "High", eventType: "engagement.high", actions: [{ do: "callback", name: "risen" }] },
        admin,
      ),
    );
    for (const eventId of ["e1", "e2", "e3"]) {
      await s.drive(s.hubspoke.engagement.record({ eventId, type: "reply", contact: { email } }, { tenant }));
      await s.work();
    }
    expect(risen).toEqual(["high"]);
  });

  it("of a hundred contacts goes in one call, and those who are gone hold nobody up", async () => {
    const s = shop(options);
    await ready(s);
    const ids = s.simulator.seedContacts(99);
    for (const id of ids) {
      await s.drive(
        s.hubspoke.engagement.record({ eventId: id, type: "click", contact: { object: "contacts", id } }, { tenant }),
      );
    }
    s.simulator.portal().contacts.erase(ids[0] ?? "");
    await s.clock.advance(300_000);
    const before = s.simulator.calls.length;
    await s.work();
    const pushes = s.simulator.calls.slice(before).filter(({ path }) => path.endsWith("/batch/update"));
    expect(pushes).toHaveLength(1);
    expect(ids.slice(1).every((id) => scoreInHubSpot(s, id) === "5")).toBe(true);
    expect(await s.storage.engagement.unpushed(tenant, 10)).toEqual([]);
  });

  it("without its property says what to make, and goes on when it is there", async () => {
    const s = shop(options);
    const id = s.simulator.portal().contacts.create({ email }).id;
    await s.drive(s.hubspoke.engagement.record({ eventId: "e1", type: "click", contact: { email } }, { tenant }));
    for (let i = 0; i < 4; i++) {
      await s.clock.advance(300_000);
      await s.work();
    }
    expect(s.main.spoken()).toContain("worker.job_failed");
    await ready(s).catch(() => undefined);
    await s.clock.advance(hour);
    await s.work();
    expect(scoreInHubSpot(s, id)).toBe("5");
  });
});

describe("an e-mail's event", () => {
  it("is on the timeline, in the score and triggers, once each, wherever a process died", async () => {
    let deaths = 0;
    for (const when of ["before", "after"] as const) {
      for (let at = 0; at < 15; at++) {
        const s = shop(options);
        const id = await ready(s);
        const told: unknown[] = [];
        const kill = dying(at, when);
        const victim = s.process({}, kill.disturb);
        for (const one of [victim, s.main])
          one.hubspoke.workflows.on("tell", ({ event }) => void told.push(event.data?.score));
        await s.drive(
          s.hubspoke.workflows.create(
            { name: "T", eventType: "click", actions: [{ do: "callback", name: "tell" }] },
            admin,
          ),
        );
        const event = {
          eventId: "e1",
          type: "click",
          contact: { email },
          data: { url: "https://x.example.com", text: "private" },
        } as const;
        await victim.hubspoke.emailEvents.record(event, { tenant });
        await victim.hubspoke.emailEvents.record(event, { tenant });
        void victim.hubspoke.worker().tick();
        await s.clock.advance(60_000);
        if (!kill.died()) break;
        deaths++;
        await s.clock.advance(hour);
        await s.work();
        await s.work();
        const notes = s.simulator.portal().objects("notes").list();
        expect(
          notes.map(({ properties }) => properties.hs_note_body),
          `${when} ${at}`,
        ).toEqual(["<strong>Email click</strong><br>Url: https://x.example.com"]);
        expect((await s.drive(s.hubspoke.engagement.score(id, tenant)))?.counts).toEqual({ click: 1 });
        expect(told, `${when} ${at}`).toHaveLength(1);
      }
    }
    expect(deaths).toBeGreaterThan(5);
  });

  it("that is a bounce changes the logged e-mail, and an unsubscribe opts out", async () => {
    const s = shop({ ...options, emailEvents: { timeline: [] } });
    const id = await ready(s);
    await s.drive(
      s.hubspoke.activities.email(
        { to: [{ email }], subject: "Hi", html: "<p>Hi</p>" },
        { tenant, idempotencyKey: "mail-1" },
      ),
    );
    for (const type of ["bounce", "unsubscribe"] as const) {
      await s.hubspoke.emailEvents.record({ eventId: "e1", type, contact: { email }, emailKey: "mail-1" }, { tenant });
    }
    await s.work();
    await s.work();
    expect(s.simulator.portal().objects("emails").list()[0]?.properties.hs_email_status).toBe("BOUNCED");
    expect(s.simulator.portal().contacts.get(id)?.properties.hs_email_optout).toBe("true");
    expect(s.simulator.portal().objects("notes").list()).toEqual([]);
  });

  it("of a person nobody knows is skipped; an erasure removes the score", async () => {
    const s = shop(options);
    const id = await ready(s);
    await s.hubspoke.emailEvents.record(
      { eventId: "e0", type: "open", contact: { email: "no@example.com" } },
      { tenant },
    );
    await s.hubspoke.emailEvents.record({ eventId: "e1", type: "open", contact: { email } }, { tenant });
    await s.work();
    await s.work();
    expect(await s.hubspoke.outbox.find(tenant, "email-event", "open:e0")).toMatchObject({ state: "skipped" });
    const portal = String(s.simulator.portal().id);
    expect(await s.storage.engagement.score(tenant, portal, id)).not.toBeNull();
    const exported = await s.drive(s.hubspoke.privacy.export({ email }, admin));
    expect(exported.engagement).toMatchObject([{ contactId: id, counts: { open: 1 } }]);
    expect(exported.services.jobs.map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual([
      "email-event done",
      "workflow done",
    ]);
    await s.drive(s.hubspoke.privacy.erase({ email }, admin));
    expect(await s.storage.engagement.score(tenant, portal, id)).toBeNull();
    expect(await s.storage.engagement.events(tenant, portal, id, 0, 10)).toEqual([]);
  });
});
