import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { instance, staff, world } from "./directory/bed.ts";

describe("an outage seen by many processes on one database", () => {
  it("is one alert for each kind of failure, closed when HubSpot answers again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hubspoke-alerts-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const there = world();
    const path = join(folder, "store.db");
    // Ten processes share five searches a second: what is told counts here, not how fast.
    const patient = { directory: { answerWithinMs: 120_000 } };
    const processes = Array.from({ length: 10 }, () => instance(there, sqliteStorage({ path }), patient));
    const told = () => processes.flatMap(({ alerts }) => alerts.map(({ name }) => name));
    const askAll = (from: number) =>
      there.drive(
        Promise.all(processes.map(({ hubspoke }, i) => hubspoke.directory.lookupByPhone(`902555${from + i}`, staff))),
      );
    await askAll(1_000);
    const repair = there.simulator.faults.add({ times: Number.POSITIVE_INFINITY, effect: { status: 503 } });
    for (let round = 0; round < 3; round++) await askAll(2_000 + round * 100);
    expect(told()).toEqual(["hubspot.unavailable"]);
    const [first] = processes;
    expect(await first?.hubspoke.openAlerts("acme")).toMatchObject([{ name: "hubspot.unavailable", tenant: "acme" }]);
    repair();
    await askAll(3_000);
    await there.clock.advance(1_000);
    expect(await first?.hubspoke.openAlerts("acme")).toEqual([]);
    await there.clock.advance(3_600_000);
    const again = there.simulator.faults.add({ times: Number.POSITIVE_INFINITY, effect: { status: 503 } });
    await askAll(4_000);
    again();
    expect(told()).toEqual(["hubspot.unavailable", "hubspot.unavailable"]);
    for (const { hubspoke } of processes) await there.drive(hubspoke.close());
  });
});
