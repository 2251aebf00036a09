import { describe, expect, it } from "vitest";
import { plainSqlite } from "./fixtures/plain-sqlite.ts";

const mark = (key: string) =>
  ({ tenant: "a", portalId: "1", queue: "q", side: "local", key, priority: 1, availableAt: 0 }) as const;
const marks = (count: number) => Array.from({ length: count }, (_, i) => mark(`${i}`));

describe("many rows", () => {
  it("by VALUES are split by parameters, in one atomic unit", async () => {
    const maxParams = 100;
    const { storage, sent } = plainSqlite(":memory:", {
      capabilities: { shared: false, durable: false, maxParams, maxValueBytes: 1_000 },
    });
    await storage.tenants.get("first use");
    sent.length = 0;
    await storage.work.mark(marks(40), 0);
    const inserts = sent.filter(({ sql }) => sql.includes("insert into hubspoke_work ("));
    expect(inserts, "10 rows of 7 columns, their number and the time").toHaveLength(4);
    expect(Math.max(...sent.map(({ parameters }) => parameters))).toBeLessThanOrEqual(maxParams);
    expect((await storage.work.depth("a", "q")).waiting).toBe(40);
    await storage.close();
  });

  it("by json_each are one parameter, however many they are", async () => {
    const { storage, sent } = plainSqlite(":memory:", { bulk: { form: "json_each", maxBytes: 1_000_000 } });
    await storage.tenants.get("first use");
    sent.length = 0;
    await storage.work.mark(marks(1_000), 0);
    expect(sent.map(({ parameters }) => parameters)).toEqual([2, 1]);
    await storage.close();
  });

  it("that are none send nothing", async () => {
    const { storage, sent } = plainSqlite(":memory:");
    await storage.tenants.get("first use");
    sent.length = 0;
    await storage.work.mark([], 0);
    await storage.inbox.record([]);
    await storage.links.put([]);
    expect(sent).toEqual([]);
    await storage.close();
  });

  it("of which a later portion fails leave nothing", async () => {
    const { storage } = plainSqlite(":memory:", { bulk: { form: "json_each", maxBytes: 2_000 } });
    const rows = marks(50).map((row, i) => (i === 49 ? { ...row, queue: null as never } : row));
    await expect(storage.work.mark(rows, 0)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect((await storage.work.depth("a", "q")).waiting).toBe(0);
    await storage.close();
  });
});

describe("opening", () => {
  it("is shared by concurrent first calls, and tried again after a failure", async () => {
    let attempts = 0;
    const { storage } = plainSqlite(":memory:", {
      attempt: async (work) => {
        attempts++;
        if (attempts === 1) throw new Error("the disk is away");
        return work();
      },
    });
    const first = await Promise.allSettled([storage.tenants.get("a"), storage.tenants.get("b")]);
    expect(first.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    expect(attempts, "one opening for both").toBe(1);
    expect(await storage.tenants.get("a")).toBe(null);
    await storage.close();
  });

  it("that is under way when the storage is closed is waited for and undone", async () => {
    const { storage } = plainSqlite(":memory:");
    const call = storage.tenants.get("a").catch((error: { code: string }) => error.code);
    await storage.close();
    expect([null, "STORE_CLOSED", "STORE_UNAVAILABLE"]).toContain(await call);
    await expect(storage.tenants.get("a")).rejects.toMatchObject({ code: "STORE_CLOSED" });
  });
});
