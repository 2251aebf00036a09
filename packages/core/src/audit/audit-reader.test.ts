import { describe, expect, it } from "vitest";
import { createBlindIndex } from "../crypto/blind-index.ts";
import type { KeyRing } from "../crypto/key-ring.ts";
import { createSealer } from "../crypto/sealer.ts";
import { ringOf } from "../crypto/testing.fixture.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import { cipher } from "../platform/node.ts";
import type { Ctx } from "../ports/context.ts";
import type { Storage } from "../ports/storage.ts";
import { type AuditQuery, type AuditReader, createAuditReader } from "./audit-reader.ts";
import { type AuditWriter, createAuditWriter } from "./audit-writer.ts";
import { KeptIndexes } from "./kept-indexes.ts";
import { type ManualClock, manualClock, nextId, type Recorder, recorder, start } from "./testing.fixture.ts";

const admin: Ctx = { tenant: "acme", actor: { id: "root", role: "admin" } };
const numbers = { ada: "+19025551234", bob: "+19025559999" } as const;

interface Office {
  readonly reader: AuditReader;
  readonly writer: AuditWriter;
  readonly clock: ManualClock;
  readonly said: Recorder;
  readonly storage: Storage;
  /** An access to somebody's data, a second after the last. */
  see(who: keyof typeof numbers, change?: Partial<Ctx>): Promise<void>;
  /** What a query finds, without the rows that reading leaves. */
  found(query: AuditQuery): Promise<readonly string[]>;
}

function office(ring: KeyRing = ringOf(), storage: Storage = memoryStorage()): Office {
  const clock = manualClock();
  const said = recorder();
  const sealer = createSealer({ ring, cipher });
  const index = createBlindIndex(ring);
  const indexes = new KeptIndexes({ ring, index, cipher, sealer, secrets: storage.secrets, newId: nextId, ...said });
  const writer = createAuditWriter({
    ...said,
    store: storage.audit,
    sealer,
    clock,
    newId: nextId,
    background: () => {},
  });
  const reader = createAuditReader({
    ...said,
    store: storage.audit,
    writer,
    sealer,
    indexes,
    defaultRegion: "CA",
    mayRead: async ({ actor }) => {
      if (actor.role !== "admin") throw new HubspokeError("ACCESS_DENIED", "ACCESS_DENIED: no");
    },
  });
  return {
    reader,
    writer,
    clock,
    said,
    storage,
    async see(who, change) {
      await clock.advance(1_000);
      const subjectIndex = await index.index("acme", "phone", numbers[who]);
      const entry = { action: "lookup", outcome: "hit", errorCode: null, subjectIndex, contactId: who } as const;
      await writer.record({ tenant: "acme", actor: { id: "u1", role: "support" }, ...change }, [entry]);
    },
    async found(query) {
      const { items } = await reader.query(query, admin);
      return items
        .filter(({ action }) => action !== "review")
        .map(({ contactId, actor }) => `${actor.id} saw ${contactId}`);
    },
  };
}

describe("the audit trail, read", () => {
  it("by subject, contact, actor and time, the newest first, what is not yet written included", async () => {
    const o = office();
    await o.see("ada");
    await o.see("bob");
    await o.see("ada", { actor: { id: "u2", role: "support" } });
    await o.see("ada", { tenant: "bolt" });
    expect(o.writer.pending).toBe(4);
    expect(await o.found({})).toEqual(["u2 saw ada", "u1 saw bob", "u1 saw ada"]);
    expect(await o.found({ phone: "(902) 555-1234" })).toEqual(["u2 saw ada", "u1 saw ada"]);
    expect(await o.found({ contactId: "bob" })).toEqual(["u1 saw bob"]);
    expect(await o.found({ actorId: "u1" })).toEqual(["u1 saw bob", "u1 saw ada"]);
    expect(await o.found({ from: start + 2_000, to: start + 3_000 })).toEqual(["u1 saw bob"]);
    expect(await o.found({ phone: "902-555-1234", actorId: "u2", to: start + 2_000 })).toEqual([]);
  });

  it("page by page, without a row twice or none, though reading adds rows", async () => {
    const o = office();
    for (let i = 0; i < 7; i++) await o.see("ada");
    const seen: number[] = [];
    let after: string | undefined;
    do {
      const page = await o.reader.query({ actorId: "u1", limit: 3, ...(after === undefined ? {} : { after }) }, admin);
      seen.push(...page.items.map(({ at }) => at - start));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual([7_000, 6_000, 5_000, 4_000, 3_000, 2_000, 1_000]);
  });

  it("with where it came from, which only lies there sealed", async () => {
    const o = office();
    await o.see("ada", { ip: "203.0.113.7", userAgent: "Mozilla/5.0", requestId: "r1", purpose: "call" });
    const { items } = await o.reader.query({ actorId: "u1" }, admin);
    expect(items[0]).toMatchObject({ ip: "203.0.113.7", userAgent: "Mozilla/5.0", requestId: "r1", purpose: "call" });
  });

  it("leaves a row of its own, and is refused to whoever may not", async () => {
    const o = office();
    const support = { ...admin, actor: { id: "u1", role: "support" } };
    await expect(o.reader.query({ phone: numbers.ada }, support)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    await o.reader.query({ contactId: "501" }, admin);
    const { items } = await o.storage.audit.query({ tenant: "acme", limit: 9 });
    expect(items).toMatchObject([{ action: "review", actorId: "root", contactId: "501" }]);
  });

  it("finds a subject's rows of before a key rotation, and says nothing of what a retired key sealed", async () => {
    const storage = memoryStorage();
    const before = office(ringOf("k1"), storage);
    await before.see("ada", { ip: "203.0.113.7" });
    await before.writer.flush();
    const rotated = office(ringOf("k2"), storage);
    await rotated.see("ada");
    expect(await rotated.found({ phone: numbers.ada })).toHaveLength(2);
    const retired = office(ringOf("k2", ["k2"]), storage);
    const { items } = await retired.reader.query({ contactId: "ada", actorId: "u1" }, admin);
    expect(items.map(({ ip }) => ip)).toEqual([null, null]);
    expect(retired.said.lines.join()).toContain("audit.entry_unreadable");
    expect(retired.said.spoken()).not.toContain("203.0.113");
  });

  it.each([
    [{ limit: 0 }, "INPUT_INVALID"],
    [{ limit: 501 }, "INPUT_INVALID"],
    [{ after: "nonsense" }, "INPUT_INVALID"],
    [{ phone: "12" }, "PHONE_INVALID"],
  ] as const)("refuses %j", async (query, code) => {
    await expect(office().reader.query(query, admin)).rejects.toMatchObject({ code });
  });
});
