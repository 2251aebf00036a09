import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import type { Ctx } from "../ports/context.ts";
import { type FlagName, flagNames } from "../ports/flag-store.ts";
import type { Storage } from "../ports/storage.ts";
import { stableShare } from "../util/stable-share.ts";
import { changed, defaultStates, isOnFor } from "./flag-state.ts";
import { createFlags, type Flags, type FlagsDeps } from "./flags.ts";

const admin: Ctx = { tenant: "acme", actor: { id: "root", role: "admin" } };
const on = { enabled: true, roles: [], percentage: 100 };

function office(more: Partial<FlagsDeps> = {}): {
  readonly flags: Flags;
  readonly another: () => Flags;
  readonly clock: { ms: number };
  readonly storage: Storage;
  readonly recorded: string[];
  reads: () => number;
} {
  const storage = memoryStorage();
  const clock = { ms: 1_000 };
  const recorded: string[] = [];
  let reads = 0;
  const make = () =>
    createFlags({
      store: {
        ...storage.flags,
        list: (tenant) => {
          reads++;
          return storage.flags.list(tenant);
        },
      },
      clock: { now: () => clock.ms },
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      audit: {
        record: async (ctx, entries) => void recorded.push(`${entries[0]?.action} ${ctx.purpose} by ${ctx.actor.id}`),
      },
      ...more,
    });
  return { flags: make(), another: make, clock, storage, recorded, reads: () => reads };
}

describe("for whom a flag is on", () => {
  it.each([
    ["everybody", on, "support", true],
    ["nobody when it is off", { ...on, enabled: false }, "support", false],
    ["a role that is listed", { ...on, roles: ["admin", "support"] }, "support", true],
    ["no role that is not", { ...on, roles: ["admin"] }, "support", false],
    ["nobody at 0 %", { ...on, percentage: 0 }, "support", false],
  ] as const)("%s", (_name, state, role, expected) => {
    expect(isOnFor(state, { id: "u1", role })).toBe(expected);
  });

  it("raising the percentage takes it from nobody", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (id, a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        const actor = { id, role: "x" };
        return !isOnFor({ ...on, percentage: less }, actor) || isOnFor({ ...on, percentage: more }, actor);
      }),
    );
  });

  it.each(["user-", "", "8f14e45f-"])("takes about the share it says of ids that count up (%j)", (prefix) => {
    const actors = Array.from({ length: 10_000 }, (_, i) => ({ id: `${prefix}${i}`, role: "x" }));
    for (const percentage of [1, 10, 50, 90]) {
      const share = actors.filter((actor) => isOnFor({ ...on, percentage }, actor)).length / 100;
      expect(Math.abs(share - percentage)).toBeLessThan(1.5);
    }
  });

  it("is decided alike by every version: the hash is frozen", () => {
    expect(["u1", "Zoë", ""].map((id) => stableShare(id).toFixed(4))).toMatchInlineSnapshot(`
      [
        "14.2711",
        "26.4797",
        "66.8922",
      ]
    `);
  });
});

describe("flags", () => {
  it("are the configured ones until somebody sets them", async () => {
    const { flags } = office({ defaults: { outbound: false } });
    expect(await flags.get("acme")).toEqual({ ...defaultStates(), outbound: { ...on, enabled: false } });
    await flags.set("outbound", { enabled: true, roles: ["admin"] }, admin);
    await flags.set("outbound", { percentage: 20 }, admin);
    expect((await flags.get("acme")).outbound).toEqual({ enabled: true, roles: ["admin"], percentage: 20 });
    expect(await flags.reset("outbound", admin)).toEqual({ ...on, enabled: false });
    expect((await flags.get("acme")).outbound).toEqual({ ...on, enabled: false });
  });

  it("take effect at once here, within a second in another process, and only for their tenant", async () => {
    const { flags, another, clock } = office();
    const elsewhere = another();
    const ctx = { tenant: "acme", actor: { id: "u1", role: "support" } };
    expect(await elsewhere.isOn("master", ctx)).toBe(true);
    await flags.set("master", { enabled: false }, admin);
    expect(await flags.isOn("master", ctx)).toBe(false);
    clock.ms += 999;
    expect(await elsewhere.isOn("master", ctx)).toBe(false);
    expect(await elsewhere.isOn("master", { ...ctx, tenant: "bolt" })).toBe(true);
  });

  it("cost one read in half a second, however many ask, and are answered without a promise meanwhile", async () => {
    const { flags, clock, reads } = office();
    await Promise.all(Array.from({ length: 50 }, () => flags.isOn("cache", admin)));
    for (let i = 0; i < 499; i++) {
      clock.ms++;
      expect(flags.isOn("cache", admin)).toBe(true);
    }
    expect(reads()).toBe(1);
    clock.ms++;
    await flags.isOn("cache", admin);
    expect(reads()).toBe(2);
  });

  it("stay as they were last known while the store fails", async () => {
    const { flags, clock, storage } = office();
    await flags.set("inbound", { enabled: false }, admin);
    expect(await flags.isOn("inbound", admin)).toBe(false);
    await storage.close();
    clock.ms += 10_000;
    expect(await flags.isOn("inbound", admin)).toBe(false);
    expect(await flags.isOn("inbound", { ...admin, tenant: "never-read" })).toBe(true);
    await expect(flags.set("inbound", { enabled: true }, admin)).rejects.toMatchObject({ code: "STORE_CLOSED" });
  });

  it("leave a trace of who threw them, and are not thrown without one", async () => {
    const { flags, recorded } = office();
    await flags.set("audit", { enabled: false }, { ...admin, purpose: "incident 12" });
    await flags.reset("audit", admin);
    expect(recorded).toEqual(["config flag:audit=off (incident 12) by root", "config flag:audit=default by root"]);
    const untold = office({
      audit: { record: () => Promise.reject(new HubspokeError("AUDIT_FAILED", "no disk")) },
    });
    await expect(untold.flags.set("master", { enabled: false }, admin)).rejects.toMatchObject({ code: "AUDIT_FAILED" });
    expect((await untold.flags.get("acme")).master.enabled).toBe(true);
  });

  it("are thrown only by whoever may", async () => {
    const { flags, storage } = office({
      mayChange: ({ actor }) => {
        if (actor.role !== "admin") throw new HubspokeError("ACCESS_DENIED", "no");
      },
    });
    const support = { ...admin, actor: { id: "u1", role: "support" } };
    await expect(flags.set("master", { enabled: false }, support)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    await expect(flags.reset("master", support)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    expect(await storage.flags.list("acme")).toEqual([]);
  });

  it("refuse what cannot be, saying what can", async () => {
    const { flags } = office();
    for (const [flag, change, words] of [
      ["outbond", {}, "outbound"],
      ["master", { percentage: 101 }, "0 to 100"],
      ["master", { percentage: 12.5 }, "0 to 100"],
      ["master", { enabled: "no" as never }, "true or false"],
      ["master", { roles: "admin" as never }, "list of role names"],
    ] as const) {
      await expect(flags.set(flag as FlagName, change, admin)).rejects.toMatchObject({
        code: "INPUT_INVALID",
        message: expect.stringContaining(words),
      });
    }
    expect(changed(on, { roles: ["a", "a"] }).roles).toEqual(["a"]);
    expect(Object.keys(defaultStates())).toEqual([...flagNames]);
  });
});
