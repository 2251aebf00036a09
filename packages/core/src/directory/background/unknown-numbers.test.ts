import { describe, expect, it } from "vitest";
import { type Bench, bench, failure, staff } from "../testing.fixture.ts";
import type { LookupResult } from "../types.ts";

const admin = { ...staff, actor: { id: "root", role: "admin" } };
const number = (i: number): string => `902555${String(1_000 + i)}`;

interface Host extends Bench {
  readonly named: Map<string, string>;
  /** Set to throw when names are brought. */
  broken: boolean;
  run(change?: { readonly stepsLeft?: number; readonly through?: Bench }): Promise<number>;
}

/** A host with 1,200 numbers without a name, of which HubSpot knows every third. */
async function host(everyMs?: number): Promise<Host> {
  const named = new Map<string, string>();
  const numbers = Array.from({ length: 1_200 }, (_, i) => number(i));
  let steps = Number.POSITIVE_INFINITY;
  const self = { broken: false };
  const made = bench({
    options: {
      unknownNumbers: {
        ...(everyMs === undefined ? {} : { everyMs }),
        async list(_tenant, after, limit) {
          if (steps-- <= 0) stop.abort();
          const from = after === null ? 0 : Number(after);
          const phones = numbers.slice(from, from + limit);
          return { phones, next: from + limit < numbers.length ? String(from + limit) : null };
        },
        async found(_tenant, people: ReadonlyMap<string, LookupResult>) {
          if (self.broken) throw new Error("jane@example.com is locked");
          for (const [phone, { contact }] of people) named.set(phone, contact?.id ?? "?");
        },
      },
    },
  });
  let stop = new AbortController();
  for (let i = 0; i < numbers.length; i += 3)
    made.hubspot.add(String(10_000 + i), { firstname: `P${i}`, phone: number(i) });
  await made.storage.tenants.pin("acme", "62515", made.clock.now());
  return Object.assign(self, made, {
    named,
    async run({ stepsLeft = Number.POSITIVE_INFINITY, through = made } = {}) {
      steps = stepsLeft;
      stop = new AbortController();
      const now = made.clock.now();
      const job = through.directory.jobs.find(({ name }) => name === "directory:unknown");
      return (await job?.run({ now, deadline: now + 10_000, signal: stop.signal }))?.did ?? -1;
    },
  });
}

describe("unknown numbers", () => {
  it("are named in the background, in few searches, with progress", async () => {
    const h = await host();
    expect(await h.directory.unknownProgress(admin)).toEqual({
      state: "never",
      seen: 0,
      found: 0,
      startedAt: null,
      updatedAt: null,
    });
    expect(await h.run()).toBe(0);
    expect(await h.directory.syncUnknown(admin)).toMatchObject({ state: "running", seen: 0 });
    expect(await h.run()).toBe(1_200);
    expect(h.named.size).toBe(400);
    expect(h.named.get(number(3))).toBe("10003");
    expect(await h.directory.unknownProgress(admin)).toMatchObject({ state: "done", seen: 1_200, found: 400 });
    expect(h.hubspot.calls.every(({ lane }) => lane === "backfill")).toBe(true);
    const packed = h.hubspot.calls.filter(({ groups }) => groups.length === 2);
    expect(packed.length).toBeLessThan(20);
    expect(await h.run(), "done is done").toBe(0);
    const rows = (await h.auditRows()).filter(({ action }) => action === "sync");
    expect(rows.length).toBe(401);
    expect(rows.filter(({ actorRole }) => actorRole === "system").length).toBe(400);
  });

  it("go on where a stopped process left them, in another process", async () => {
    const h = await host();
    await h.directory.syncUnknown(admin);
    expect(await h.run({ stepsLeft: 0 })).toBe(500);
    expect(await h.directory.unknownProgress(admin)).toMatchObject({ state: "running", seen: 500 });
    expect(await h.directory.syncUnknown(admin), "asked for again: the pass under way").toMatchObject({ seen: 500 });
    expect(await h.run({ through: h.another() })).toBe(700);
    expect(await h.directory.unknownProgress(admin)).toMatchObject({ state: "done", seen: 1_200, found: 400 });
  });

  it("are worked on by one process at a time", async () => {
    const h = await host();
    await h.directory.syncUnknown(admin);
    const did = await Promise.all([h.run(), h.run({ through: h.another() })]);
    expect(did.sort()).toEqual([0, 1_200]);
    expect(await h.directory.unknownProgress(admin)).toMatchObject({ seen: 1_200, found: 400 });
  });

  const troubles: readonly (readonly [string, (h: Host, on: boolean) => void])[] = [
    [
      "HubSpot fails",
      (h, on) => {
        h.hubspot.failing = on ? failure("TIMEOUT") : null;
      },
    ],
    [
      "the host cannot take names",
      (h, on) => {
        h.broken = on;
      },
    ],
  ];
  it.each(troubles)("lose nothing while %s", async (_name, trouble) => {
    const h = await host();
    await h.directory.syncUnknown(admin);
    trouble(h, true);
    expect(await h.run()).toBe(0);
    expect(await h.directory.unknownProgress(admin)).toMatchObject({ state: "running", seen: 0 });
    trouble(h, false);
    await h.clock.advance(60_000);
    expect(await h.run()).toBe(1_200);
    expect(h.named.size).toBe(400);
    expect(h.said.spoken()).not.toContain("jane");
  });

  it("are named once a day without being asked for, where the host says so", async () => {
    const day = 86_400_000;
    const h = await host(day);
    expect(await h.run()).toBe(1_200);
    expect(await h.directory.unknownProgress(admin)).toMatchObject({ state: "done", found: 400 });
    await h.clock.advance(day - 60_000);
    expect(await h.run(), "not before").toBe(0);
    await h.clock.advance(60_000);
    expect(await h.run()).toBe(1_200);
    const begun = (await h.auditRows()).filter(({ action, contactId }) => action === "sync" && contactId === null);
    expect(begun.map(({ actorRole, purpose }) => [actorRole, purpose])).toEqual([
      ["system", "unknown-numbers"],
      ["system", "unknown-numbers"],
    ]);
    await expect(host(59_999)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("are started by whoever may manage, where the host lists them", async () => {
    const h = await host();
    await expect(h.directory.syncUnknown(staff)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    await expect(bench().directory.syncUnknown(admin)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});
