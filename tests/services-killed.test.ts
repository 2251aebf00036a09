import { describe, expect, it } from "vitest";
import * as z from "zod";
import { admin, hour, type Shop, shop } from "./services/bed.ts";
import { dyingAnywhere } from "./services/dying-anywhere.ts";

const tenant = "acme";

/** Kills a process at each of its awaits in turn and lets another finish; says how many awaits there were. */
async function everywhere(
  options: Parameters<typeof shop>[0],
  prepare: (s: Shop, processes: readonly Shop["main"][]) => Promise<void>,
  expectOnce: (s: Shop, where: string) => Promise<void>,
): Promise<number> {
  let most = 0;
  for (const when of ["before", "after"] as const) {
    for (let at = 0; at < 200; at++) {
      const s = shop(options);
      const kill = dyingAnywhere(s.storage, at, when);
      const victim = s.process({ storage: kill.storage }, kill.disturb);
      await prepare(s, [victim, s.main]);
      kill.arm();
      void victim.hubspoke.worker().tick();
      await s.clock.advance(60_000);
      most = Math.max(most, at);
      if (!kill.died()) break;
      await s.clock.advance(hour);
      for (let i = 0; i < 3; i++) await s.work();
      await expectOnce(s, `died ${when} await ${at}`);
    }
  }
  return most;
}

const person = (s: Shop): string =>
  s.simulator.portal().contacts.create({ email: "ann@example.com", phone: "(902) 555-1234" }).id;
const notes = (s: Shop) => s.simulator.portal().objects("notes").list();

describe("a process killed at any await", () => {
  it.each([true, false])("leaves exactly one note (key property: %o)", async (provisionKey) => {
    const awaits = await everywhere(
      { activities: { provisionKey } },
      async (s) => {
        const to = [{ object: "contacts", id: person(s) }];
        await s.drive(s.hubspoke.outbox.enqueue("note", { to, body: "hi" }, { tenant, idempotencyKey: "1" }));
      },
      async (s, where) => {
        expect(notes(s), where).toHaveLength(1);
        expect(await s.hubspoke.outbox.find(tenant, "note", "1"), where).toMatchObject({ state: "done" });
      },
    );
    expect(awaits).toBeGreaterThan(10);
  });

  it("leaves one ticket for an outage that is over, closed", async () => {
    const awaits = await everywhere(
      {},
      async (s) => {
        const put = (kind: string, input: unknown) =>
          s.drive(s.hubspoke.outbox.enqueue(kind, input, { tenant, idempotencyKey: "1" }));
        await put("ticket.open", { outage: "asr", ticket: { subject: "Low ASR" } });
        await put("ticket.resolve", { outage: "asr" });
      },
      async (s, where) => {
        const tickets = s.simulator.portal().objects("tickets").list();
        expect(
          tickets.map(({ properties }) => [properties.subject, properties.hs_pipeline_stage]),
          where,
        ).toEqual([["Low ASR", "4"]]);
      },
    );
    expect(awaits).toBeGreaterThan(15);
  });

  it("leaves an e-mail's event counted, told and triggered once", async () => {
    const awaits = await everywhere(
      {},
      async (s, processes) => {
        person(s);
        for (const { hubspoke } of processes) hubspoke.workflows.on("tell", () => undefined);
        const actions = [
          { do: "set-properties", properties: { jobtitle: "Clicked" } },
          { do: "callback", name: "tell" },
        ] as const;
        await s.drive(s.hubspoke.workflows.create({ name: "T", eventType: "click", actions }, admin));
        const contact = { email: "ann@example.com" };
        await s.drive(s.hubspoke.emailEvents.record({ eventId: "e1", type: "click", contact }, { tenant }));
      },
      async (s, where) => {
        expect(notes(s), where).toHaveLength(1);
        const [ann] = s.simulator.portal().contacts.list();
        expect(ann?.properties.jobtitle, where).toBe("Clicked");
        expect((await s.drive(s.hubspoke.engagement.score(ann?.id ?? "", tenant)))?.counts, where).toEqual({
          click: 1,
        });
        const log = await s.hubspoke.workflows.executions({}, admin);
        expect(log.items, where).toMatchObject([{ status: "done", actionsDone: 2 }]);
      },
    );
    expect(awaits).toBeGreaterThan(30);
  });

  it("leaves each step of a flow done, and those whose answer was stored not repeated", async () => {
    let runs: string[] = [];
    const awaits = await everywhere(
      {},
      async (s, processes) => {
        runs = [];
        const id = person(s);
        const [flow] = processes.map(({ hubspoke }) =>
          hubspoke.flow({
            name: "two",
            input: z.object({ id: z.string() }),
            steps: [
              { name: "one", run: () => void runs.push("one") },
              {
                name: "note",
                run: ({ input, idempotencyKey }) =>
                  hubspoke.activities.note(
                    { to: [{ object: "contacts", id: input.id }], body: "Welcome" },
                    { tenant, idempotencyKey },
                  ),
              },
              { name: "three", run: () => void runs.push("three") },
            ],
          }),
        );
        await s.drive(flow?.start("1", { id }, { tenant }) ?? Promise.reject(new Error("no flow")));
      },
      async (s, where) => {
        expect(notes(s), where).toHaveLength(1);
        expect(runs.filter((run) => run === "one").length, where).toBeLessThanOrEqual(2);
        expect(new Set(runs), where).toEqual(new Set(["one", "three"]));
        expect(await s.hubspoke.outbox.find(tenant, "flow:two", "1"), where).toMatchObject({ state: "done" });
      },
    );
    expect(awaits).toBeGreaterThan(15);
  });
});
