import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditAction } from "../ports/audit-store.ts";
import type { Ctx } from "../ports/context.ts";
import { type AccessOptions, accessPolicy } from "./access-policy.ts";
import { ActorLimit } from "./actor-limit.ts";
import { bench, staff, withAda } from "./testing.fixture.ts";

const minute = 60_000;
const all = ["firstName", "lastName", "company", "email"] as const;
const as = (role: string, purpose?: string): Ctx => ({
  tenant: "acme",
  actor: { id: `a ${role}`, role },
  ...(purpose === undefined ? {} : { purpose }),
});

describe("who may do what", () => {
  const denialOf = (options: AccessOptions, action: AuditAction, ctx: Ctx) =>
    accessPolicy(options, all, { now: () => 0 }).check(ctx, action, 1);

  it.each<[AuditAction, string, string | null]>([
    ["lookup", "anybody", null],
    ["batch-lookup", "anybody", null],
    ["search", "anybody", null],
    ["cache-clear", "support", "role"],
    ["config", "support", "role"],
    ["review", "support", "role"],
    ["export", "support", "role"],
    ["erase", "support", "role"],
    ["cache-clear", "admin", null],
    ["erase", "admin", null],
  ])("by default: %s by %s", async (action, role, why) => {
    expect((await denialOf({}, action, as(role)))?.why ?? null).toBe(why);
  });

  it("roles that are named, and only those", async () => {
    const roles = { search: ["admin", "operator"], manage: ["ops"], lookup: [] };
    expect(await denialOf({ roles }, "search", as("operator"))).toBeNull();
    expect(await denialOf({ roles }, "search", as("guest"))).toEqual({ code: "ACCESS_DENIED", why: "role" });
    expect(await denialOf({ roles }, "lookup", as("admin"))).toEqual({ code: "ACCESS_DENIED", why: "role" });
    expect(await denialOf({ roles }, "config", as("admin"))).toEqual({ code: "ACCESS_DENIED", why: "role" });
    expect(await denialOf({ roles }, "config", as("ops"))).toBeNull();
  });

  it("for a purpose that is allowed, where data is seen", async () => {
    const purposes = ["support"];
    expect(await denialOf({ purposes }, "lookup", as("x", "support"))).toBeNull();
    expect(await denialOf({ purposes }, "lookup", as("x", "marketing"))).toMatchObject({ why: "purpose" });
    expect(await denialOf({ purposes }, "search", as("x"))).toMatchObject({ why: "purpose" });
    expect(await denialOf({ purposes }, "export", as("admin"))).toMatchObject({ why: "purpose" });
    expect(await denialOf({ purposes }, "cache-clear", as("admin"))).toBeNull();
  });

  it.each<[string, unknown, string]>([
    ["an unknown permission", { roles: { serach: ["x"] } }, "search"],
    ["roles that are no list", { roles: { search: "admin" } }, "list of role names"],
    ["a limit of nothing", { limits: { lookupsPerMinute: 0 } }, "lookupsPerMinute"],
    ["an unknown field", { visible: { support: ["fistName"] } }, "firstName"],
  ])("refuses %s when it is configured", (_name, access, words) => {
    expect(() => bench({ options: { access: access as AccessOptions } })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(words) }),
    );
  });
});

describe("what a role sees", () => {
  const options = { fields: all, access: { visible: { support: ["firstName"], guest: [] } } } as const;

  it("from HubSpot and from the cache alike, and one role's answer is not another's", async () => {
    const { directory } = withAda({ options });
    const look = async (role: string) => {
      const { contact, source } = await directory.lookupByPhone("9025551234", as(role));
      return [source, contact?.fullName, contact?.company, contact?.email];
    };
    expect(await look("support")).toEqual(["hubspot", "Ada", undefined, undefined]);
    expect(await look("admin")).toEqual(["cache", "Ada Lovelace", "Analytical Engines", "ada@example.com"]);
    expect(await look("support")).toEqual(["cache", "Ada", undefined, undefined]);
    expect(await look("guest")).toEqual(["cache", "", undefined, undefined]);
  });

  it("never more than the directory holds at all", async () => {
    const { directory } = withAda({ options: { fields: ["firstName"], access: { visible: { admin: [...all] } } } });
    const { contact } = await directory.lookupByPhone("9025551234", as("admin"));
    expect([contact?.fullName, contact?.email]).toEqual(["Ada", undefined]);
  });
});

describe("an actor's limit", () => {
  it("lets the allowance through at once, then says exactly when to come back", async () => {
    const { directory, clock } = withAda({ options: { access: { limits: { lookupsPerMinute: 6 } } } });
    const look = (ctx: Ctx = staff) => directory.lookupByPhone("9025551234", ctx);
    for (let i = 0; i < 6; i++) await look();
    await expect(look()).rejects.toMatchObject({ code: "ACTOR_LIMITED", details: { retryAfterMs: 10_000 } });
    await look({ ...staff, actor: { id: "another", role: "support" } });
    await look({ ...staff, tenant: "bolt" });
    await clock.advance(9_999);
    await expect(look()).rejects.toMatchObject({ details: { retryAfterMs: 1 } });
    await clock.advance(1);
    await look();
  });

  it("counts the numbers of a batch, and leaves a trace of who was turned away", async () => {
    const { directory, auditRows } = withAda({ options: { access: { limits: { lookupsPerMinute: 100 } } } });
    const phones = Array.from({ length: 80 }, (_, i) => `90255510${i + 10}`);
    await directory.batchLookup(phones, staff);
    await expect(directory.batchLookup(phones, staff)).rejects.toMatchObject({ code: "ACTOR_LIMITED" });
    const turnedAway = (await auditRows()).filter(({ outcome }) => outcome === "denied");
    expect(turnedAway).toMatchObject([{ action: "batch-lookup", errorCode: "ACTOR_LIMITED" }]);
    await directory.lookupByPhone("9025551234", staff);
  });

  it("holds in every minute, whatever the times", () => {
    const times = fc.array(fc.tuple(fc.nat(20_000), fc.integer({ min: 1, max: 30 })), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), times, (perMinute, calls) => {
        const limit = new ActorLimit(perMinute);
        const passed: { at: number; count: number }[] = [];
        let now = 1_000_000;
        for (const [gap, count] of calls) {
          now += gap;
          const wait = limit.take("u", count, now);
          const cost = Math.min(count, perMinute);
          if (wait === 0) passed.push({ at: now, count: cost });
          else if (limit.take("u", count, now + wait - 1) === 0 && wait > 1) return false;
        }
        return passed.every(({ at }) => {
          const within = passed.filter((one) => one.at > at - minute && one.at <= at);
          // A full allowance at once, and what trickled back in the minute.
          return within.reduce((sum, { count }) => sum + count, 0) <= 2 * perMinute;
        });
      }),
    );
  });

  it("locks nobody out when a clock is set back", () => {
    const limit = new ActorLimit(1);
    expect(limit.take("u", 1, 10 * minute)).toBe(0);
    expect(limit.take("u", 1, 0)).toBeLessThanOrEqual(minute);
    expect(limit.take("u", 1, minute)).toBe(0);
  });
});
