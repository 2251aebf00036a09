import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { describe, expect, it } from "vitest";
import { exists, scratch } from "./scratch.ts";

const event = {
  id: "e1",
  dedupeKey: "k1",
  portalId: "100",
  subscriptionType: "contact.propertyChange",
  objectType: "contacts",
  objectId: "501",
  propertyName: "phone",
  occurredAt: 1,
  receivedAt: 1,
  attempt: 0,
  changeSource: null,
  sourceId: null,
  relatedIds: [],
  sealed: null,
};

describe("a path that can not hold a database is STORE_PATH_INVALID and says what to do", () => {
  it("a directory that does not exist", async () => {
    const directory = join(await scratch(), "missing");
    const storage = sqliteStorage({ path: join(directory, "store.db") });
    const call = storage.tenants.get("a");
    await expect(call).rejects.toMatchObject({
      code: "STORE_PATH_INVALID",
      message: `the directory ${directory} of the SQLite database does not exist; create it`,
    });
    expect(await exists(directory), "nothing was created").toBe(false);
    await mkdir(directory);
    expect(await storage.tenants.get("a"), "the same storage works once the directory exists").toBe(null);
    await storage.close();
  });

  it("a file where a directory should be", async () => {
    const file = join(await scratch(), "file");
    await writeFile(file, "");
    const call = sqliteStorage({ path: join(file, "store.db") }).migrate();
    await expect(call).rejects.toMatchObject({
      code: "STORE_PATH_INVALID",
      message: expect.stringContaining("not a directory"),
    });
  });

  it("a directory where the file should be", async () => {
    const directory = await scratch();
    const call = sqliteStorage({ path: directory }).tenants.get("a");
    await expect(call).rejects.toMatchObject({
      code: "STORE_PATH_INVALID",
      message: expect.stringContaining("is a directory"),
    });
    expect(await readdir(directory)).toEqual([]);
  });

  // A directory nobody may write to, not even root, who would pass any permission check.
  it("a directory that can not be written to", async () => {
    const call = sqliteStorage({ path: "/proc/self/hubspoke.db" }).tenants.get("a");
    await expect(call).rejects.toMatchObject({
      code: "STORE_PATH_INVALID",
      message: expect.stringContaining("may write there"),
    });
  });

  it("a file that is something else", async () => {
    const path = join(await scratch(), "notes.txt");
    const text = "these are notes and not a database\n".repeat(100);
    await writeFile(path, text);
    const storage = sqliteStorage({ path });
    await expect(storage.inbox.record([event])).rejects.toMatchObject({
      code: "STORE_PATH_INVALID",
      message: expect.stringContaining("is not a SQLite database"),
    });
    await storage.close();
    expect(await exists(`${path}-wal`)).toBe(false);
  });
});

describe("what goes wrong later is typed as well", () => {
  it("a read-only database reads, and writes are STORE_READ_ONLY", async () => {
    const path = join(await scratch(), "store.db");
    const writer = sqliteStorage({ path });
    await writer.tenants.pin("a", "100", 1);
    const database = new DatabaseSync(path, { readOnly: true });
    const storage = sqliteStorage({ database });
    expect((await storage.tenants.get("a"))?.portalId).toBe("100");
    await expect(storage.tenants.pin("b", "100", 1)).rejects.toMatchObject({ code: "STORE_READ_ONLY" });
    await storage.close();
    await writer.close();
    database.close();
  });

  it("a full disk is STORE_FULL, keeps what was there, and ends when there is room", async () => {
    const database = new DatabaseSync(join(await scratch(), "store.db"));
    const storage = sqliteStorage({ database });
    await storage.inbox.record([event]);
    const { page_count: pages } = database.prepare("pragma page_count").get() as { page_count: number };
    database.exec(`pragma max_page_count = ${pages}`);
    const big = Array.from({ length: 50 }, (_, i) => ({
      ...event,
      id: `big${i}`,
      dedupeKey: `big${i}`,
      sealed: new Uint8Array(5_000),
    }));
    await expect(storage.inbox.record(big)).rejects.toMatchObject({ code: "STORE_FULL" });
    expect((await storage.inbox.depth()).waiting, "nothing of the delivery was kept").toBe(1);
    database.exec("pragma max_page_count = 1000000");
    expect(await storage.inbox.record(big)).toEqual(big.map(() => "new"));
    await storage.close();
    database.close();
  });

  it("a connection the host closed is STORE_CLOSED", async () => {
    const database = new DatabaseSync(":memory:");
    const storage = sqliteStorage({ database });
    await storage.tenants.pin("a", "100", 1);
    database.close();
    await expect(storage.tenants.get("a")).rejects.toMatchObject({ code: "STORE_CLOSED" });
  });

  it("a value no column takes is INPUT_INVALID, before anything is written", async () => {
    const storage = sqliteStorage({ path: ":memory:" });
    const bad = [
      { ...event, occurredAt: Number.NaN },
      { ...event, id: undefined as never },
      { ...event, id: null as never },
    ];
    for (const one of bad) {
      await expect(storage.inbox.record([{ ...event, id: "ok", dedupeKey: "ok" }, one])).rejects.toMatchObject({
        code: "INPUT_INVALID",
      });
    }
    expect((await storage.inbox.depth()).waiting).toBe(0);
    await storage.close();
  });

  it("a batch whose second statement fails leaves nothing of its first", async () => {
    const storage = sqliteStorage({ path: ":memory:" });
    const link = {
      tenant: "a",
      sync: "s",
      portalId: "100",
      localId: "l1",
      hubspotId: "501",
      state: "linked" as const,
      base: {},
      remoteSeenAt: 1,
      localSeenAt: 1,
      updatedAt: 1,
      version: 0,
    };
    await storage.links.put([link]);
    const inserted = { ...link, localId: "l2", hubspotId: "502" };
    const broken = { ...link, version: 1, state: null as never };
    await expect(storage.links.put([inserted, broken])).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(await storage.links.count("a", "s")).toBe(1);
    await storage.close();
  });

  it("a damaged file is STORE_UNAVAILABLE, without SQLite's words in the message", async () => {
    const path = join(await scratch(), "store.db");
    const storage = sqliteStorage({ path });
    await storage.inbox.record([event]);
    await storage.close();
    const bytes = await readFile(path);
    // All but the first page, which is the catalogue.
    await writeFile(path, bytes.fill(0xff, 4096));
    const damaged = sqliteStorage({ path });
    await expect(damaged.inbox.depth()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await damaged.close();
  });

  it("the driver's own error is reachable by unsafeDetails() and nowhere else", async () => {
    const path = "/proc/self/hubspoke.db";
    const error = await sqliteStorage({ path })
      .tenants.get("a")
      .catch((caught: unknown) => caught as Error);
    expect((error as { cause?: unknown }).cause).toBeUndefined();
    expect((error as unknown as { unsafeDetails(): unknown }).unsafeDetails()).toMatchObject({ errcode: 14 });
    expect(JSON.stringify(error)).not.toContain("unable to open");
  });
});

describe("opening", () => {
  it("does no I/O in the constructor", async () => {
    const path = join(await scratch(), "store.db");
    const storage = sqliteStorage({ path });
    expect(await exists(path)).toBe(false);
    await storage.close();
    expect(await exists(path)).toBe(false);
  });

  it("flushes every commit, in WAL mode, and never waits inside the driver", async () => {
    const database = new DatabaseSync(join(await scratch(), "store.db"));
    const storage = sqliteStorage({ database });
    await storage.inbox.depth();
    expect(database.prepare("pragma journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(database.prepare("pragma synchronous").get()).toEqual({ synchronous: 2 });
    expect(database.prepare("pragma busy_timeout").get()).toEqual({ timeout: 0 });
    await storage.close();
    expect(database.prepare("select 1 as open").get(), "a given connection stays the host's").toEqual({ open: 1 });
    database.close();
  });
});
