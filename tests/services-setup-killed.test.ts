import { describe, expect, it } from "vitest";
import { shop } from "./services/bed.ts";
import { dyingAnywhere } from "./services/dying-anywhere.ts";
import { both, done, pass, started, states, tables, there } from "./services/setup-bed.ts";

describe("setup in several processes", () => {
  it("killed wherever it happens to be, is ended by the next process, and nothing is there twice", async () => {
    let deaths = 0;
    // Every so many-eth call to HubSpot or to the database, before it or after it had its effect, until it lives to the end.
    for (let at = 0; ; at += 7) {
      const s = shop();
      const crm = await tables();
      const kill = dyingAnywhere(s.storage, at, at % 2 === 0 ? "after" : "before");
      kill.arm();
      const first = await started(s, crm, { storage: kill.storage }, kill.disturb);
      void first.hubspoke.worker().tick({ budgetMs: 30_000 });
      for (let i = 0; i < 200 && !kill.died(); i++) await s.clock.advance(100);
      if (!kill.died()) break;
      deaths++;
      // Its leases have lapsed by then.
      await s.clock.advance(60_000);
      const next = await started(s, crm);
      await pass(s, 60_000, next);
      expect([at, states(next.setup.status())]).toEqual([at, done]);
      expect([at, there(s)]).toEqual([at, both]);
    }
    expect(deaths).toBeGreaterThan(20);
  }, 120_000);

  it("two processes that begin at once make everything once", async () => {
    const s = shop();
    const crm = await tables();
    const two = [await started(s, crm), await started(s, crm)];
    await pass(s, 180_000, ...two);
    expect(two.map(({ setup }) => states(setup.status()))).toEqual([done, done]);
    expect(there(s)).toEqual(both);
    expect(two.flatMap(({ alerts }) => alerts.map(({ name }) => name))).toEqual([]);
  });
});
