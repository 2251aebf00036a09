import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createSealer } from "../crypto/sealer.ts";
import { ringOf } from "../crypto/testing.fixture.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { cipher } from "../platform/node.ts";
import type { AuditRow } from "../ports/audit-store.ts";
import type { Ctx } from "../ports/context.ts";
import type { AuditEntry } from "./audit-row.ts";
import { type AuditWriterDeps, createAuditWriter } from "./audit-writer.ts";
import { manualClock, nextId, recordedBackground, recorder, settled, start } from "./testing.fixture.ts";

const sealer = createSealer({ ring: ringOf(), cipher });
const ctx: Ctx = { tenant: "acme", actor: { id: "u7", role: "support" }, purpose: "call", requestId: "r1" };
const hit: AuditEntry = {
  action: "lookup",
  subjectIndex: "1.k1.aaaaaaaaaaaaaaaaaaaaaa",
  contactId: "501",
  outcome: "hit",
  errorCode: null,
};

function bench(options: Partial<AuditWriterDeps> = {}) {
  const batches: (readonly AuditRow[])[] = [];
  const store = { down: false, appends: 0 };
  const clock = manualClock();
  const said = recorder();
  const { background, finish } = recordedBackground();
  const writer = createAuditWriter({
    store: {
      async append(rows: readonly AuditRow[]) {
        store.appends += 1;
        if (store.down) throw new HubspokeError("STORE_UNAVAILABLE", "the store is down");
        batches.push(rows);
      },
    } as AuditWriterDeps["store"],
    sealer,
    clock,
    newId: nextId,
    background,
    ...said,
    ...options,
  });
  return { writer, store, clock, said, finish, batches, rows: () => batches.flat() };
}

describe("an audit row", () => {
  it("holds who did what to whom, with address and agent only sealed in it", async () => {
    const { writer, rows } = bench({ mode: "strict" });
    await writer.record({ ...ctx, ip: "203.0.113.9", userAgent: "Mozilla/5.0 Canary" }, [hit]);
    const row = rows()[0] as AuditRow;
    expect(row).toMatchObject({
      tenant: "acme",
      at: start,
      actorId: "u7",
      actorRole: "support",
      action: "lookup",
      purpose: "call",
      subjectIndex: hit.subjectIndex,
      contactId: "501",
      outcome: "hit",
      errorCode: null,
      requestId: "r1",
    });
    expect(inspect(row) + Buffer.from(row.sealed as Uint8Array).toString("latin1")).not.toMatch(/203\.0|Canary/);
    const binding = { tenant: "acme", table: "audit", column: "sealed", rowId: row.id };
    expect(await sealer.openJson(binding, row.sealed as Uint8Array)).toEqual({
      ip: "203.0.113.9",
      userAgent: "Mozilla/5.0 Canary",
    });
    await expect(async () => sealer.openJson({ ...binding, rowId: "other" }, row.sealed as Uint8Array)).rejects.toThrow(
      /does not open/,
    );
  });

  it("has nothing sealed when neither is known", async () => {
    const { writer, rows } = bench({ mode: "strict" });
    await writer.record({ tenant: "acme", actor: ctx.actor }, [hit]);
    expect(rows()[0]).toMatchObject({ sealed: null, purpose: null, requestId: null });
  });
});

describe("batched", () => {
  it("writes by time, in one batch", async () => {
    const { writer, clock, batches, finish } = bench({ flushMs: 1_000 });
    await writer.record(ctx, [hit]);
    await writer.record(ctx, [hit]);
    await clock.advance(999);
    expect([batches.length, writer.pending]).toEqual([0, 2]);
    await clock.advance(1);
    expect([batches.length, writer.pending]).toEqual([1, 0]);
    await finish();
    await writer.record(ctx, [hit]);
    await clock.advance(1_000);
    expect(batches.map((batch) => batch.length)).toEqual([2, 1]);
  });

  it("writes full batches at once, never more than a batch in one, and what fills none when its time has come", async () => {
    const { writer, batches, clock } = bench({ batchRows: 10 });
    await writer.record(ctx, Array<AuditEntry>(25).fill(hit));
    await settled();
    expect(batches.map((batch) => batch.length)).toEqual([10, 10]);
    for (let i = 0; i < 4; i++) await writer.record(ctx, [hit]);
    await settled();
    expect(batches, "no commit for each row that comes after").toHaveLength(2);
    await clock.advance(1_000);
    expect(batches.map((batch) => batch.length)).toEqual([10, 10, 9]);
  });

  it("does not make whoever is recorded wait, while there is room", () => {
    const { writer } = bench();
    expect(writer.record(ctx, [hit])).toBeUndefined();
  });

  it("keeps rows while the store fails, tells it once, tries again ever more slowly, and loses nothing", async () => {
    const { writer, store, clock, said, rows } = bench({ flushMs: 1_000 });
    store.down = true;
    await writer.record(ctx, [hit]);
    await clock.advance(60_000);
    expect(said.raised.map(({ name, key }) => [name, key])).toEqual([["audit.failed", "audit.failed"]]);
    expect(store.appends).toBeLessThan(8);
    expect(writer.pending).toBe(1);
    store.down = false;
    await clock.advance(30_000);
    expect([rows().length, writer.pending]).toEqual([1, 0]);
    store.down = true;
    await writer.record(ctx, [hit]);
    await clock.advance(1_000);
    expect(said.raised).toHaveLength(2);
  });

  it("holds callers back when memory is full, and refuses them while the store still fails", async () => {
    const { writer, store, rows } = bench({ maxRows: 3, batchRows: 100 });
    store.down = true;
    await writer.record(ctx, [hit, hit, hit]);
    const refused = await Promise.resolve(writer.record(ctx, [hit])).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "AUDIT_FAILED", details: { storeCode: "STORE_UNAVAILABLE" } });
    expect(writer.pending).toBe(3);
    store.down = false;
    await writer.record(ctx, [hit]);
    await writer.flush();
    expect(rows()).toHaveLength(4);
  });

  it("without anything to run behind answers, writes before it answers", async () => {
    const { writer, rows, clock } = bench({ background: undefined });
    await writer.record(ctx, [hit]);
    expect(rows()).toHaveLength(1);
    expect(clock.sleeping).toBe(0);
  });

  it("and then keeps what the store refused, until the next row", async () => {
    const { writer, store, rows, said } = bench({ background: undefined });
    store.down = true;
    await writer.record(ctx, [hit]);
    expect([rows().length, writer.pending, said.raised.length]).toEqual([0, 1, 1]);
    store.down = false;
    await writer.record(ctx, [hit]);
    expect([rows().length, writer.pending]).toEqual([2, 0]);
  });

  it("writes what waits when it closes, and refuses more", async () => {
    const { writer, rows, finish, clock } = bench();
    await writer.record(ctx, [hit, hit]);
    await writer.close();
    await finish();
    expect(rows()).toHaveLength(2);
    expect(clock.sleeping).toBe(0);
    await expect(writer.record(ctx, [hit])).rejects.toMatchObject({ code: "CLOSED" });
  });

  it("says when closing could not write, and writes when closed again", async () => {
    const { writer, store, rows } = bench();
    store.down = true;
    await writer.record(ctx, [hit]);
    await expect(writer.close()).rejects.toMatchObject({ code: "AUDIT_FAILED" });
    store.down = false;
    await writer.close();
    expect(rows()).toHaveLength(1);
  });

  it("never appends one row twice, however many flush at once", async () => {
    const { writer, rows } = bench({ batchRows: 2 });
    await Promise.all(Array.from({ length: 20 }, () => writer.record(ctx, [hit])));
    await Promise.all([writer.flush(), writer.flush(), writer.close()]);
    expect(new Set(rows().map(({ id }) => id)).size).toBe(20);
    expect(rows()).toHaveLength(20);
  });
});

describe("strict", () => {
  it("is durable before it resolves, and fails when it cannot be", async () => {
    const { writer, store, said, rows } = bench({ mode: "strict" });
    await writer.record(ctx, [hit]);
    expect(rows()).toHaveLength(1);
    store.down = true;
    await expect(writer.record(ctx, [hit])).rejects.toMatchObject({ code: "AUDIT_FAILED" });
    await expect(writer.record(ctx, [hit])).rejects.toMatchObject({ code: "AUDIT_FAILED" });
    expect(said.raised).toHaveLength(1);
    expect(writer.pending).toBe(0);
  });
});

it("does not depend on the pager", async () => {
  const alerts = { raise: () => Promise.reject(new Error("pager of +19025551234 is down")) };
  const { writer, store, said } = bench({ mode: "strict", alerts });
  store.down = true;
  await expect(writer.record(ctx, [hit])).rejects.toMatchObject({ code: "AUDIT_FAILED" });
  await settled();
  expect(said.spoken()).toContain("alert.failed");
  expect(said.spoken()).not.toContain("902555");
});
