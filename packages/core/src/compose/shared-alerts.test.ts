import { describe, expect, it } from "vitest";
import { memoryStorage } from "../memory/memory-storage.ts";
import type { Alert } from "../ports/alerts.ts";
import type { Storage } from "../ports/storage.ts";
import { type SharedAlerts, sharedAlerts } from "./shared-alerts.ts";

const minute = 60_000;

function office() {
  const storage = memoryStorage();
  const clock = { ms: 1_000_000 };
  const told: string[] = [];
  const lines: string[] = [];
  const log = (event: string) => void lines.push(event);
  const process = (store: Storage["openAlerts"] = storage.openAlerts, fails = false): SharedAlerts =>
    sharedAlerts({
      sink: {
        raise({ name, tenant }) {
          if (fails) throw new Error("the pager is on fire");
          told.push(`${name} ${tenant}`);
        },
        clear: (tenant, key) => void told.push(`over ${key} ${tenant}`),
      },
      store,
      clock: { now: () => clock.ms },
      logger: { debug: log, info: log, warn: log, error: log },
    });
  const alert = (change: Partial<Alert> = {}): Alert => ({
    name: "hubspot.unavailable",
    tenant: "acme",
    at: clock.ms,
    key: "down",
    severity: "warning",
    message: "",
    details: {},
    ...change,
  });
  return { storage, clock, told, lines, process, alert };
}

describe("alerts of many processes", () => {
  it("are told once for an outage, and once more for the next", async () => {
    const o = office();
    const processes = Array.from({ length: 50 }, () => o.process());
    await Promise.all(processes.map((one) => one.raise(o.alert())));
    expect(o.told).toEqual(["hubspot.unavailable acme"]);
    expect(await processes[7]?.open("acme")).toHaveLength(1);
    await Promise.all(processes.map((one) => one.clear("acme", "down")));
    expect(o.told).toEqual(["hubspot.unavailable acme", "over down acme"]);
    expect(await processes[7]?.open("acme")).toEqual([]);
    o.clock.ms += minute;
    await Promise.all(processes.map((one) => one.raise(o.alert())));
    expect(o.told).toHaveLength(3);
  });

  it("are told again at once when another process said that it was over, and it happened again", async () => {
    const o = office();
    const [worker, desk] = [o.process(), o.process()];
    const waits = (): Alert => o.alert({ name: "sync.conflict_review", key: "review" });
    await worker.raise(waits());
    o.clock.ms += 20_000;
    await desk.clear("acme", "review");
    o.clock.ms += 20_000;
    // The next one is said once: nobody would raise it later.
    await worker.raise(waits());
    expect(o.told).toEqual(["sync.conflict_review acme", "over review acme", "sync.conflict_review acme"]);
    expect(await desk.open("acme")).toHaveLength(1);
  });

  it("are told apart by tenant and key", async () => {
    const o = office();
    const one = o.process();
    await one.raise(o.alert());
    await one.raise(o.alert({ tenant: "bolt" }));
    await one.raise(o.alert({ key: "other" }));
    expect(o.told).toHaveLength(3);
  });

  it("are told again when the process that could have cleared them died", async () => {
    const o = office();
    await o.process().raise(o.alert());
    o.clock.ms += 59 * minute;
    await o.process().raise(o.alert());
    expect(o.told).toHaveLength(1);
    o.clock.ms += 60 * minute;
    await o.process().raise(o.alert());
    expect(o.told).toHaveLength(2);
  });

  it("stay one while the trouble goes on for a day", async () => {
    const o = office();
    const one = o.process();
    for (let i = 0; i < 72; i++) {
      await one.raise(o.alert());
      o.clock.ms += 20 * minute;
    }
    expect(o.told).toHaveLength(1);
  });

  it("are told by each process itself, once an hour, when the database is the trouble", async () => {
    const o = office();
    await o.storage.close();
    const [one, two] = [o.process(), o.process()];
    for (let i = 0; i < 30; i++) {
      await one.raise(o.alert());
      o.clock.ms += minute;
    }
    await two.raise(o.alert());
    await one.clear("acme", "down");
    expect(o.told).toHaveLength(2);
    expect(o.lines).toContain("alert.not_shared");
  });

  it("that cannot be told break nothing", async () => {
    const o = office();
    await o.process(undefined, true).raise(o.alert());
    expect(o.lines).toEqual(["alert.failed"]);
  });
});
