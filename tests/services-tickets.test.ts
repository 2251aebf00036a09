import type { Alert } from "@hubspoke/core/ports";
import { describe, expect, it } from "vitest";
import { dying, hour, type Shop, shop } from "./services/bed.ts";

const tenant = "acme";
const outage = "asr_below_threshold:trunk_456";
const low = {
  subject: "Low ASR Alert - Trunk trunk_456",
  content: "ASR dropped to 35% in the last hour",
  priority: "HIGH",
} as const;

const tickets = (s: Shop) => s.simulator.portal().objects("tickets").list();
const stageOf = async (s: Shop, label: string): Promise<string | undefined> => {
  const [pipeline] = await s.drive(s.hubspoke.client({ tenant }).pipelines("tickets").list());
  return pipeline?.stages.find((stage) => stage.label === label)?.id;
};

describe("a ticket", () => {
  it("is made once per key, with properties of one's own, by labels, for a company", async () => {
    const s = shop();
    await s.drive(
      s.hubspoke
        .schema({
          group: { name: "warp", label: "WARP" },
          objects: { tickets: { properties: [{ name: "warp_severity", type: "dropdown", options: ["high", "low"] }] } },
        })
        .apply(tenant),
    );
    const company = s.simulator.portal().objects("companies").create({ name: "Acme" }).id;
    const input = {
      ...low,
      pipeline: "support pipeline",
      stage: "waiting on us",
      properties: { warp_severity: "high" },
      to: [{ object: "companies", id: company }],
    };
    const options = { tenant, idempotencyKey: "1" };
    const made = await s.drive(s.hubspoke.tickets.create(input, options));
    expect(await s.drive(s.hubspoke.tickets.create(input, options))).toMatchObject({ outcome: "existing" });
    await s.drive(s.hubspoke.outbox.enqueue("ticket", input, options));
    await s.work();
    expect(tickets(s)).toHaveLength(1);
    expect(tickets(s)[0]?.properties).toMatchObject({
      subject: low.subject,
      content: low.content,
      hs_ticket_priority: "HIGH",
      warp_severity: "high",
      hs_pipeline_stage: await stageOf(s, "Waiting on us"),
    });
    const id = made.outcome === "skipped" ? "" : made.id;
    await s.drive(
      s.hubspoke.tickets.update(id, { stage: "Waiting on contact", properties: { warp_severity: null } }, { tenant }),
    );
    expect(tickets(s)[0]?.properties.hs_pipeline_stage).toBe(await stageOf(s, "Waiting on contact"));
    expect(tickets(s)[0]?.properties.warp_severity ?? "").toBe("");
    await s.drive(s.hubspoke.tickets.close(id, { tenant }));
    expect(tickets(s)[0]?.properties.hs_pipeline_stage).toBe(await stageOf(s, "Closed"));
  });

  it("in a pipeline or stage that is not there is refused, with the nearest name", async () => {
    const s = shop();
    const create = (more: object) =>
      s.drive(s.hubspoke.tickets.create({ ...low, ...more }, { tenant, idempotencyKey: "1" }));
    await expect(create({ stage: "Wating on us" })).rejects.toThrow('Did you mean "Waiting on us"');
    await expect(create({ pipeline: "Suport Pipeline" })).rejects.toThrow('Did you mean "Support Pipeline"');
    await expect(create({ subject: "" })).rejects.toThrow("subject");
    expect(tickets(s)).toHaveLength(0);
  });
});

describe("an outage", () => {
  it("has one ticket however often it is told, updated while it lasts and closed when it is over", async () => {
    const s = shop();
    const open = (content: string) => s.drive(s.hubspoke.tickets.open(outage, { ...low, content }, { tenant }));
    expect(await open("35%")).toMatchObject({ outcome: "created" });
    expect(await open("20%")).toMatchObject({ outcome: "updated" });
    expect(tickets(s)).toHaveLength(1);
    expect(tickets(s)[0]?.properties.content).toBe("20%");
    await s.drive(s.hubspoke.tickets.resolve(outage, { tenant, content: "60% again" }));
    expect(tickets(s)[0]?.properties).toMatchObject({
      content: "60% again",
      hs_pipeline_stage: await stageOf(s, "Closed"),
    });
    expect(await s.drive(s.hubspoke.tickets.resolve(outage, { tenant }))).toBeNull();
    expect(await open("30%"), "the next outage has its own").toMatchObject({ outcome: "created" });
    expect(tickets(s)).toHaveLength(2);
    const other = s.hubspoke.tickets.open(outage, low, { tenant: "bolt" });
    expect(await s.drive(other), "another tenant's too").toMatchObject({ outcome: "created" });
  });

  it("whose ticket somebody closed by hand is left alone until the next", async () => {
    const s = shop();
    const opened = await s.drive(s.hubspoke.tickets.open(outage, low, { tenant }));
    const id = opened.outcome === "skipped" ? "" : opened.id;
    s.simulator
      .portal()
      .objects("tickets")
      .update(id, { hs_pipeline_stage: (await stageOf(s, "Closed")) ?? "" });
    expect(await s.drive(s.hubspoke.tickets.open(outage, low, { tenant }))).toEqual({ outcome: "closed-by-hand", id });
    await s.drive(s.hubspoke.tickets.resolve(outage, { tenant }));
    expect(await s.drive(s.hubspoke.tickets.open(outage, low, { tenant }))).toMatchObject({ outcome: "created" });
  });

  it.each(["before", "after"] as const)("has exactly one ticket wherever a process died: %s a call", async (when) => {
    let deaths = 0;
    for (let at = 0; at < 20; at++) {
      const s = shop();
      const kill = dying(at, when);
      const victim = s.process({}, kill.disturb);
      await s.drive(
        victim.hubspoke.outbox.enqueue("ticket.open", { outage, ticket: low }, { tenant, idempotencyKey: "1" }),
      );
      void victim.hubspoke.worker().tick();
      await s.clock.advance(60_000);
      if (!kill.died()) break;
      deaths++;
      await s.clock.advance(hour);
      await s.work();
      expect(tickets(s), `died ${when} call ${at}`).toHaveLength(1);
      await s.drive(s.hubspoke.outbox.enqueue("ticket.resolve", { outage }, { tenant, idempotencyKey: "1" }));
      await s.work();
      expect(tickets(s)[0]?.properties.hs_pipeline_stage).toBe(await stageOf(s, "Closed"));
    }
    expect(deaths).toBeGreaterThan(4);
  });

  it("jobs of one outage happen in order, though HubSpot is down when it begins", async () => {
    const s = shop();
    s.simulator.faults.add("/crm/** 503 lasts=10m");
    const put = (kind: string, input: unknown, key: string) =>
      s.drive(s.hubspoke.outbox.enqueue(kind, input, { tenant, idempotencyKey: key }));
    await put("ticket.open", { outage, ticket: low }, "1");
    await put("ticket.resolve", { outage }, "2");
    await put("ticket.open", { outage, ticket: { ...low, subject: "Again" } }, "3");
    for (let i = 0; i < 10; i++) {
      await s.work();
      await s.clock.advance(hour / 4);
    }
    expect(tickets(s).map(({ properties }) => properties.subject)).toEqual([low.subject, "Again"]);
    expect(tickets(s)[0]?.properties.hs_pipeline_stage).toBe(await stageOf(s, "Closed"));
    expect(tickets(s)[1]?.properties.hs_pipeline_stage).toBe(await stageOf(s, "New"));
  });
});

describe("tickets of alerts", () => {
  it("are one per trouble of ours, closed when it is over", async () => {
    const s = shop({
      tickets: {
        fromAlert: ({ name, message }: Alert) =>
          name === "outbox.failed" ? { subject: message, priority: "HIGH" } : null,
      },
    });
    s.simulator.faults.add("POST /crm/objects/*/notes 400 times=2");
    const contact = s.simulator.portal().contacts.create({ email: "ann@example.com" }).id;
    for (const idempotencyKey of ["1", "2"]) {
      const input = { to: [{ object: "contacts", id: contact }], body: "hi" };
      await s.drive(s.hubspoke.outbox.enqueue("note", input, { tenant, idempotencyKey }));
      await s.work();
    }
    expect(tickets(s).map(({ properties }) => properties.subject)).toEqual([
      expect.stringContaining('a "note" job is parked (VALIDATION_FAILED)'),
    ]);
    expect(s.main.alerts.map(({ name }) => name)).toEqual(["outbox.failed"]);
    await s.drive(s.hubspoke.outbox.replay(tenant));
    await s.work();
    expect(tickets(s)).toHaveLength(1);
    expect(tickets(s)[0]?.properties.hs_pipeline_stage).toBe(await stageOf(s, "Closed"));
  });
});

describe("a monitor's report", () => {
  const bad = (content: string) => ({ outage, ticket: { ...low, content } });
  const good = { outage, ticket: null, content: "60% again" };

  it("opens one ticket, brings it up to date and closes it, and tells each change once", async () => {
    const s = shop();
    const changes: string[] = [];
    const changed = (to: string, key: string) => changes.push(`${to} ${key.split(":")[2]}`);
    const report = async (finding: typeof good | ReturnType<typeof bad>) => {
      const said = await s.hubspoke.tickets.report({ ...finding, changed }, { tenant });
      await s.work();
      return [said, ...tickets(s).map(({ properties }) => properties.content)];
    };
    expect(await report(good)).toEqual(["well"]);
    expect(await report(bad("35%"))).toEqual(["opened", "35%"]);
    expect(await report(bad("20%"))).toEqual(["goes on", "20%"]);
    expect(await report(good)).toEqual(["over", "60% again"]);
    expect(await report(good)).toEqual(["well", "60% again"]);
    expect(await report(bad("10%"))).toEqual(["opened", "60% again", "10%"]);
    expect(changes).toEqual(["opened 1", "over 1", "opened 2"]);
    expect(tickets(s)[0]?.properties.hs_pipeline_stage).toBe(await stageOf(s, "Closed"));
  });

  it("is taken while HubSpot is away, and by processes that are told at once", async () => {
    const s = shop();
    s.simulator.faults.add("/** 503 times=always");
    const others = [s.hubspoke, s.process().hubspoke, s.process().hubspoke];
    const keys = new Set<string>();
    const changed = (_to: string, key: string) => keys.add(key);
    const all = others.map(({ tickets }) => tickets.report({ ...bad("35%"), changed }, { tenant }));
    expect((await Promise.all(all)).sort()).toEqual(["goes on", "goes on", "opened"]);
    expect(keys.size).toBe(1);
    s.simulator.faults.clear();
    await s.clock.advance(hour);
    await s.work();
    expect(tickets(s)).toHaveLength(1);
  });

  it.each([
    ["goes on", bad("20%"), ["opened 1"], 1],
    ["over", good, ["opened 1", "over 1"], 0],
  ] as const)(
    "of a process that was killed before it told is made up for by the next, which finds it %s",
    async (said, next, told, open) => {
      const s = shop();
      const killed = () => Promise.reject(new Error("killed"));
      await expect(s.hubspoke.tickets.report({ ...bad("35%"), changed: killed }, { tenant })).rejects.toThrow("killed");
      const changes: string[] = [];
      const changed = (to: string, key: string) => changes.push(`${to} ${key.split(":")[2]}`);
      expect(await s.process().hubspoke.tickets.report({ ...next, changed }, { tenant })).toBe(said);
      expect(changes).toEqual(told);
      await s.work();
      const closed = await stageOf(s, "Closed");
      expect(tickets(s).filter(({ properties }) => properties.hs_pipeline_stage !== closed)).toHaveLength(open);
      expect(tickets(s)).toHaveLength(1);
    },
  );
});
