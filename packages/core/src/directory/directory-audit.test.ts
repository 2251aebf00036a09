import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createBlindIndex } from "../crypto/blind-index.ts";
import { ringOf } from "../crypto/testing.fixture.ts";
import type { Ctx } from "../ports/context.ts";
import type { Storage } from "../ports/storage.ts";
import { bench, failure, staff, withAda } from "./testing.fixture.ts";

const day = 86_400_000;

/** Everything a store holds, as text, sealed bytes included. */
async function dump(storage: Storage): Promise<string> {
  const index = createBlindIndex(ringOf());
  const indexes = await Promise.all(
    ["+19025551234", "+19025559999"].map((number) => index.allLive("acme", "phone", number)),
  );
  const rows = [
    ...(await storage.cache.get("acme", "62515", indexes.flat())),
    ...(await storage.audit.query({ tenant: "acme", limit: 1_000 })).items,
  ];
  expect(rows.length).toBeGreaterThan(2);
  const bytes = rows.map(({ sealed }) => (sealed === null ? "" : Buffer.from(sealed).toString("latin1")));
  return inspect(rows, { depth: 9, maxArrayLength: null }) + bytes.join("\n");
}

describe("the audit trail of look-ups", () => {
  it("has a row for each access, saying what it gave", async () => {
    const { directory, hubspot, clock, auditRows, finish } = withAda();
    const look = async (number: string, ctx: Ctx = staff) => {
      await directory.lookupByPhone(number, ctx);
      await clock.advance(1);
    };
    await look("9025551234", { ...staff, requestId: "r1" });
    await look("902-555-1234");
    await look("9025559999");
    await look("9025559999");
    await clock.advance(day);
    await look("9025551234");
    await finish();
    hubspot.failing = failure("TIMEOUT");
    await look("9025558888");
    const rows = await auditRows();
    expect(rows.map(({ outcome, contactId, errorCode }) => [outcome, contactId, errorCode])).toEqual([
      ["hit", "501", null],
      ["hit", "501", null],
      ["miss", null, null],
      ["negative", null, null],
      ["stale", "501", null],
      ["failed", null, "TIMEOUT"],
    ]);
    expect(rows[0]).toMatchObject({
      actorId: "u7",
      actorRole: "support",
      action: "lookup",
      purpose: "message",
      requestId: "r1",
    });
    const index = await createBlindIndex(ringOf()).index("acme", "phone", "+19025551234");
    expect(rows.map(({ subjectIndex }) => subjectIndex === index)).toEqual([true, true, false, false, true, false]);
  });

  it("files an extension under its line, so that a subject's rows are found by number", async () => {
    const { directory, auditRows } = withAda();
    await directory.lookupByPhone("9025551234", staff);
    await directory.lookupByPhone("902-555-1234 x12", staff);
    const rows = await auditRows();
    expect(rows[0]?.subjectIndex).toBe(rows[1]?.subjectIndex);
  });

  it("has a row per number of a batch, however many spellings it has", async () => {
    const { directory, auditRows } = withAda();
    await directory.batchLookup(["9025551234", "902-555-1234", "9025559999", "12"], staff);
    const rows = await auditRows();
    expect(rows.map(({ action, outcome, contactId }) => [action, outcome, contactId]).toSorted()).toEqual([
      ["batch-lookup", "hit", "501"],
      ["batch-lookup", "miss", null],
    ]);
  });

  it("has a row for each denial, and a denied caller learns nothing and costs nothing", async () => {
    const { directory, hubspot, auditRows } = withAda({ options: { access: { roles: { lookup: ["support"] } } } });
    const guest = { ...staff, actor: { id: "g1", role: "guest" } };
    await expect(directory.lookupByPhone("9025551234", guest)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    await expect(directory.batchLookup(["9025551234"], guest)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    expect(hubspot.calls).toHaveLength(0);
    const index = await createBlindIndex(ringOf()).index("acme", "phone", "+19025551234");
    expect(
      (await auditRows()).map((row) => [row.action, row.actorId, row.outcome, row.errorCode, row.subjectIndex]),
    ).toEqual(
      expect.arrayContaining([
        ["lookup", "g1", "denied", "ACCESS_DENIED", index],
        ["batch-lookup", "g1", "denied", "ACCESS_DENIED", null],
      ]),
    );
  });

  it.each([
    ["no context", undefined],
    ["no tenant", { ...staff, tenant: "" }],
    ["no actor", { tenant: "acme" }],
    ["no role", { tenant: "acme", actor: { id: "u7" } }],
  ])("refuses %s: the access could not be recorded", async (_what, ctx) => {
    const { directory, hubspot } = withAda();
    await expect(directory.lookupByPhone("9025551234", ctx as Ctx)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(directory.batchLookup(["9025551234"], ctx as Ctx)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(hubspot.calls).toHaveLength(0);
  });
});

describe("what is said and stored", () => {
  const canaries = /902.?555|555.?1234|5559999|Lovelace|Analytical|ada@|203\.0\.113|Mozilla/;
  const traced: Ctx = { ...staff, ip: "203.0.113.7", userAgent: "Mozilla/5.0", requestId: "r9" };

  it("holds no number, name, company, address or agent: logs, alerts, metrics, errors, rows", async () => {
    const { directory, hubspot, clock, said, measured, storage, finish } = withAda({
      options: {
        fields: ["firstName", "lastName", "company", "email"],
        access: { roles: { lookup: ["support"] } },
      },
    });
    const errors: unknown[] = [];
    const kept = (work: Promise<unknown>) => work.catch((error: unknown) => void errors.push(error));
    await directory.lookupByPhone("(902) 555-1234", traced);
    await directory.batchLookup(["902-555-9999", "902555123", "Ada Lovelace"], traced);
    await kept(directory.lookupByPhone("902-555-12", traced));
    await kept(directory.lookupByPhone("+1902555123456789", traced));
    await kept(directory.lookupByPhone("Ada Lovelace 902 555 1234 / 555 9999", traced));
    await kept(directory.lookupByPhone("9025551234", { ...traced, actor: { id: "g", role: "guest" } }));
    await clock.advance(day);
    for (const code of ["TIMEOUT", "AUTH_INVALID"] as const) {
      hubspot.failing = failure(code);
      await directory.lookupByPhone("9025551234", traced);
      await kept(directory.lookupByPhone("902-555-9999", traced, { throwOnFailure: true }));
      await finish();
    }
    expect(errors).toHaveLength(6);
    expect(said.lines.length + said.raised.length).toBeGreaterThan(3);
    const spoken = [
      said.spoken(),
      JSON.stringify(measured),
      ...errors.map((error) => inspect(error, { depth: 9 }) + JSON.stringify(error)),
    ].join("\n");
    expect(spoken.replaceAll(/file:.*|at .*/g, "")).not.toMatch(canaries);
    expect(await dump(storage)).not.toMatch(canaries);
  });

  it("masks an invalid number, saying why", async () => {
    const { directory } = bench();
    await expect(directory.lookupByPhone("902-555-12", staff)).rejects.toMatchObject({
      code: "PHONE_INVALID",
      message: expect.stringMatching(/^•••12 is not a phone number/),
    });
  });
});

it("measures latency, hits, misses and failures by code", async () => {
  const { directory, hubspot, measured } = withAda();
  await directory.lookupByPhone("9025551234", staff);
  await directory.lookupByPhone("9025551234", staff);
  hubspot.failing = failure("TIMEOUT");
  await directory.batchLookup(["9025559999", "9025558888"], staff);
  const total = (name: string) => measured.reduce((sum, [metric, value]) => sum + (metric === name ? value : 0), 0);
  expect([
    total("directory.lookup.count"),
    total("directory.cache.hit_count"),
    total("directory.cache.miss_count"),
    total("directory.lookup.failed_count"),
  ]).toEqual([4, 1, 3, 2]);
  expect(measured.filter(([name]) => name === "directory.lookup.duration_ms")).toHaveLength(3);
  expect(measured.at(-1)).toEqual(["directory.lookup.failed_count", 1, { kind: "batch-lookup", code: "TIMEOUT" }]);
});
